/** A two-sided confidence interval. Unbounded where the sample tells nothing of its spread. */
export interface Interval {
  /** The estimate: the mean of the sample, or the statistic asked for. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Probability with which an interval made in this way covers the truth, 0..1. */
  readonly level: number;
  /** Independent values that it was made of. */
  readonly samples: number;
}

/** Half the width of an interval as a share of its estimate; Infinity where one of them is not finite or the estimate is 0. */
export function relativeHalfWidth({ estimate, low, high }: Interval): number {
  const half = (high - low) / 2;
  if (half === 0) return 0;
  const share = half / Math.abs(estimate);
  return Number.isFinite(share) ? share : Infinity;
}

/** RangeError unless a confidence level is between 0 and 1. */
export function requireLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`a confidence level is between 0 and 1, not ${level}`);
}
