import { gammaFunction, ln, power } from '../portable-math.ts';
import type { RandomStream } from '../random.ts';
import type { Distribution } from './distribution.ts';
import { parameterError, requirePositive } from './parameters.ts';

/**
 * P(X > x) = exp(-(x / scale)^shape); scale > 0, shape 0.02 .. 1000. Shape < 1: failures early in life; 1: exponential.
 */
export interface WeibullSpec {
  readonly kind: 'weibull';
  readonly shape: number;
  readonly scale: number;
}

/** Below, the squared mean overflows; above, the variance is lost among the digits of the mean. */
const SHAPE_MIN = 0.02;
const SHAPE_MAX = 1000;

export class Weibull implements Distribution {
  readonly mean: number;
  readonly variance: number;
  readonly #scale: number;
  readonly #inverseShape: number;

  constructor({ kind, shape, scale }: WeibullSpec) {
    if (!(shape >= SHAPE_MIN && shape <= SHAPE_MAX)) {
      throw parameterError(kind, 'shape', shape, `a number from ${SHAPE_MIN} to ${SHAPE_MAX}`);
    }
    requirePositive(kind, 'scale', scale);
    this.#scale = scale;
    this.#inverseShape = 1 / shape;
    const first = gammaFunction(1 + 1 / shape);
    this.mean = scale * first;
    this.variance = scale * scale * (gammaFunction(1 + 2 / shape) - first * first);
  }

  sample(stream: RandomStream): number {
    return this.#scale * power(-ln(1 - stream.uniform()), this.#inverseShape);
  }
}
