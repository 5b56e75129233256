import type { TimeUs } from '../kernel/clock.ts';

/** Why a running gang was stopped that nothing had broken; the detail of the fact Preempt. */
export const StopCause = {
  /** A scheduling policy wanted its GPUs. */
  Policy: 0,
  /** Its nodes were due for planned work. */
  Maintenance: 1,
  /** A fault of its nodes was predicted. */
  Prediction: 2,
  /** Its nodes were about to be reclaimed. */
  Reclaim: 3,
} as const;
export type StopCause = (typeof StopCause)[keyof typeof StopCause];

/** Stops a running gang with its work kept. */
export interface PlannedStop {
  readonly cause: StopCause;
  /** What the next start costs before work goes on, whole us; left out: what any preemption costs. */
  readonly restart?: { readonly loadUs: TimeUs; readonly warmUpUs: TimeUs };
}

/** As a scheduling policy stops it. */
export const preemption: PlannedStop = { cause: StopCause.Policy };
