import { requireLevel, type Interval } from './interval.ts';
import { momentsOf } from './moments.ts';
import { studentQuantile } from './student-t.ts';

/**
 * Interval of the mean of independent values by Student's t: mean +- t(n-1) s / sqrt(n). One value alone tells nothing of
 * its spread: the interval is unbounded. RangeError for no value, or one that is not finite.
 */
export function meanInterval(values: ArrayLike<number>, level: number): Interval {
  requireLevel(level);
  const { mean, deviation } = momentsOf(values);
  const samples = values.length;
  const half =
    samples < 2 ? Infinity : (studentQuantile((1 + level) / 2, samples - 1) * deviation) / Math.sqrt(samples);
  return { estimate: mean, low: mean - half, high: mean + half, level, samples };
}
