import type { TimeUs } from '../kernel/clock.ts';
import type { PolicyDefinition } from './definition.ts';

/** A gang that is about to run, as far as its recovery is concerned. */
export interface GangRisk {
  readonly gpus: number;
  readonly nodes: number;
  /** Mean time between the faults that stop a gang on these nodes, us, by the catalogue's means; NEVER: none is expected. */
  readonly meanTimeToFaultUs: TimeUs;
}

/**
 * How a gang keeps its work. After each `everyUs` of running it stalls for `stallUs` and what it had done by then is
 * safe `persistUs` after the stall (0: at its end). No checkpoint is written at the end of the work.
 */
export interface CheckpointPlan {
  /** Whole us > 0 of running between checkpoints; NEVER: none is written. */
  readonly everyUs: TimeUs;
  readonly stallUs: TimeUs;
  readonly persistUs: TimeUs;
}

/** What keeps the work of gangs, and what becomes of those that a fault has stopped. */
export interface RecoveryPolicy {
  checkpoints(gang: GangRisk): CheckpointPlan;
  /** Time without progress at the beginning of each run after a fault: load of the checkpoint, warm-up; whole us. */
  restartUs(gang: { readonly gpus: number }): TimeUs;
  /** A job that faults have stopped so many times is given up; Infinity: never. */
  readonly attemptsMax: number;
}

export type RecoveryDefinition = PolicyDefinition<RecoveryPolicy>;
