import type { RandomStream } from '../random.ts';

/**
 * A law of times, sizes or counts: never negative. Immutable: all luck comes from the stream it is given, so one
 * distribution may serve many streams. Where the law has an inverse, `sample` spends one uniform and rises with it.
 */
export interface Distribution {
  /** In the unit of the parameters; Infinity where the integral diverges (a Pareto of shape <= 1). */
  readonly mean: number;
  /** In that unit squared; may be Infinity (a Pareto of shape <= 2). */
  readonly variance: number;
  sample(stream: RandomStream): number;
}
