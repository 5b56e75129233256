import { meanInterval } from '../../src/stats/mean-interval.ts';
import { pairedDifference } from '../../src/stats/paired-difference.ts';
import type { RunOutcome } from '../../src/study/runs/task.ts';
import { QueueRuns } from './queue-runs.ts';

/** Customers in an M/M/1 at load 0.8, and the wait that 95 % of them do not exceed: ln(0.8 / 0.05) / (1 - 0.8) s. */
const L = 4;
const WAIT_P95_S = Math.log(16) / 0.2;
/** At load 0.75 there are 3. */
const L_LESS = 3;
const WARM_UP_S = 200;

export interface Coverage {
  readonly 'replications and t': number;
  readonly 'with fixed warm-up': number;
  readonly 'with MSER-5': number;
  readonly 'batch means': number;
  readonly 'p95 wait': number;
  readonly 'paired difference': number;
}

/** Part of the repetitions in which each kind of 95 % interval covers the truth. */
export async function coverage(
  repetitions: number,
  runs: number,
  customers: number,
  customersLong: number,
): Promise<Coverage> {
  const metrics = ['jobsInSystem', 'p95(wait)'];
  const queue = new QueueRuns(0.8, customers, metrics);
  const less = new QueueRuns(0.75, customers, metrics);
  const long = new QueueRuns(0.8, customersLong, ['jobsInSystem'], 0.95);
  const covered: Record<keyof Coverage, number> = {
    'replications and t': 0,
    'with fixed warm-up': 0,
    'with MSER-5': 0,
    'batch means': 0,
    'p95 wait': 0,
    'paired difference': 0,
  };
  const note = (
    kind: keyof Coverage,
    { low, high }: { readonly low: number; readonly high: number },
    truth: number,
  ): void => {
    if (low <= truth && truth <= high) covered[kind]++;
  };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const seeds = Array.from({ length: runs }, (_, run) => 1 + repetition * runs + run);
    const valuesOf = (outcomes: readonly RunOutcome[], metric: string): number[] =>
      outcomes.map(({ metrics: measured }) => measured[metric]!);
    const whole = await allOf(queue, seeds, 0);
    note('replications and t', meanInterval(valuesOf(whole, 'jobsInSystem'), 0.95), L);
    const found = await allOf(queue, seeds, await queue.warmUpS(repetition));
    note('with MSER-5', meanInterval(valuesOf(found, 'jobsInSystem'), 0.95), L);
    const cut = await allOf(queue, seeds, WARM_UP_S);
    note('with fixed warm-up', meanInterval(valuesOf(cut, 'jobsInSystem'), 0.95), L);
    note('p95 wait', meanInterval(valuesOf(cut, 'p95(wait)'), 0.95), WAIT_P95_S);
    const others = valuesOf(await allOf(less, seeds, WARM_UP_S), 'jobsInSystem');
    note('paired difference', pairedDifference(valuesOf(cut, 'jobsInSystem'), others, 0.95).interval, L - L_LESS);
    const { batches } = await long.run(1_000_000 + repetition, WARM_UP_S);
    note('batch means', batches!['jobsInSystem']!, L);
  }
  return Object.fromEntries(
    Object.entries(covered).map(([kind, count]) => [kind, count / repetitions]),
  ) as unknown as Coverage;
}

async function allOf(queue: QueueRuns, seeds: readonly number[], warmUpS: number): Promise<RunOutcome[]> {
  const outcomes: RunOutcome[] = [];
  for (const seed of seeds) outcomes.push(await queue.run(seed, warmUpS));
  return outcomes;
}
