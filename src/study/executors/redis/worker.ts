import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { WaitingError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { ImportedFiles } from '../../../traces/imported-files.ts';
import type { RunTask } from '../../runs/task.ts';
import type { Executor } from '../executor.ts';
import { ExecutorError, failureOf } from '../failure.ts';
import { threads } from '../threads.ts';
import type { Answer } from '../thread-worker.ts';
import { connect } from './connection.ts';
import { inputRefusal } from './inputs.ts';
import { beat, leave, type Member } from './roll.ts';
import { tidy } from './tidy.ts';
import { every, withinMs } from './turns.ts';
import { CODE, DEATHS_MAX, jobKey, PREFIX, QUEUE, WITHDRAWN, type SentAnswer, type SentTask } from './wire.ts';

const BEAT_MS = 1000;
const PROGRESS_MS = 10_000;
const CLOSE_MS = 5000;

export interface WorkerOptions {
  readonly url: string;
  /** Runs at a time, each in a thread. */
  readonly concurrency: number;
  /** A worker that was not heard of for so long has its runs given to others, ms. */
  readonly lockMs: number;
  /** What makes the runs; threads unless given. */
  readonly executor?: (count: number) => Executor;
  /** Told in words what the user should know. */
  readonly tell: (text: string) => void;
}

/** What a worker has done so far. */
export interface WorkDone {
  readonly made: number;
  /** Runs that were stopped in the middle and are for others to make. */
  readonly givenBack: number;
}

/**
 * Makes runs of all sweeps that come by Redis or Valkey, until the signal aborts: runs in the middle are given back then.
 * ExecutorRefusal if the server cannot be reached; one that goes away later is waited for.
 */
export async function workOverRedis(options: WorkerOptions, signal: AbortSignal): Promise<WorkDone> {
  const { redis, address, disconnect } = await connect({ ...options, giveUpMs: Infinity });
  const { concurrency, tell, executor = threads } = options;
  const bench = new Bench(() => executor(concurrency), redis, signal);
  const member: Member = { id: randomUUID(), code: CODE, name: bench.name, threads: concurrency };
  const worker = new Worker<SentTask, SentAnswer>(QUEUE, (job) => bench.answer(job), {
    connection: redis,
    prefix: PREFIX,
    concurrency,
    lockDuration: options.lockMs,
    stalledInterval: options.lockMs / 2,
    maxStalledCount: DEATHS_MAX,
  });
  worker.on('error', () => undefined);
  await worker.waitUntilReady();
  tell(`${bench.name}: ${concurrency} at a time for ${address}, code ${CODE}`);
  let told = '';
  const look = async (): Promise<void> => {
    const text = strangersIn(await beat(redis, 'workers', member));
    if (text !== told && text !== '') tell(text);
    told = text;
  };
  await look();
  const timer = every(BEAT_MS, look);
  let toldMade = 0;
  const progress = setInterval(() => {
    const { made } = bench.done;
    if (made > toldMade) tell(`${made} runs made`);
    toldMade = made;
  }, PROGRESS_MS);
  if (!signal.aborted) await once(signal, 'abort');
  clearInterval(timer);
  clearInterval(progress);
  // Takes no more, and waits until what it had is given back.
  await withinMs(CLOSE_MS, worker.close());
  await withinMs(
    CLOSE_MS,
    leave(redis, 'workers', member).then(() => tidy(redis)),
  );
  await bench.close();
  disconnect();
  return bench.done;
}

/** Where tasks are worked on. */
class Bench {
  readonly name = `${hostname()}:${process.pid}`;
  private made = 0;
  private givenBack = 0;
  private pool: Executor;
  private readonly newPool: () => Executor;
  private readonly redis: Redis;
  private readonly signal: AbortSignal;
  private readonly files = new ImportedFiles();

  constructor(newPool: () => Executor, redis: Redis, signal: AbortSignal) {
    this.newPool = newPool;
    this.redis = redis;
    this.signal = signal;
    this.pool = newPool();
  }

  get done(): WorkDone {
    return { made: this.made, givenBack: this.givenBack };
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  /** The answer to a job. Rejects with WaitingError if it is for another worker to give. */
  async answer(job: Job<SentTask, SentAnswer>): Promise<SentAnswer> {
    const { task, folder } = job.data;
    if (await this.isWithdrawn(job)) {
      job.opts.removeOnComplete = true;
      return { notMade: true };
    }
    const here = { ...task, file: resolve(folder, task.file) };
    const answer = await this.try(here);
    if (answer === undefined) {
      this.givenBack++;
      await job.moveToWait(job.token);
      throw new WaitingError();
    }
    this.made++;
    if (await this.isWithdrawn(job)) job.opts.removeOnComplete = true;
    return answer;
  }

  /** Undefined if the run was stopped through no fault of its own. */
  private async try(task: RunTask): Promise<Answer | undefined> {
    const refusal = await inputRefusal(task, this.files, this.name);
    if (refusal !== undefined) return { failure: failureOf(refusal) };
    const pool = this.pool;
    try {
      return { outcome: await pool.run(task, this.signal) };
    } catch (error) {
      if (this.signal.aborted) return undefined;
      if (!(error instanceof ExecutorError)) return { failure: failureOf(error) };
      // One run has brought down the threads of all.
      if (this.pool === pool) this.pool = this.newPool();
      return error.key === task.key ? { failure: failureOf(error) } : undefined;
    }
  }

  private async isWithdrawn({ id }: Job): Promise<boolean> {
    return (await this.redis.hexists(jobKey(id!), WITHDRAWN)) === 1;
  }
}

/** What is to be said of sweeps that wait for other code; empty if there are none. */
function strangersIn(sweeps: readonly Member[]): string {
  const others = sweeps.filter(({ code }) => code !== CODE);
  if (others.length === 0) return '';
  const named = others.map(({ name, code }) => `${name} (${code})`).join(', ');
  return `sweeps of other code are left to others: ${named}; this worker has ${CODE}: start one of theirs, or update both`;
}
