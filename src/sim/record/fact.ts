import type { NodeStatus } from '../model/node-status.ts';

/** What can happen, as far as anybody who measures is concerned. */
export const FactKind = {
  /** A job joined the queue for the first time. */
  Arrive: 0,
  /** A job got its GPUs (its grants are in the fact). */
  Start: 1,
  /** A running job was stopped and queued again (its grants are still in the fact). */
  Preempt: 2,
  /** A job ended (its grants are still in the fact). */
  Finish: 3,
  /** A waiting job was turned away. */
  Reject: 4,
  /** A job was still running when the run ended (its grants are in the fact). */
  CutOff: 5,
  /** From now on waiting jobs of a shape are held up by another cause. */
  Refusal: 6,
  /** A running job left its GPUs to go on at once on others (its old grants are still in the fact). */
  Leave: 7,
  /** The other half of Leave (its new grants are in the fact). */
  GoOn: 8,
  /** A waiting job asks for another shape from now on: it makes do with nodes farther from its data, or no longer. */
  Reshape: 9,
  /**
   * A fault stopped a running gang: it holds its GPUs and does nothing until the fault is found (its grants are in the
   * fact). Once more for a stalled gang: a further fault took what its machines still held.
   */
  Stall: 10,
  /** A stalled gang came off its GPUs and was queued again, or is to be (`Rejoin`; its grants are still in the fact). */
  Interrupt: 11,
  /** A stalled gang came off its GPUs and will not be tried again (its grants are still in the fact). */
  GiveUp: 12,
  /**
   * A running gang goes on at another pace, for members have become slow or are no longer, or with other checkpoints, for
   * the storage has become busier or idler (its grants are in the fact).
   */
  Pace: 13,
  /** A running gang computes wrongly from now on and nobody knows (its grants are in the fact). */
  Corrupt: 14,
  /** An interrupted job that was kept out of the queue joins it. */
  Rejoin: 15,
  /** A replica of a service has paid its overheads and serves from now on. */
  Ready: 20,
} as const;
export type FactKind = (typeof FactKind)[keyof typeof FactKind];

/** What can happen to components and nodes. */
export const NodeFactKind = {
  /** A component broke, whether anything ran on it or not. */
  Fault: 0,
  /** The fault is known. */
  Detect: 1,
  /** Somebody is at work on it. */
  Repair: 2,
  /** It works again. */
  Mended: 3,
  /** GPUs of a node, idle, are there for something else from now on. */
  Shift: 4,
  /** A node that has been mended does not go back to work, for what was found on it. */
  Quarantine: 5,
  /** It does now, or another in its place. */
  Release: 6,
  /** The last copy of a data set was destroyed; */
  DataLost: 10,
  /** it is back, as it was at an earlier instant (`sinceUs`); */
  DataBack: 11,
  /** there is no backup, and it will not come back. */
  DataGone: 12,
} as const;
export type NodeFactKind = (typeof NodeFactKind)[keyof typeof NodeFactKind];

/** Those that tell what becomes of data sets. */
export type DataFactKind = typeof NodeFactKind.DataLost | typeof NodeFactKind.DataBack | typeof NodeFactKind.DataGone;

/** One thing that happened to a component or a node. Reused by the engine, as facts about jobs are. */
export interface NodeFact {
  kind: NodeFactKind;
  /** Whole us. */
  timeUs: number;
  /** The component (its number in model/components.ts); for Shift, Quarantine and Release the node; for data the set. */
  subject: number;
  /**
   * The component's class; for Shift 0, for Quarantine how many of the node's components are lemons by luck, for Release 1
   * if another node is in its place, else 0.
   */
  detail: number;
  /** Shift: how many GPUs, and what the node was and is there for; else 0. */
  gpus: number;
  from: NodeStatus;
  to: NodeStatus;
  /** DataBack: as of when its content is, whole us; else 0. */
  sinceUs: number;
}

/** How the time since a gang's last fact divides: whole us, and they add up to it. */
export interface Spent {
  /** Start and resume overheads, taking over from a spare, reading data: no progress. */
  overheadUs: number;
  /** After a fault: getting back what was kept, and then up to speed. */
  loadUs: number;
  warmUpUs: number;
  /** Work was done that is kept so far. Below 0 where a fault takes back more than was done since the last fact. */
  usefulUs: number;
  /** Work that a fault took back, of this stretch or of those before it on the same GPUs. */
  lostUs: number;
  /** Work that was done on what a silent corruption had spoilt; and, where it began, what it spoilt of what was kept so far. */
  corruptUs: number;
  /** Stalled by checkpoints. */
  stallUs: number;
  /** The work was done, the GPUs were still held. */
  teardownUs: number;
  /** Stopped by a fault that was not known yet. */
  undetectedUs: number;
  /** Of the time it ran, the part that a slow member cost the whole gang. */
  degradedUs: number;
}

export function nothingSpent(): Spent {
  return {
    overheadUs: 0,
    loadUs: 0,
    warmUpUs: 0,
    usefulUs: 0,
    lostUs: 0,
    corruptUs: 0,
    stallUs: 0,
    teardownUs: 0,
    undetectedUs: 0,
    degradedUs: 0,
  };
}

/** Whether a fact closes a stretch of a gang's run, so that `spent` says how the stretch divides. */
export function closesStretch(kind: FactKind): boolean {
  switch (kind) {
    case FactKind.Finish:
    case FactKind.Preempt:
    case FactKind.Leave:
    case FactKind.CutOff:
    case FactKind.Stall:
    case FactKind.Interrupt:
    case FactKind.GiveUp:
    case FactKind.Pace:
    case FactKind.Corrupt:
      return true;
    case FactKind.Arrive:
    case FactKind.Start:
    case FactKind.Reject:
    case FactKind.Refusal:
    case FactKind.GoOn:
    case FactKind.Reshape:
    case FactKind.Ready:
    case FactKind.Rejoin:
      return false;
    default:
      return kind satisfies never;
  }
}

/** Time without progress at the beginning of a run. */
export function restartUsOf({ overheadUs, loadUs, warmUpUs }: Readonly<Spent>): number {
  return overheadUs + loadUs + warmUpUs;
}

/** One thing that happened. The engine reuses the object: a fold copies what it wants to keep. */
export interface Fact {
  kind: FactKind;
  /** Whole us. */
  timeUs: number;
  /** Job, or for Refusal the shape. */
  subject: number;
  /**
   * For Arrive and Reshape the job's shape; for Refusal the cause's code (contract/refusal.ts); for Start and GoOn one
   * more than the locality (model/data-sets.ts) at which the gang now reads its data set, 0 if it reads none; for
   * Finish 1 if the result is wrong, by a silent corruption that nobody has found; for Interrupt 1 if the job is kept
   * out of the queue until a Rejoin, else 0; for Corrupt and Stall
   * the class of the component that broke, or, behind all of those, the cause of a crash of its own; for others 0.
   */
  detail: number;
  /** GPUs that the job holds or held, where the fact has grants; else 0. */
  gpus: number;
  /** The same in thousandths; less than 1000 for a share of a GPU. */
  gpuMilli: number;
  /** Start, Preempt, Finish, CutOff, Leave and GoOn: run k at grants[grantsFirst + 3k] is first node, number of nodes, GPUs on each. */
  grants: Int32Array;
  grantsFirst: number;
  /** One past the last run's last number. */
  grantsEnd: number;
  /** Finish, Preempt, Leave, CutOff, Stall, Interrupt, GiveUp, Pace and Corrupt, in runs in which something can fail. */
  spent: Readonly<Spent>;
  /** Where jobs share GPUs, the index of each GPU on its node follows the runs, up to here; else grantsEnd. */
  gpusEnd: number;
}

/** A metric as a streaming fold over facts: made at the start, stepped once a fact, done at the end of the run. */
export interface Fold {
  step(fact: Fact): void;
  /** Left out by those who care for jobs alone. */
  stepNode?(fact: NodeFact): void;
  /** Called once, with the instant at which the run ended. */
  done(endUs: number): void;
}
