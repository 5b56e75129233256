import { ln } from '../portable-math.ts';
import type { RandomStream } from '../random.ts';
import type { Distribution } from './distribution.ts';
import { requirePositive } from './parameters.ts';

/** Mean > 0; rate = 1 / mean. */
export interface ExponentialSpec {
  readonly kind: 'exponential';
  readonly mean: number;
}

export class Exponential implements Distribution {
  readonly mean: number;
  readonly variance: number;

  constructor({ kind, mean }: ExponentialSpec) {
    requirePositive(kind, 'mean', mean);
    this.mean = mean;
    this.variance = mean * mean;
  }

  sample(stream: RandomStream): number {
    return -this.mean * ln(1 - stream.uniform());
  }
}
