import { ln } from '../portable-math.ts';
import type { RandomStream } from '../random.ts';
import type { Distribution } from './distribution.ts';
import { parameterError } from './parameters.ts';

/** 1, 2, 3, ... with P(X > n) = (1 - 1/mean)^n: the number of tries up to the first success. 1 <= mean <= 1e9. */
export interface GeometricSpec {
  readonly kind: 'geometric';
  readonly mean: number;
}

/** Beyond it 1 - 1/mean has too few digits left for an honest logarithm. */
const MEAN_MAX = 1e9;

export class Geometric implements Distribution {
  readonly mean: number;
  readonly variance: number;
  /** 1 / ln(1 - 1/mean); -0 for mean 1, whose draws are all 1. */
  readonly #inverseLog: number;

  constructor({ kind, mean }: GeometricSpec) {
    if (!(mean >= 1 && mean <= MEAN_MAX)) throw parameterError(kind, 'mean', mean, 'a number from 1 to 1e9');
    this.mean = mean;
    this.variance = mean * (mean - 1);
    this.#inverseLog = 1 / ln(1 - 1 / mean);
  }

  sample(stream: RandomStream): number {
    return Math.floor(ln(1 - stream.uniform()) * this.#inverseLog) + 1;
  }
}
