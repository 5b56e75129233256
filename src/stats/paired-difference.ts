import type { Interval } from './interval.ts';
import { meanInterval } from './mean-interval.ts';

/** How a mean differs from another whose values were drawn in pairs with it. */
export interface PairedDifference {
  /** Of the mean of `values - against`. */
  readonly interval: Interval;
  /** What the interval says: it lies below 0, above 0, or holds 0. */
  readonly verdict: 'less' | 'more' | 'unsure';
}

/**
 * Differences of values that share their luck, pair by pair: what the pairs have in common falls out, so far fewer runs
 * tell the two apart. RangeError unless both have as many values.
 */
export function pairedDifference(
  values: ArrayLike<number>,
  against: ArrayLike<number>,
  level: number,
): PairedDifference {
  if (values.length !== against.length) {
    throw new RangeError(`pairs need as many values on both sides, not ${values.length} and ${against.length}`);
  }
  const interval = meanInterval(
    Float64Array.from(values, (value, index) => value - against[index]!),
    level,
  );
  return { interval, verdict: interval.high < 0 ? 'less' : interval.low > 0 ? 'more' : 'unsure' };
}
