import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import type { CheckpointPlan } from '../../contract/recovery.ts';

/** No checkpoint is ever written. */
export const NO_CHECKPOINTS: CheckpointPlan = { everyUs: NEVER, stallUs: 0, persistUs: 0 };

/** Where in the cycle of running and stalling a stretch begins, whole us; all 0 where a run begins. */
export interface CyclePlace {
  /** Ran since the last checkpoint. */
  ranUs: TimeUs;
  /** Stalled already for the one being written. */
  stalledUs: TimeUs;
}

/** How a stretch of running divides: whole us. */
export interface Division {
  /** Ran; the rest of the stretch was stalled. */
  workUs: TimeUs;
  stallUs: TimeUs;
  /** Checkpoints of the stretch that it has stalled for: ran for `everyUs` before each; and those that are safe at its end. */
  begun: number;
  safe: number;
  /** Place in the cycle at its end. */
  ranUs: TimeUs;
  stalledUs: TimeUs;
  /** Until the checkpoint begun last is safe; 0: it is, or none was begun. */
  persistLeftUs: TimeUs;
}

/** Checkpoints that a gang still writes: none at the end of the work. */
function checkpointsIn(workUs: TimeUs, { everyUs }: CheckpointPlan): number {
  return everyUs === NEVER || workUs <= everyUs ? 0 : Math.ceil(workUs / everyUs) - 1;
}

/** Length of a stretch that does `workUs` > 0 of work to its end, stalls included. */
export function runLengthUs(workUs: TimeUs, plan: CheckpointPlan, from: CyclePlace): TimeUs {
  return workUs + checkpointsIn(overdueAtOnce(from, plan) + workUs, plan) * plan.stallUs - from.stalledUs;
}

/** A checkpoint that a longer interval put off, or a lower speed made worth while, is written at once. */
function overdueAtOnce({ ranUs }: CyclePlace, { everyUs }: CheckpointPlan): TimeUs {
  return Math.min(ranUs, everyUs);
}

/**
 * Divides the first `elapsedUs` of a stretch that has `workUs` of work to do: arithmetic, however many checkpoints it
 * wrote. A checkpoint that is due while the last one is still being made safe waits for it, so `everyUs >= persistUs`.
 * A gang that then stood still for `stoodUs`, to leave, goes on writing what it had begun: that may be safe by now too.
 */
export function divide(
  elapsedUs: TimeUs,
  workUs: TimeUs,
  plan: CheckpointPlan,
  from: CyclePlace,
  into: Division,
  stoodUs: TimeUs = 0,
): void {
  const { everyUs, stallUs, persistUs } = plan;
  const before = overdueAtOnce(from, plan);
  const checkpoints = checkpointsIn(before + workUs, plan);
  const cycleUs = everyUs + stallUs;
  // As if the stretch had begun where the cycle did.
  const sinceUs = before + from.stalledUs + elapsedUs;
  const begun = checkpoints === 0 ? 0 : Math.min(checkpoints, Math.floor(sinceUs / cycleUs));
  const restUs = sinceUs - begun * cycleUs;
  const isStalled = begun < checkpoints && restUs > everyUs;
  const stalledUs = isStalled ? restUs - everyUs : 0;
  const written = isStalled && stalledUs + stoodUs >= stallUs ? begun + 1 : begun;
  const safe =
    persistUs === 0 ? written : Math.max(0, Math.min(written, Math.floor((sinceUs + stoodUs - persistUs) / cycleUs)));
  into.stallUs = begun * stallUs + stalledUs - from.stalledUs;
  into.workUs = elapsedUs - into.stallUs;
  into.begun = begun;
  into.safe = safe;
  into.ranUs = begun === 0 && !isStalled ? from.ranUs + into.workUs : restUs - stalledUs;
  into.stalledUs = stalledUs;
  into.persistLeftUs = safe < begun ? persistUs - restUs : 0;
}
