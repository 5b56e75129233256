import { ln } from '../portable-math.ts';
import type { RandomStream } from '../random.ts';
import type { Distribution } from './distribution.ts';
import { parameterError, requireNonNegative, requirePositive } from './parameters.ts';
import { WeightedChoice } from './weighted-choice.ts';

/** A mixture of exponentials: branch i with its probability, then an exponential of its mean. Probabilities sum to 1. */
export interface HyperexponentialSpec {
  readonly kind: 'hyperexponential';
  readonly branches: readonly { readonly probability: number; readonly mean: number }[];
}

/** Probabilities typed as decimals may miss 1 by their rounding, no more. */
const SUM_TOLERANCE = 1e-9;

/** Two uniforms a draw, one for the branch and one for the exponential, so that streams stay in step. */
export class Hyperexponential implements Distribution {
  readonly mean: number;
  readonly variance: number;
  readonly #choice: WeightedChoice;
  readonly #means: readonly number[];

  constructor({ kind, branches }: HyperexponentialSpec) {
    branches.forEach(({ probability, mean }, index) => {
      requireNonNegative(kind, `branches[${index}].probability`, probability);
      requirePositive(kind, `branches[${index}].mean`, mean);
    });
    const sum = branches.reduce((total, { probability }) => total + probability, 0);
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
      throw parameterError(kind, 'the sum of branches.probability', sum, 'probabilities that sum to 1');
    }
    this.#choice = new WeightedChoice(branches.map(({ probability }) => probability));
    this.#means = branches.map(({ mean }) => mean);
    const average = (figure: (mean: number) => number) =>
      branches.reduce((total, { probability, mean }) => total + probability * figure(mean), 0) / sum;
    this.mean = average((mean) => mean);
    this.variance = average((mean) => 2 * mean * mean) - this.mean * this.mean;
  }

  sample(stream: RandomStream): number {
    const branch = this.#choice.pick(stream.uniform());
    return -this.#means[branch]! * ln(1 - stream.uniform());
  }
}
