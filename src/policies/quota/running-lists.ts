import type { TimeUs } from '../../sim/kernel/clock.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { NO_JOB, type JobView } from '../../sim/contract/scheduling.ts';

/** Running jobs of each queue as lists: the lowest priority first, and of equal ones the last started. */
export class RunningLists {
  private readonly jobs: JobView;
  private readonly startUs: Float64Array;
  private readonly firsts: Int32Array;
  private readonly nexts: Int32Array;
  private readonly previous: Int32Array;

  constructor(queues: number, jobs: JobView) {
    this.jobs = jobs;
    this.startUs = new Float64Array(jobs.count);
    this.firsts = new Int32Array(queues).fill(NO_JOB);
    this.nexts = new Int32Array(jobs.count).fill(NO_JOB);
    this.previous = new Int32Array(jobs.count).fill(NO_JOB);
  }

  first(queue: number): JobId | typeof NO_JOB {
    return this.firsts[queue]! as JobId | typeof NO_JOB;
  }

  next(job: JobId): JobId | typeof NO_JOB {
    return this.nexts[job]! as JobId | typeof NO_JOB;
  }

  /** Start of the job's present run. */
  startedUs(job: JobId): TimeUs {
    return this.startUs[job]!;
  }

  add(queue: number, job: JobId, startUs: TimeUs): void {
    this.startUs[job] = startUs;
    this.addBack(queue, job);
  }

  /** Adds a job that has been removed, with the start that it had. */
  addBack(queue: number, job: JobId): void {
    const { firsts, nexts, previous } = this;
    let behind: number = NO_JOB;
    let at = firsts[queue]!;
    while (at !== NO_JOB && this.standsBefore(at as JobId, job)) {
      behind = at;
      at = nexts[at]!;
    }
    previous[job] = behind;
    nexts[job] = at;
    if (behind === NO_JOB) firsts[queue] = job;
    else nexts[behind] = job;
    if (at !== NO_JOB) previous[at] = job;
  }

  remove(queue: number, job: JobId): void {
    const { firsts, nexts, previous } = this;
    const behind = previous[job]!;
    const at = nexts[job]!;
    if (behind === NO_JOB) firsts[queue] = at;
    else nexts[behind] = at;
    if (at !== NO_JOB) previous[at] = behind;
  }

  /** Whether a job is to be preempted before another: lower priority, then later start, then later arrival. */
  standsBefore(job: JobId, other: JobId): boolean {
    const { jobs, startUs } = this;
    const byPriority = jobs.priority(job) - jobs.priority(other);
    if (byPriority !== 0) return byPriority < 0;
    return startUs[job] === startUs[other] ? job > other : startUs[job]! > startUs[other]!;
  }
}
