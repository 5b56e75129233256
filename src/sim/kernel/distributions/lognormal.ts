import { exp, ln } from '../portable-math.ts';
import type { RandomStream } from '../random.ts';
import type { Distribution } from './distribution.ts';
import { normalQuantile } from './normal-quantile.ts';
import { parameterError, requireNonNegative, requirePositive } from './parameters.ts';

/**
 * exp of a normal. Either by mean > 0 and scv >= 0 (squared coefficient of variation: variance / mean²), or by
 * median > 0 and sigma >= 0 (standard deviation of ln X).
 */
export type LognormalSpec =
  | { readonly kind: 'lognormal'; readonly mean: number; readonly scv: number }
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number };

export class Lognormal implements Distribution {
  readonly mean: number;
  readonly variance: number;
  readonly #median: number;
  readonly #sigma: number;

  constructor(spec: LognormalSpec) {
    if ('mean' in spec && 'median' in spec) {
      throw parameterError(spec.kind, 'median', spec.median, 'either mean and scv or median and sigma, not both');
    }
    if ('mean' in spec) {
      requirePositive(spec.kind, 'mean', spec.mean);
      requireNonNegative(spec.kind, 'scv', spec.scv);
      this.mean = spec.mean;
      this.variance = spec.scv * spec.mean * spec.mean;
      this.#sigma = Math.sqrt(ln(1 + spec.scv));
      this.#median = spec.mean / Math.sqrt(1 + spec.scv);
    } else {
      requirePositive(spec.kind, 'median', spec.median);
      requireNonNegative(spec.kind, 'sigma', spec.sigma);
      const growth = exp(spec.sigma * spec.sigma);
      this.mean = spec.median * Math.sqrt(growth);
      this.variance = this.mean * this.mean * (growth - 1);
      this.#sigma = spec.sigma;
      this.#median = spec.median;
    }
  }

  sample(stream: RandomStream): number {
    return this.#median * exp(this.#sigma * normalQuantile(stream.uniform()));
  }
}
