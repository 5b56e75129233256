import type { PolicyDefinition } from '../../sim/contract/definition.ts';
import type { EstimateLearner } from '../../sim/contract/estimates.ts';
import type { RandomStreams } from '../../sim/kernel/random.ts';
import type { JobTable } from '../../sim/model/job-table.ts';

/** What policies are told of running times in one scenario. */
export interface Estimates {
  /** Per job: running time at speed 1, whole us, >= 0. With a learner, what holds before the job is submitted. */
  readonly estimateUs: Float64Array;
  /** A new learner for a run; left out where nothing is learnt. */
  readonly learner?: () => EstimateLearner;
  /** What a planner should know of them. */
  readonly warnings: readonly string[];
}

/** Makes the estimates of a scenario's jobs. It knows the true running times, and no policy is one. */
export interface EstimateSource {
  estimates(jobs: JobTable, streams: RandomStreams): Estimates;
}

export type EstimateDefinition = PolicyDefinition<EstimateSource>;
