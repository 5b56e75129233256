import type { TimeUs } from '../kernel/clock.ts';
import type { RandomStream } from '../kernel/random.ts';
import type { ComponentScope, FaultScope } from './fault-scope.ts';
import type { Maintenance } from './maintenance.ts';
import type { NodeStatus } from './node-status.ts';
import type { StopCause } from './planned-stop.ts';
import type { Quarantine } from './quarantine.ts';
import type { SpareNodes } from './spare-nodes.ts';
import type { SharedStorage } from './shared-storage.ts';

/** How a component stands at instant 0: out of order and in repair, or at work, and for how long yet. */
export interface Standing {
  readonly isDown: boolean;
  /** Whole us; NEVER: for the whole run. */
  readonly leftUs: TimeUs;
}

/** When a component works and when it does not: what its draws are, or what a trace says. */
export interface Lifetimes {
  /** Left out: each works and is as good as new at instant 0. */
  standing?(luck: RandomStream): Standing;
  /** Time from now, when it works, to its next fault, whole us; NEVER: it faults no more. */
  nextFaultUs(luck: RandomStream, nowUs: TimeUs): TimeUs;
  /** How long its repair takes from now, when somebody is at it, whole us >= 0; NEVER: it is not repaired. */
  repairUs(luck: RandomStream, nowUs: TimeUs): TimeUs;
}

/** Draws a length of time, whole us >= 0; NEVER: it does not come to an end. */
export type DrawUs = (luck: RandomStream) => TimeUs;

/** A class of components of which every domain of its scope has some. */
export interface ComponentClass {
  readonly name: string;
  readonly scope: ComponentScope;
  /** The only node, or domain by number, that has one; left out: each has. */
  readonly only?: number;
  /** Components in each domain. */
  readonly perDomain: number;
  readonly lifetimes: Lifetimes;
  /** Those of some domains by number, where they differ: a trace has its own of each node. */
  readonly ownLifetimes?: ReadonlyMap<number, Lifetimes>;
  /** Mean time between faults of one, us; NEVER where none is expected. For policies that plan by it. */
  readonly meanTimeToFaultUs: TimeUs;
  /** Left out: a fault stops the gangs on it. Else they run on slowly, at this part of their speed, > 0 and < 1, */
  readonly slow?: {
    readonly factor: number;
    /** until the fault is found, and are stopped then; or, where nothing is done about it, until it has passed. */
    readonly isIgnored: boolean;
  };
  /** Gangs go on, and what they do is wrong until a validation finds it, `detectionUs` after the fault. Left out: false. */
  readonly corrupts?: boolean;
  /** From the fault until it is known, whole us; the mean where it is drawn. */
  readonly detectionUs: TimeUs;
  /** Left out: it always takes `detectionUs`. */
  readonly drawDetectionUs?: DrawUs;
  /** Whether its repair takes one of the technicians. */
  readonly needsTechnician: boolean;
  /** Whose nodes have one, by number of the pool; left out: those of every pool. */
  readonly pool?: number;
  /** Left out: nobody knows of its faults before they come. */
  readonly announced?: Announcement;
  /** The greater, the sooner a technician comes, where that is the order of repairs; left out: 0. */
  readonly priority?: number;
  /** Mean time of its repairs, us, where technicians look for the short ones; left out: 0. */
  readonly meanRepairUs?: number;
  /** How long its nodes are tried out after a repair, whole us; left out: 0. */
  readonly burnInUs?: TimeUs;
  /** A share of faults that the first check misses: found only so long after the fault. */
  readonly missed?: { readonly share: number; readonly detectionUs: DrawUs };
  /** A share of faults that a reset mends, which takes no technician. */
  readonly transient?: { readonly share: number; readonly resetUs: DrawUs };
  /** A share of repairs that did not help: the next fault comes so soon after. */
  readonly reappears?: { readonly share: number; readonly withinUs: DrawUs };
  /** A share of the components that live otherwise than the rest. */
  readonly lemons?: { readonly share: number; readonly lifetimes: Lifetimes };
  /** Whether a fault destroys the data on its nodes, so that they come back empty; left out: false. */
  readonly destroysData?: boolean;
  /** Nothing breaks: something good is taken out of service, tried out and put back. Left out: false. */
  readonly isFalseAlarm?: boolean;
  /** A share of faults whose cause strikes the others of the class in the domain around it, each with a probability. */
  readonly burst?: { readonly probability: number; readonly spread: number; readonly within: FaultScope };
  /** Faults that follow from it, each on every component of another class (by number) under it or above it. */
  readonly cascades?: readonly Cascade[];
}

/** A fault of one component may bring down others. */
export interface Cascade {
  readonly to: number;
  readonly probability: number;
  readonly afterUs: DrawUs;
}

/** What is known of the faults of a component before they come. */
export interface Announcement {
  /** For what gangs are stopped that leave in time. */
  readonly cause: StopCause;
  /** Of the faults, those that are announced. */
  readonly share: number;
  /** How long before, whole us. */
  readonly leadUs: TimeUs;
  /** What its nodes are there for once gangs have left, up to the fault. */
  readonly status: NodeStatus;
  /** Draws the time, whole us > 0, to the next announcement of a fault that does not come; left out: there are none. */
  readonly falseUs?: (luck: RandomStream) => TimeUs;
}

/** Jobs that their own software kills. */
export interface JobCrashClass {
  readonly name: string;
  /** Those that have the mistake, by JobId. */
  readonly jobs: readonly number[];
  /** Draws how long after each start, and each move, such a job crashes; overheads are part of that. */
  readonly timeToCrashUs: DrawUs;
  /** After so many crashes a job's mistake is mended; Infinity: never. */
  readonly times: number;
}

/** Whose repair begins first when a technician is free. */
export const repairOrders = ['fifo', 'most-gpus', 'shortest', 'by-priority'] as const;
export type RepairOrder = (typeof repairOrders)[number];

/** What can break in a run. */
export interface FailureModel {
  readonly classes: readonly ComponentClass[];
  /** Repairs that go on at once; Infinity: as many as there are. */
  readonly technicians: number;
  /** Left out: none. */
  readonly spares?: readonly SpareNodes[];
  /** Left out: fifo. */
  readonly repairOrder?: RepairOrder;
  /** Left out: every node goes back to work when it is mended. */
  readonly quarantine?: Quarantine;
  /** Planned work on nodes. Left out: none. */
  readonly maintenance?: readonly Maintenance[];
  /** Left out: no job crashes by itself. */
  readonly jobCrashes?: readonly JobCrashClass[];
  /** Where gangs keep their work whose checkpoints have a size. Left out: each checkpoint takes what its policy says. */
  readonly storage?: SharedStorage;
  /** A stream for each component, or for a question about it: what breaks here moves nobody else's luck. */
  readonly luck: (name: string) => RandomStream;
}
