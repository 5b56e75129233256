import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { plainText } from '../scenario/problems.ts';
import { duration } from '../scenario/quantities/duration.ts';
import { parseQuantity } from '../scenario/quantities/quantity.ts';
import { withInterrupt } from './interrupt.ts';
import { runsAtATime } from './runs-at-a-time.ts';

const examples = `
Examples:
  plimsoll worker --redis redis://10.0.0.5:6379                    as many runs at a time as there are cores
  plimsoll worker --redis rediss://:PASSWORD@HOST --concurrency 4  with TLS and a password
  plimsoll sweep STUDY --redis redis://10.0.0.5:6379               gives the workers something to do
`;

const LOCK_MS = { least: 100, most: 3_600_000 } as const;

interface WorkerCommandOptions {
  readonly redis: string;
  readonly concurrency: number;
  readonly lock: number;
}

/** `plimsoll worker --redis URL`: makes runs of sweeps on other machines. */
export function workerCommand(): Command {
  return new Command('worker')
    .summary('make runs for sweeps on other machines')
    .description(
      'Makes runs of sweeps that were started with the same --redis, until it is stopped (Ctrl-C, SIGTERM): what it is at ' +
        'then is given back for other workers. Of a worker that dies, others take over the runs. Files that scenarios ' +
        'name must lie at the same paths as where the sweep is; others are refused.',
    )
    .requiredOption('--redis <url>', 'address of a Redis or Valkey server: redis://[USER:PASSWORD@]HOST[:PORT][/DB]')
    .option('--concurrency <n>', 'runs at a time, each in a thread', runsAtATime, availableParallelism())
    .option('--lock <duration>', 'unheard of for so long, its runs are given to others', lockMs, 10_000)
    .addHelpText('after', examples)
    .action((options: WorkerCommandOptions) => withInterrupt((signal) => work(options, signal)));
}

async function work({ redis: url, concurrency, lock }: WorkerCommandOptions, signal: AbortSignal): Promise<void> {
  // Loaded here, as other commands have no use for it.
  const { workOverRedis } = await import('../study/executors/redis/worker.ts');
  const done = await workOverRedis({ url, concurrency, lockMs: lock, tell }, signal);
  tell(`stopped: ${done.made} runs made, ${done.givenBack} given back`);
}

function tell(text: string): void {
  process.stderr.write(`${plainText(text)}\n`);
}

function lockMs(text: string): number {
  const parsed = parseQuantity(duration, text);
  const ms = 'value' in parsed ? parsed.value / 1000 : NaN;
  if (!(ms >= LOCK_MS.least && ms <= LOCK_MS.most)) {
    throw new InvalidArgumentError('It must be a duration from 100ms to 1h, like 10s.');
  }
  return ms;
}
