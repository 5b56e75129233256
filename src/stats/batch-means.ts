import type { Interval } from './interval.ts';
import { meanInterval } from './mean-interval.ts';

/** Batches of one long run; their means are nearly independent if each batch is much longer than the memory of the run. */
const BATCHES = { most: 20, least: 10 } as const;
/** Batches that seem to follow each other beyond this many standard deviations are made longer; independent ones do so once in four. */
const DEPENDENT = 0.674;

export interface BatchMeans {
  readonly interval: Interval;
  /** Values in each batch. */
  readonly length: number;
  /** False when even the longest batches still follow each other: the run is too short for a sound interval. */
  readonly areIndependent: boolean;
}

/**
 * Interval of the mean of one long stationary series by batch means. Begins with 20 batches and makes them longer, down
 * to 10, until the von Neumann ratio no longer shows that each resembles the one before. Values at the beginning that do
 * not fill a batch are left out. RangeError for fewer than 20 values.
 */
export function batchMeans(series: ArrayLike<number>, level: number): BatchMeans {
  if (series.length < 2 * BATCHES.least) {
    throw new RangeError(`batch means need at least ${2 * BATCHES.least} values, not ${series.length}`);
  }
  for (let batches: number = BATCHES.most; ; batches = Math.max(BATCHES.least, Math.floor(batches / 2))) {
    const length = Math.floor(series.length / batches);
    if (length < 1) continue;
    const means = meansOf(series, batches, length);
    const areIndependent = !followEachOther(means);
    if (areIndependent || batches === BATCHES.least) {
      return { interval: meanInterval(means, level), length, areIndependent };
    }
  }
}

function meansOf(series: ArrayLike<number>, batches: number, length: number): Float64Array {
  const from = series.length - batches * length;
  const means = new Float64Array(batches);
  for (let batch = 0; batch < batches; batch++) {
    let sum = 0;
    for (let index = 0; index < length; index++) sum += series[from + batch * length + index]!;
    means[batch] = sum / length;
  }
  return means;
}

/** Whether neighbours resemble each other: the mean square of their differences is well below twice the variance. */
function followEachOther(means: Float64Array): boolean {
  const count = means.length;
  const middle = means.reduce((sum, value) => sum + value, 0) / count;
  let steps = 0;
  let squares = 0;
  for (let index = 0; index < count; index++) {
    squares += (means[index]! - middle) ** 2;
    if (index > 0) steps += (means[index]! - means[index - 1]!) ** 2;
  }
  if (squares === 0) return false;
  // Von Neumann's ratio has mean 2 and variance 4(n-2)/(n^2-1) for independent normal values (Fishman 1978).
  const score = (1 - steps / (2 * squares)) * Math.sqrt((count * count - 1) / (count - 2));
  return score > DEPENDENT;
}
