import { parameterError, requireNonNegative } from './parameters.ts';

/** Draws an index 0 .. weights.length-1 in proportion to its weight, by inversion: the index rises with the uniform. */
export class WeightedChoice {
  /** cumulative[i] = weights[0] + .. + weights[i]. */
  readonly #cumulative: Float64Array;
  readonly #total: number;

  /** Weights finite and >= 0 with a finite sum > 0; `requireWeights` checks those that a user gives. */
  constructor(weights: readonly number[]) {
    let total = 0;
    this.#cumulative = Float64Array.from(weights, (weight) => (total += weight));
    this.#total = total;
  }

  /** The first index whose cumulative weight exceeds u of the total; u in (0, 1). Weight 0 is never drawn. */
  pick(u: number): number {
    const target = u * this.#total;
    const cumulative = this.#cumulative;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** RangeError unless the weights are finite, >= 0 and have a finite sum > 0. */
export function requireWeights(kind: string, parameter: string, weights: readonly number[]): void {
  weights.forEach((weight, index) => requireNonNegative(kind, `${parameter}[${index}]`, weight));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0 && Number.isFinite(sum))) {
    throw parameterError(kind, `the sum of ${parameter}`, sum, 'weights with a finite sum > 0');
  }
}
