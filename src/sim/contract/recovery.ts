import type { TimeUs } from '../kernel/clock.ts';
import type { PolicyDefinition } from './definition.ts';

/**
 * What the storage that all gangs share makes of sizes (bytes, all GPUs of the gang together): whole us, as busy as the
 * other running gangs keep it on average.
 */
export interface StorageTimes {
  readonly writeUs: (bytes: number) => TimeUs;
  readonly readUs: (bytes: number) => TimeUs;
}

/** A gang that is about to run, as far as its recovery is concerned. */
export interface GangRisk {
  readonly gpus: number;
  readonly nodes: number;
  /** Mean time between the faults that stop a gang on these nodes, us, by the catalogue's means; NEVER: none is expected. */
  readonly meanTimeToFaultUs: TimeUs;
  /** Left out: the run says nothing of its storage. */
  readonly storage?: StorageTimes;
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
  /** What each checkpoint writes to the storage that all gangs share, bytes. Left out: nothing that slows others down. */
  readonly bytes?: number;
}

/** A gang at the instant a fault stops it, or strikes it anew while it stands still: how its machines are. */
export interface StruckGang {
  readonly gpus: number;
  /** Nodes that it holds, in the order of their numbers. */
  readonly nodes: number;
  /** Those of them that have a fault, this one or one before it that nobody has found yet. */
  readonly nodesLost: number;
  /** Whether the place-th of its nodes is one of those, 0 <= place < nodes. */
  readonly isLost: (place: number) => boolean;
}

/** A stalled gang at the instant its fault is found: what is known of it. Only what was found counts as lost. */
export interface StoppedGang {
  readonly gpus: number;
  readonly nodes: number;
  readonly nodesLost: number;
  /** GPUs that it holds on the others. */
  readonly gpusLeft: number;
  /** The fewest that it can go on with at all. */
  readonly gpusMin: number;
  /** Whether its machines still hold all but its last step, by the policy's `stepUs`. */
  readonly holdsWork: boolean;
  /** Times that faults have stopped it, this one counted. */
  readonly interruptions: number;
  /** Whether a spare stands ready for each node that it lost. */
  readonly hasSpares: boolean;
  /** Left out: the run says nothing of its storage. */
  readonly storage?: StorageTimes;
}

/** Where a stopped gang goes on: on its other nodes and spares, on its other nodes alone, from the queue, or never. */
export type RecoveryAction = 'replace' | 'shrink' | 'requeue' | 'giveUp';

/** What becomes of a stopped gang. All times are whole us. */
export interface Recovery {
  readonly action: RecoveryAction;
  /** Before it joins the queue; for `requeue` alone. */
  readonly delayUs: TimeUs;
  /** Without progress at the beginning of its next run: getting back what was kept, and then up to speed. */
  readonly loadUs: TimeUs;
  readonly warmUpUs: TimeUs;
  /** What it gets back lies in the memory of its machines, so that it can while the storage is away. Left out: no. */
  readonly fromMemory?: boolean;
}

/** What keeps the work of gangs, and what becomes of those that a fault has stopped. Pure: the same question, the same answer. */
export interface RecoveryPolicy {
  readonly checkpoints: (gang: GangRisk) => CheckpointPlan;
  /**
   * What the machines that are left of a struck gang still hold: only the unfinished one of its steps of so many us
   * (whole, > 0) is lost, counted from the last safe checkpoint on; NEVER: all since that checkpoint is. Asked again at
   * each further fault before the first is found, and may answer worse then. Left out: NEVER.
   */
  readonly stepUs?: (gang: StruckGang) => TimeUs;
  /**
   * Whether what those machines hold is worth something only once it has been saved to the storage, when the fault is
   * found: it is lost if the storage is away then. Left out: no.
   */
  readonly savesWhenFound?: boolean;
  readonly recover: (gang: StoppedGang) => Recovery;
  /** Whether what a gang has done is handed out at once: a silent corruption spoils nothing of it that was done before. Left out: no. */
  readonly handsOut?: boolean;
  /**
   * How long after a fault has stopped a gang its own checks find that fault, whole us, if nobody finds it sooner. Left
   * out: it has none.
   */
  readonly noticesUs?: () => TimeUs;
}

export type RecoveryDefinition = PolicyDefinition<RecoveryPolicy>;
