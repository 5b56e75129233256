import { deviation, mean } from 'd3-array';

/** Mean and sample standard deviation (divisor n - 1; 0 for one value). RangeError for an empty sample or one with a value that is not finite. */
export function momentsOf(values: ArrayLike<number>): { readonly mean: number; readonly deviation: number } {
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index]))
      throw new RangeError(`value ${index} of a sample is ${values[index]}, not a number`);
  }
  const sample = values as number[];
  const middle = mean(sample);
  if (middle === undefined) throw new RangeError('an empty sample has no mean');
  return { mean: middle, deviation: deviation(sample) ?? 0 };
}
