import jstat from 'jstat';
import { quantileSorted } from 'd3-array';
import { requireLevel, type Interval } from './interval.ts';

/**
 * Interval of a quantile (0..1) of independent values without any assumption about their distribution: between two order
 * statistics, whose ranks follow from the binomial distribution of how many values lie below the quantile. A side on which
 * the sample is too small is unbounded. The estimate is type 7. `sorted` ascending; RangeError when it is empty.
 */
export function quantileInterval(sorted: Float64Array, quantile: number, level: number): Interval {
  requireLevel(level);
  if (!(quantile > 0 && quantile < 1)) throw new RangeError(`a quantile is between 0 and 1, not ${quantile}`);
  const samples = sorted.length;
  if (samples === 0) throw new RangeError('an empty sample has no quantiles');
  const tail = (1 - level) / 2;
  const below = (successes: number): number => jstat.jStat.binomial.cdf(successes, samples, quantile);
  // The largest rank r with P(fewer than r values below) <= tail, and the least with P(at least r below) <= tail.
  const lowRank = rankWhere(samples, (rank) => below(rank - 1) > tail) - 1;
  const highRank = rankWhere(samples, (rank) => below(rank - 1) >= 1 - tail);
  return {
    estimate: quantileSorted(sorted as unknown as number[], quantile)!,
    low: lowRank >= 1 ? sorted[lowRank - 1]! : -Infinity,
    high: highRank <= samples ? sorted[highRank - 1]! : Infinity,
    level,
    samples,
  };
}

/** The least rank 1..n+1 for which a condition holds that holds for all above it; n + 1 if it holds for none. */
function rankWhere(samples: number, holds: (rank: number) => boolean): number {
  let least = 1;
  let most = samples + 1;
  while (least < most) {
    const middle = (least + most) >> 1;
    if (holds(middle)) most = middle;
    else least = middle + 1;
  }
  return least;
}
