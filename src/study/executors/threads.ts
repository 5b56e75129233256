import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { RunTask } from '../runs/task.ts';
import type { Executor } from './executor.ts';
import { errorOf, ExecutorError } from './failure.ts';
import type { Answer } from './thread-worker.ts';

/** Threads that a run may bring down, one after the other, before it is given up. */
const ATTEMPTS = 3;

const ownWorker = new URL(`./thread-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** Runs `count` tasks at a time, each in a thread of its own. Threads are started when there is something to do. */
export function threads(count: number, worker: URL = ownWorker): Executor {
  let pool: Piscina<RunTask, Answer> | undefined;
  /** Why there is no pool any more. */
  let stopped: { readonly reason: unknown } | undefined;

  // Ends runs in the middle, whatever they are doing.
  const stop = async (reason: unknown): Promise<void> => {
    stopped ??= { reason };
    await pool?.destroy();
  };

  /** The answer of the first thread that lives to give one. */
  const answerOf = async (task: RunTask): Promise<Answer> => {
    pool ??= poolOf(count, worker);
    for (let attempt = 1; ; attempt++) {
      if (stopped !== undefined) throw stopped.reason;
      try {
        return await pool.run(task);
      } catch (error) {
        if (stopped === undefined && attempt === ATTEMPTS) {
          // Whatever waits behind the dead threads must not wait for ever.
          void stop(diedOf(task, error));
        }
      }
    }
  };

  const watched = new WeakSet<AbortSignal>();
  return {
    capacity: count,
    run: async (task, signal) => {
      signal.throwIfAborted();
      if (!watched.has(signal)) signal.addEventListener('abort', () => void stop(signal.reason), { once: true });
      watched.add(signal);
      const answer = await answerOf(task);
      if ('failure' in answer) throw errorOf(answer.failure);
      return answer.outcome;
    },
    close: () => stop(new ExecutorError('the threads have been closed')),
  };
}

function poolOf(count: number, worker: URL): Piscina<RunTask, Answer> {
  const pool = new Piscina<RunTask, Answer>({
    filename: fileURLToPath(worker),
    name: 'answer',
    // Fewer than the most, and a thread that dies is not replaced: what is queued would wait for ever.
    minThreads: count,
    maxThreads: count,
    recordTiming: false,
    // Source files run where tsx has been loaded, and a thread has to load it for itself; what is built must not, as it
    // would where it inherits the arguments of a process that has, for half a second of each thread.
    execArgv: worker.pathname.endsWith('.ts') ? ['--import', 'tsx'] : [],
  });
  // Of a thread that dies with nothing to do; another takes its place.
  pool.on('error', () => undefined);
  return pool;
}

function diedOf({ scenario, key }: RunTask, error: unknown): ExecutorError {
  const why = error instanceof Error ? error.message : String(error);
  return new ExecutorError(
    `${scenario.name}, seed ${scenario.seed}: the thread that ran it died ${ATTEMPTS} times (${why}); ` +
      'if memory is short, take fewer --workers or make the scenario smaller',
    key,
  );
}
