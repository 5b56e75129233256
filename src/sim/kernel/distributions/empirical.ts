import type { RandomStream } from '../random.ts';
import type { Distribution } from './distribution.ts';
import { parameterError, requireNonNegative } from './parameters.ts';
import { requireWeights, WeightedChoice } from './weighted-choice.ts';

/** One of the listed values, each >= 0: all alike, or in proportion to `weights` (one a value, >= 0, not all 0). */
export interface EmpiricalSpec {
  readonly kind: 'empirical';
  readonly values: readonly number[];
  readonly weights?: readonly number[];
}

/** By inversion over the sorted values; with weights in O(log n), without in O(1). */
export class Empirical implements Distribution {
  readonly mean: number;
  readonly variance: number;
  readonly #values: Float64Array;
  /** Left out when all values weigh alike. */
  readonly #choice: WeightedChoice | undefined;

  constructor({ kind, values, weights }: EmpiricalSpec) {
    if (values.length === 0) throw parameterError(kind, 'values', values, 'at least one value');
    values.forEach((value, index) => requireNonNegative(kind, `values[${index}]`, value));
    if (weights !== undefined && weights.length !== values.length) {
      throw parameterError(kind, 'the number of weights', weights.length, `one a value: ${values.length}`);
    }
    if (weights !== undefined) requireWeights(kind, 'weights', weights);
    const order = values.map((_, index) => index).toSorted((a, b) => values[a]! - values[b]! || a - b);
    const sortedWeights = order.map((index) => weights?.[index] ?? 1);
    this.#values = Float64Array.from(order, (index) => values[index]!);
    this.#choice = weights === undefined ? undefined : new WeightedChoice(sortedWeights);

    const total = sortedWeights.reduce((sum, weight) => sum + weight, 0);
    const average = (figure: (value: number) => number) =>
      this.#values.reduce((sum, value, index) => sum + figure(value) * sortedWeights[index]!, 0) / total;
    const mean = average((value) => value);
    this.mean = mean;
    this.variance = average((value) => (value - mean) * (value - mean));
  }

  sample(stream: RandomStream): number {
    const u = stream.uniform();
    return this.#values[this.#choice === undefined ? Math.floor(u * this.#values.length) : this.#choice.pick(u)]!;
  }
}
