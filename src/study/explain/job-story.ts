import type { WaitCause } from '../../sim/record/summary.ts';

/** A job as others know it. */
export interface NamedJob {
  readonly id: string;
  readonly gpus: number;
}

/** Who stood before a job in the queue. */
export interface Ahead {
  readonly jobs: number;
  readonly gpus: number;
  /** The first few, in the policy's order. */
  readonly first: readonly NamedJob[];
}

/** Neighbouring nodes that a gang holds: `nodes` of them from `node` on, `gpus` GPUs on each. */
export interface HeldNodes {
  readonly node: string;
  readonly last: string;
  readonly nodes: number;
  readonly gpus: number;
}

/** One thing in a job's life. Times in s since the start of the run. */
export type Chapter =
  | {
      /** A stretch of waiting for one cause. What it says of others held when it began. */
      readonly what: 'waited';
      readonly atS: number;
      readonly untilS: number;
      readonly cause: WaitCause;
      /** GPUs free on the types that it may use. */
      readonly freeGpus: number;
      readonly ahead: Ahead;
      /** For behind-head: whose reservation, or whose place at the head of the queue, it was held back for. */
      readonly heldBy: NamedJob | null;
    }
  | {
      readonly what: 'reserved';
      readonly atS: number;
      /** The instant reserved. */
      readonly forS: number;
      /** The one before, or null for the first since it joined the queue. */
      readonly beforeS: number | null;
    }
  | {
      /** moved: it went on at once on other GPUs, or on another number of them. */
      readonly what: 'started' | 'moved';
      readonly atS: number;
      readonly gpuType: string;
      readonly gpus: number;
      readonly nodes: readonly HeldNodes[];
    }
  | {
      readonly what: 'preempted';
      readonly atS: number;
      /** Jobs that started at the same instant. */
      readonly startedThen: readonly NamedJob[];
    }
  | { readonly what: 'submitted' | 'finished' | 'rejected' | 'cut-off'; readonly atS: number };

/** A change to the job alone that was tried by running everything again up to its submission. */
export interface RequestChange {
  readonly change: 'gpus' | 'gpu-type' | 'estimate';
  /** GPUs, the type's name, or seconds. */
  readonly to: number | string;
  /** Whether it then started at once. */
  readonly startsAtOnce: boolean;
}

/** Idle nodes that would have been enough when the job was first refused, everything else being as it was. */
export interface NodeChange {
  readonly pool: string;
  readonly gpusPerNode: number;
  /** Enough for the job alone. */
  readonly nodesAlone: number;
  /** Enough for it and for everybody ahead of it; null if there were too many ahead to try. */
  readonly nodesForAll: number | null;
}

/** What would have let a job start the moment it was submitted; it waited then. */
export interface Remedies {
  readonly requests: readonly RequestChange[];
  /** The pool of which fewest more nodes are needed; null if the job would have fitted as it was. */
  readonly nodes: NodeChange | null;
  /** True if as many GPUs as it asked for were free on one type it may use, but not in the shape it needed. */
  readonly freeInPieces: boolean;
}

/** A job's life in a run. Plain data; the order of the keys is fixed. */
export interface JobStory {
  readonly schema: 'plimsoll.explain/1';
  readonly job: NamedJob & {
    readonly name: string;
    readonly tenant: string;
    readonly priority: number;
    /** Types that it may use; empty: any. */
    readonly gpuTypes: readonly string[];
    readonly submitS: number;
    /** True running time, which no policy saw. */
    readonly runS: number;
    /** What policies were told. */
    readonly estimateS: number;
  };
  readonly run: {
    readonly scenario: string;
    readonly scheduling: string;
    readonly placement: string;
    readonly fingerprint: string;
    /** The fingerprint in the folder; differs if the version or a trace changed since. */
    readonly recordedFingerprint: string;
  };
  readonly chapters: readonly Chapter[];
  /** Waiting time in all, and by cause, s. */
  readonly waitS: number;
  readonly waitByCause: readonly { readonly cause: WaitCause; readonly seconds: number }[];
  /** Null if it started the moment it was submitted, or was never submitted. */
  readonly remedies: Remedies | null;
}
