import type { TimeUs } from '../kernel/clock.ts';
import type { RandomStream } from '../kernel/random.ts';
import type { JobId } from '../model/brand.ts';
import type { Cluster } from '../model/cluster.ts';
import type { QuotaTree } from '../model/quota-tree.ts';
import type { PolicyDefinition } from './definition.ts';
import type { GrantSink } from './placement.ts';
import type { Refusal } from './refusal.ts';

/** What a scheduling policy may know of jobs: requests and estimates, never the true work. */
export interface JobView {
  /** Jobs of the run, those to come included; a JobId is below it. */
  readonly count: number;
  /** Tenants are 0 .. tenants-1. */
  readonly tenants: number;
  /** The queues among which the tenants share the cluster. */
  readonly quotas: QuotaTree;
  /** GPUs that the gang asks for. */
  gpus(job: JobId): number;
  /** Fewest and most GPUs that it can run with; both = gpus(job) for a rigid job. */
  gpusMin(job: JobId): number;
  gpusMax(job: JobId): number;
  /** Cores in thousandths and MiB for the whole gang. */
  cpuMilli(job: JobId): number;
  memoryMiB(job: JobId): number;
  /**
   * Estimated time in us from its next start (or since the start of the present run) to its end at speed 1, overheads
   * included; by the scenario's estimate source.
   */
  estimateUs(job: JobId): TimeUs;
  submitUs(job: JobId): TimeUs;
  /** Instant by which it should have ended; NEVER where it has no deadline. */
  deadlineUs(job: JobId): TimeUs;
  tenant(job: JobId): number;
  priority(job: JobId): number;
  /** Bit t set: GPU type t is allowed. */
  typeMask(job: JobId): number;
  /** Work per time with so many GPUs of a type: 1 with the GPUs it asks for on a type of speed 1; 0: cannot run so. */
  speed(job: JobId, gpuType: number, gpus: number): number;
  /** Training steps a second with so many GPUs of a type; 0 if it cannot run so, or its work is not counted in steps. */
  stepsPerS(job: JobId, gpuType: number, gpus: number): number;
  isWaiting(job: JobId): boolean;
  isRunning(job: JobId): boolean;
  /** GPUs and GPU type of a running job as the decision found them; 0 and -1 when it does not run. */
  heldGpus(job: JobId): number;
  heldType(job: JobId): number;
  /** Start of the present or last run. */
  startedUs(job: JobId): TimeUs;
  /** Estimated time still to run at speed 1 from now on, overheads that are still to be paid included; >= 0. */
  remainingUs(job: JobId): TimeUs;
  /** Time it has held GPUs so far, and the same times the GPUs it held. */
  attainedUs(job: JobId): TimeUs;
  attainedGpuUs(job: JobId): number;
  preemptions(job: JobId): number;
}

/** Jobs in a fixed order that stays as it is during a decision, whatever is planned. */
export interface JobsView {
  readonly length: number;
  at(index: number): JobId;
}

/** Waiting jobs in the order the policy declared. Jobs that the plan has started or rejected are no longer here. */
export interface QueueView {
  readonly length: number;
  /** First job, or NO_JOB. */
  head(): JobId | typeof NO_JOB;
  /** The job after `job`, which need not be waiting any more, or NO_JOB. */
  after(job: JobId): JobId | typeof NO_JOB;
  /**
   * The first job after `job` that the free capacity may hold and that either needs at most `gpusMax` GPUs or has an
   * estimate of at most `estimateUsMax`. A job that asks for the same as one refused beside the present reservation is
   * held to the estimate. Jobs it passes over could not have been started: skipping them is exact.
   */
  nextCandidate(job: JobId, gpusMax: number, estimateUsMax: TimeUs): JobId | typeof NO_JOB;
}
export const NO_JOB = -1;

/** Running jobs by estimated end (start + estimate, which may be in the past), ties in job order. */
export interface RunningView {
  readonly length: number;
  first(): JobId | typeof NO_JOB;
  /** The job after a running one, or NO_JOB. */
  after(job: JobId): JobId | typeof NO_JOB;
  estimatedEndUs(job: JobId): TimeUs;
  startUs(job: JobId): TimeUs;
  /** The GPU type that the job holds, or -1 if it holds no GPU. */
  gpuType(job: JobId): number;
}

export interface SchedulingView {
  readonly nowUs: TimeUs;
  readonly jobs: JobView;
  readonly queue: QueueView;
  /** By estimated end; kept only for policies that declare looksAhead. */
  readonly running: RunningView;
  /** Running jobs as the decision found them, in no particular order. */
  readonly active: JobsView;
  /** Jobs that have ended since the last decision, in the order of their ends. */
  readonly ended: JobsView;
  /** GPU types are 0 .. gpuTypes-1; a gang stays within one of those its mask allows. */
  readonly gpuTypes: number;
  /** Writes which nodes a job holds that runs or that the plan has started; nothing for others. */
  heldOn(job: JobId, nodes: GrantSink): void;
  freeGpus(type: number): number;
  /** GPUs of a type, free or not. */
  totalGpus(type: number): number;
  /** Cores in thousandths and MiB of the whole cluster; Infinity where they are not modelled. */
  readonly totalCpuMilli: number;
  readonly totalMemoryMiB: number;
}

/** What will be free when, by the running jobs' estimated ends: the ground that backfilling stands on. */
export interface Reservation {
  /**
   * Reserves for a job that cannot start now: the earliest instant, max(estimated end, now) of some running job, at
   * which its placement succeeds. The plan's own starts count as running. NEVER if it would not fit an empty cluster.
   */
  reserve(job: JobId): TimeUs;
  /**
   * Starts `job` unless it would run past the reserved instant and the reserved gang then no longer fits beside it.
   * True if it was started.
   */
  startBeside(job: JobId): boolean;
  /** GPUs that are free at the reserved instant beyond the reserved gang's need, of the type with most. */
  extraGpus(): number;
}

/** `gpuType` of an action that leaves the choice to the placement. */
export const ANY_TYPE = -1;

/** The actions of one decision. What is planned shows at once in the views; the gate checks and applies it after. */
export interface Plan {
  /**
   * Starts a waiting job, if the placement finds room: on `gpuType` of those it may use (left out or ANY_TYPE: any), with
   * `gpus` GPUs of those it can run with (left out: those it asks for). The reason if not: nothing has changed then.
   * A lifted job goes on: on the same GPUs as if nothing had happened, elsewhere or with another number of GPUs after
   * paying the resume overhead (under a placement that counts totals there is no elsewhere).
   */
  start(job: JobId, gpuType?: number, gpus?: number): Refusal;
  /**
   * Starts a waiting job, with the GPUs it asks for, on nodes of one type that the policy has chosen itself: so many GPUs
   * of each. The placement is not asked. Fragmented, and nothing has changed, if some node has no room for its part.
   */
  startOn(job: JobId, spots: readonly { readonly node: number; readonly gpus: number }[]): Refusal;
  /** Whether a node has room for so many GPUs of a job, with their part of its cores and memory. */
  hasRoomOn(job: JobId, node: number, gpus: number): boolean;
  /** What `start` would answer. Nothing changes. */
  wouldFit(job: JobId, gpuType?: number, gpus?: number): Refusal;
  /**
   * Takes a running gang off its GPUs for the rest of the plan. What is lifted and neither put back nor started again
   * when the decision ends is preempted.
   */
  lift(job: JobId): void;
  /** Leaves a lifted gang where it was; it may be lifted again. False, and nothing has changed, if something else was placed there meanwhile. */
  putBack(job: JobId): boolean;
  /** Stops a running job: it keeps its work, goes back to its place in the queue and pays the resume overhead. */
  preempt(job: JobId): void;
  /** Asks the order of all waiting jobs anew; only for policies that declare orderChanges. */
  reorder(): void;
  /** Turns a waiting job away for good. */
  reject(job: JobId): void;
  readonly reservation: Reservation;
}

export interface SchedulingContext<Memory> {
  readonly view: SchedulingView;
  readonly plan: Plan;
  readonly memory: Memory;
  readonly random: RandomStream;
}

/**
 * The order of the queue: smaller keys first, equal keys in (submit, file) order. Asked once for each job of the run,
 * or, with orderChanges or estimates that are learnt, each time a job joins the queue and on `plan.reorder`.
 */
export type QueueOrder<Memory = unknown> = (jobs: JobView, job: JobId, memory: Memory) => number;

/**
 * A pure function of the view and its own memory. It is asked once an instant, after everything that happened then.
 * It acts through the plan and answers when it wants to be asked again at the latest (NEVER: when something happens).
 */
export interface SchedulingPolicy<Memory = unknown> {
  order(jobs: JobView, job: JobId, memory: Memory): number;
  /** True if a job's key depends on more than the job: on time, on usage, on what the policy remembers. */
  readonly orderChanges?: boolean;
  /** True if it is to be asked even when nobody waits (it resizes, moves or works by rounds). */
  readonly actsOnRunning?: boolean;
  /**
   * The claim that no job waits after a decision that its placement could hold with the GPUs it asks for, and that its
   * queue's limit allows: a law checks it. A policy without it says why in the rule "idle" of its semantics.
   */
  readonly workConserving?: boolean;
  /** True if it looks at running jobs' estimated ends or reserves; the engine keeps them in order only then. */
  readonly looksAhead: boolean;
  initial(jobs: JobView, cluster: Cluster): Memory;
  /** Why it makes no sense on a cluster with these queues, and the mend; undefined, or left out, if it does. */
  objection?(cluster: Cluster, quotas: QuotaTree): string | undefined;
  decide(context: SchedulingContext<Memory>): TimeUs;
  /** When it plans to start a waiting job (NEVER: not known), for `plimsoll explain`; left out if it keeps no such plans. */
  plannedUs?(memory: Memory, job: JobId): TimeUs;
}

export interface SchedulingDefinition extends PolicyDefinition<SchedulingPolicy> {
  /**
   * True if it looks at the scenario's queues, 'by-type' if also at quotas by GPU type; whoever gives them to another
   * policy is told.
   */
  readonly usesQueues?: boolean | 'by-type';
  /** True if it may start elastic jobs with other numbers of GPUs than they ask for: then what they ask for need not fit. */
  readonly sizesJobs?: boolean;
}
