import { meanInterval } from './mean-interval.ts';

/** Steps that the second half of a series is cut into. */
const STEPS = 20;

export interface Growth {
  /** Mean growth in units of the series a value of the series (a bucket), over its second half. */
  readonly perValue: number;
  /** True if it is above 0 beyond doubt: what comes in is more than what can go out. */
  readonly isUnstable: boolean;
}

/**
 * Whether a backlog grows without end. The second half of each series is cut into steps; in a stable system a rise is
 * taken back by later falls, so the steps add up to next to nothing, in an unstable one they are those of a random walk
 * with drift: a one-sided t test of their mean, over the steps of all replications. `series`: the backlog over time, one
 * series a replication, all of the same spacing. RangeError for none, or one shorter than 40 values.
 */
export function growthOf(series: readonly ArrayLike<number>[], level: number): Growth {
  const steps: number[] = [];
  let values = 0;
  for (const one of series) {
    if (one.length < 2 * STEPS) throw new RangeError(`a trend needs at least ${2 * STEPS} values, not ${one.length}`);
    const from = one.length >> 1;
    const at = (step: number): number => one[from + Math.floor((step * (one.length - 1 - from)) / STEPS)]!;
    for (let step = 0; step < STEPS; step++) steps.push(at(step + 1) - at(step));
    values += one.length - 1 - from;
  }
  const total = steps.reduce((sum, step) => sum + step, 0);
  // One-sided: an interval that leaves 1 - level on each side.
  const interval = meanInterval(steps, 2 * level - 1);
  return { perValue: total / values, isUnstable: interval.low > 0 };
}
