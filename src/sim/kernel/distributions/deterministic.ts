import type { Distribution } from './distribution.ts';
import { requireNonNegative } from './parameters.ts';

/** Always `value`, >= 0. Draws nothing from the stream. */
export interface DeterministicSpec {
  readonly kind: 'deterministic';
  readonly value: number;
}

export class Deterministic implements Distribution {
  readonly mean: number;
  readonly variance = 0;

  constructor({ kind, value }: DeterministicSpec) {
    requireNonNegative(kind, 'value', value);
    this.mean = value;
  }

  sample(): number {
    return this.mean;
  }
}
