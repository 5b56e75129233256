import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import { NO_JOB, type JobView, type Plan, type SchedulingView } from '../../sim/contract/scheduling.ts';
import { FreeProfile } from '../scheduling/free-profile.ts';
import type { QuotaLedger } from './quota-ledger.ts';

/** Limits of the two loops. Counts of jobs are >= 1, times > 0. */
export interface LoopLimits {
  readonly queueDepth: number;
  readonly schedIntervalUs: TimeUs;
  readonly backfillIntervalUs: TimeUs;
  readonly backfillTests: number;
  readonly windowUs: TimeUs;
  readonly resolutionUs: TimeUs;
}

/**
 * Slurm's main scheduling loop and its backfill loop, over the queue in the order in which it stands. GPU types are its
 * partitions: a job that does not fit blocks the types that it may use for all behind it.
 * Source: Slurm, sched_config.html.
 */
export class SlurmLoops {
  private readonly ledger: QuotaLedger;
  private readonly limits: LoopLimits;
  private readonly profiles: FreeProfile[] = [];
  /** When the main loop is to look at all jobs again, and when the next backfill loop may be. */
  private fullDueUs: TimeUs = 0;
  private backfillDueUs: TimeUs = 0;
  /** What the main loop has started in this decision, and on which GPU type: the running jobs do not show it yet. */
  private readonly started: JobId[] = [];
  private readonly startedType: number[] = [];
  /** Whether something has changed since the last backfill loop; without that it would find the same. */
  private hasChanged = false;

  constructor(ledger: QuotaLedger, limits: LoopLimits) {
    this.ledger = ledger;
    this.limits = limits;
  }

  /** Runs what is due, and answers when the next loop is. */
  run(view: SchedulingView, plan: Plan, hasHappened: boolean, isReordered: boolean): TimeUs {
    const { nowUs } = view;
    if (hasHappened || isReordered) this.hasChanged = true;
    const isFull = nowUs >= this.fullDueUs;
    if (isFull) this.fullDueUs = nowUs + this.limits.schedIntervalUs;
    this.started.length = 0;
    this.startedType.length = 0;
    const isCut = this.startFromHead(view, plan, isFull ? Infinity : this.limits.queueDepth);
    if (this.hasChanged && nowUs >= this.backfillDueUs) {
      this.backfill(view, plan);
      this.hasChanged = false;
      this.backfillDueUs = nowUs + this.limits.backfillIntervalUs;
    }
    return Math.min(isCut ? this.fullDueUs : NEVER, this.hasChanged ? this.backfillDueUs : NEVER);
  }

  /** The main loop. True if the limit of jobs to look at cut it short. */
  private startFromHead(view: SchedulingView, plan: Plan, depth: number): boolean {
    const { queue, jobs, nowUs } = view;
    const allTypes = maskOf(view.gpuTypes);
    let blocked = 0;
    let tested = 0;
    for (let job = queue.head(); job !== NO_JOB && blocked !== allTypes; job = queue.after(job)) {
      if (tested++ === depth) return true;
      const wanted = jobs.typeMask(job) & allTypes & this.ledger.typesWithRoom(job);
      if ((wanted & ~blocked) === 0) continue;
      const type = startOn(view, plan, job, wanted & ~blocked);
      if (type < 0) {
        blocked |= wanted;
        continue;
      }
      this.ledger.started(job, nowUs, type);
      this.started.push(job);
      this.startedType.push(type);
      this.hasChanged = true;
    }
    return false;
  }

  private backfill(view: SchedulingView, plan: Plan): void {
    const { queue, jobs } = view;
    this.draw(view);
    let tested = 0;
    for (
      let job = queue.head();
      job !== NO_JOB && tested < this.limits.backfillTests;
      job = queue.after(job), tested++
    ) {
      const wanted = jobs.typeMask(job) & this.ledger.typesWithRoom(job);
      if (wanted !== 0 && !this.startInHole(view, plan, job, wanted)) this.reserve(view, job, wanted);
    }
  }

  /** What is free ahead, by the running jobs' estimated ends, in steps of the resolution. */
  private draw(view: SchedulingView): void {
    const { nowUs, gpuTypes, running, jobs } = view;
    for (let type = 0; type < gpuTypes; type++) {
      const profile = (this.profiles[type] ??= new FreeProfile());
      profile.reset(nowUs, view.freeGpus(type));
    }
    for (let job = running.first(); job !== NO_JOB; job = running.after(job)) {
      const type = running.gpuType(job);
      const endUs = this.roundedUp(Math.max(nowUs + 1, running.estimatedEndUs(job)));
      if (type >= 0) this.profiles[type]!.add(jobs.gpus(job), endUs, NEVER);
    }
    this.started.forEach((job, index) => {
      const endUs = this.roundedUp(nowUs + Math.max(1, jobs.estimateUs(job)));
      this.profiles[this.startedType[index]!]!.add(jobs.gpus(job), endUs, NEVER);
    });
  }

  /** Starts a job on the first GPU type with a hole for it from now on that the placement can use. */
  private startInHole({ jobs, nowUs, gpuTypes }: SchedulingView, plan: Plan, job: JobId, mask: number): boolean {
    const gpus = jobs.gpus(job);
    const lastingUs = this.lastingUs(jobs, job);
    for (let type = 0; type < gpuTypes; type++) {
      if (((mask >>> type) & 1) === 0) continue;
      if (this.profiles[type]!.earliest(gpus, lastingUs, nowUs) > nowUs) continue;
      if (plan.start(job, type) !== Refusal.None) continue;
      this.ledger.started(job, nowUs, type);
      this.profiles[type]!.add(-gpus, nowUs, nowUs + lastingUs);
      return true;
    }
    return false;
  }

  /** Reserves the earliest later hole over the job's GPU types, the first type on ties, if it begins within the window. */
  private reserve({ jobs, nowUs, gpuTypes }: SchedulingView, job: JobId, mask: number): void {
    const gpus = jobs.gpus(job);
    const lastingUs = this.lastingUs(jobs, job);
    let earliestUs: TimeUs = NEVER;
    let earliestType = -1;
    for (let type = 0; type < gpuTypes; type++) {
      if (((mask >>> type) & 1) === 0) continue;
      const startUs = this.profiles[type]!.earliest(gpus, lastingUs, this.roundedUp(nowUs + 1));
      if (startUs >= earliestUs) continue;
      earliestUs = startUs;
      earliestType = type;
    }
    if (earliestType < 0 || earliestUs > nowUs + this.limits.windowUs) return;
    this.profiles[earliestType]!.add(-gpus, earliestUs, earliestUs + lastingUs);
  }

  /** How long a job is taken to hold its GPUs: whole steps, and no more than the window is long. */
  private lastingUs(jobs: JobView, job: JobId): TimeUs {
    return this.roundedUp(Math.min(this.limits.windowUs, Math.max(1, jobs.estimateUs(job))));
  }

  private roundedUp(timeUs: TimeUs): TimeUs {
    return Math.ceil(timeUs / this.limits.resolutionUs) * this.limits.resolutionUs;
  }
}

/** Starts a job on the first of the GPU types in the mask on which it fits: that type, or -1. */
function startOn({ gpuTypes }: SchedulingView, plan: Plan, job: JobId, mask: number): number {
  if (gpuTypes === 1) return plan.start(job) === Refusal.None ? 0 : -1;
  for (let type = 0; type < gpuTypes; type++) {
    if (((mask >>> type) & 1) === 1 && plan.start(job, type) === Refusal.None) return type;
  }
  return -1;
}

/** Bits for so many GPU types, at most 32. */
function maskOf(types: number): number {
  return types >= 32 ? -1 : (1 << types) - 1;
}
