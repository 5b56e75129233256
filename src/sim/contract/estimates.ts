import type { TimeUs } from '../kernel/clock.ts';
import type { JobId } from '../model/brand.ts';

/** Estimates that grow with what a run has seen. It has the state of one run. */
export interface EstimateLearner {
  /** What policies are told of a job from its submission on, whole us, >= 0. Asked once, when it is submitted. */
  estimateUs(job: JobId): TimeUs;
  /** A job has ended. */
  ended(job: JobId): void;
}
