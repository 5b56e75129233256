import type { TimeUs } from '../kernel/clock.ts';
import type { RandomStream } from '../kernel/random.ts';
import type { JobId } from '../model/brand.ts';
import type { PolicyDefinition } from './definition.ts';
import type { Refusal } from './refusal.ts';

/** What a scheduling policy may know of jobs: requests and estimates, never the true work. */
export interface JobView {
  /** Jobs of the run, those to come included; a JobId is below it. */
  readonly count: number;
  gpus(job: JobId): number;
  /** Estimated running time in us by the scenario's estimate source. */
  estimateUs(job: JobId): TimeUs;
  submitUs(job: JobId): TimeUs;
  tenant(job: JobId): number;
  priority(job: JobId): number;
  /** Bit t set: GPU type t is allowed. */
  typeMask(job: JobId): number;
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
  readonly running: RunningView;
  /** GPU types are 0 .. gpuTypes-1; a gang stays within one of those its mask allows. */
  readonly gpuTypes: number;
  freeGpus(type: number): number;
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

/** The actions of one decision. What is planned shows at once in the views; the gate checks and applies it after. */
export interface Plan {
  /**
   * Starts a waiting job, if the placement finds room (with `gpuType`, on that type of those it may use). The reason if
   * not: nothing has changed then.
   */
  start(job: JobId, gpuType?: number): Refusal;
  /** Stops a running job: it keeps its work, goes back to its place in the queue and pays the resume overhead. */
  preempt(job: JobId): void;
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

/** The order of the queue: smaller keys first, equal keys in (submit, file) order. Asked once for each job. */
export type QueueOrder = (jobs: JobView, job: JobId) => number;

/**
 * A pure function of the view and its own memory. It is asked once an instant, after everything that happened then.
 * It acts through the plan and answers when it wants to be asked again at the latest (NEVER: when something happens).
 */
export interface SchedulingPolicy<Memory = unknown> {
  readonly order: QueueOrder;
  /** True if it looks at running jobs' estimated ends or reserves; the engine keeps them in order only then. */
  readonly looksAhead: boolean;
  initial(jobs: JobView): Memory;
  decide(context: SchedulingContext<Memory>): TimeUs;
}

export type SchedulingDefinition = PolicyDefinition<SchedulingPolicy>;
