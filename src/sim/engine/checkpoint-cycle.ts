import { NEVER, type TimeUs } from '../kernel/clock.ts';
import type { CheckpointPlan } from '../contract/recovery.ts';

/** No checkpoint is ever written. */
export const NO_CHECKPOINTS: CheckpointPlan = { everyUs: NEVER, stallUs: 0, persistUs: 0 };

/** How a stretch of running divides: whole us, and they add up to its length. */
export interface Division {
  /** Work was done, and would be kept by a gang that stops of its own will. */
  workUs: TimeUs;
  /** Stalled while a checkpoint was written. */
  stallUs: TimeUs;
  /** The part of workUs that a fault at the end of the stretch takes back: done since the last checkpoint that is safe. */
  atRiskUs: TimeUs;
}

/** Checkpoints that a gang writes while it runs for `workUs` of work: none at the end of it. */
function checkpointsIn(workUs: TimeUs, { everyUs }: CheckpointPlan): number {
  return everyUs === NEVER || workUs <= everyUs ? 0 : Math.ceil(workUs / everyUs) - 1;
}

/** Length of a run that does `workUs` of work, stalls included. */
export function runLengthUs(workUs: TimeUs, plan: CheckpointPlan): TimeUs {
  return workUs + checkpointsIn(workUs, plan) * plan.stallUs;
}

/**
 * Divides the first `elapsedUs` of a run that has `workUs` of work to do: arithmetic, however many checkpoints it wrote.
 * A checkpoint that is due while the last one is still being made safe waits for it, so the period is at least that long.
 */
export function divide(elapsedUs: TimeUs, workUs: TimeUs, plan: CheckpointPlan, into: Division): void {
  const { everyUs, stallUs, persistUs } = plan;
  const checkpoints = checkpointsIn(workUs, plan);
  const cycleUs = everyUs + stallUs;
  const begun = checkpoints === 0 ? 0 : Math.min(checkpoints, Math.floor(elapsedUs / cycleUs));
  const restUs = elapsedUs - begun * cycleUs;
  const isStalled = begun < checkpoints && restUs > everyUs;
  into.stallUs = begun * stallUs + (isStalled ? restUs - everyUs : 0);
  into.workUs = elapsedUs - into.stallUs;
  const safe = persistUs === 0 ? begun : Math.max(0, Math.min(begun, Math.floor((elapsedUs - persistUs) / cycleUs)));
  into.atRiskUs = safe === 0 ? into.workUs : into.workUs - safe * everyUs;
}
