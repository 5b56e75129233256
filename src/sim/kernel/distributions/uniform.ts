import type { RandomStream } from '../random.ts';
import type { Distribution } from './distribution.ts';
import { parameterError, requireNonNegative } from './parameters.ts';

/** Any value between min and max alike; 0 <= min <= max. */
export interface UniformSpec {
  readonly kind: 'uniform';
  readonly min: number;
  readonly max: number;
}

export class Uniform implements Distribution {
  readonly mean: number;
  readonly variance: number;
  readonly #min: number;
  readonly #width: number;

  constructor({ kind, min, max }: UniformSpec) {
    requireNonNegative(kind, 'min', min);
    requireNonNegative(kind, 'max', max);
    if (max < min) throw parameterError(kind, 'max', max, `a number >= min, which is ${min}`);
    this.#min = min;
    this.#width = max - min;
    this.mean = min + this.#width / 2;
    this.variance = (this.#width * this.#width) / 12;
  }

  sample(stream: RandomStream): number {
    return this.#min + this.#width * stream.uniform();
  }
}
