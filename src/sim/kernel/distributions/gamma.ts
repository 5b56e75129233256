import { ln, power } from '../portable-math.ts';
import type { RandomStream } from '../random.ts';
import type { Distribution } from './distribution.ts';
import { normalQuantile } from './normal-quantile.ts';
import { requirePositive } from './parameters.ts';

/** Mean shape · scale; both > 0. Shape 1 is exponential, a whole shape the sum of so many exponentials (Erlang). */
export interface GammaSpec {
  readonly kind: 'gamma';
  readonly shape: number;
  readonly scale: number;
}

/**
 * By rejection, since the law has no inverse in closed form: two uniforms a try, more than 95 % of tries succeed, and
 * one more uniform for shape < 1. Source: Marsaglia and Tsang, ACM Trans. Math. Software 26 (2000) 363.
 */
export class Gamma implements Distribution {
  readonly mean: number;
  readonly variance: number;
  readonly #shape: number;
  readonly #scale: number;
  readonly #d: number;
  readonly #c: number;

  constructor({ kind, shape, scale }: GammaSpec) {
    requirePositive(kind, 'shape', shape);
    requirePositive(kind, 'scale', scale);
    this.mean = shape * scale;
    this.variance = shape * scale * scale;
    this.#shape = shape;
    this.#scale = scale;
    this.#d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
    this.#c = 1 / Math.sqrt(9 * this.#d);
  }

  sample(stream: RandomStream): number {
    const gamma = this.#scale * this.#d * this.#cube(stream);
    // Gamma(shape) = Gamma(shape + 1) · U^(1 / shape).
    return this.#shape < 1 ? gamma * power(stream.uniform(), 1 / this.#shape) : gamma;
  }

  /** The accepted v of Marsaglia and Tsang: d · v is a gamma of shape d + 1/3 and scale 1. */
  #cube(stream: RandomStream): number {
    for (;;) {
      const x = normalQuantile(stream.uniform());
      const u = stream.uniform();
      const base = 1 + this.#c * x;
      if (base <= 0) continue;
      const v = base * base * base;
      const square = x * x;
      if (u < 1 - 0.0331 * square * square) return v;
      if (ln(u) < 0.5 * square + this.#d * (1 - v + ln(v))) return v;
    }
  }
}
