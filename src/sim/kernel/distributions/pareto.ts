import { power } from '../portable-math.ts';
import type { RandomStream } from '../random.ts';
import type { Distribution } from './distribution.ts';
import { requirePositive } from './parameters.ts';

/**
 * P(X > x) = (scale / x)^shape for x >= scale, the minimum; both > 0. Infinite mean for shape <= 1, infinite variance
 * for shape <= 2.
 */
export interface ParetoSpec {
  readonly kind: 'pareto';
  readonly shape: number;
  readonly scale: number;
}

export class Pareto implements Distribution {
  readonly mean: number;
  readonly variance: number;
  readonly #scale: number;
  readonly #exponent: number;

  constructor({ kind, shape, scale }: ParetoSpec) {
    requirePositive(kind, 'shape', shape);
    requirePositive(kind, 'scale', scale);
    this.#scale = scale;
    this.#exponent = -1 / shape;
    this.mean = shape > 1 ? (shape * scale) / (shape - 1) : Infinity;
    this.variance = shape > 2 ? (scale * scale * shape) / ((shape - 1) * (shape - 1) * (shape - 2)) : Infinity;
  }

  sample(stream: RandomStream): number {
    return this.#scale * power(1 - stream.uniform(), this.#exponent);
  }
}
