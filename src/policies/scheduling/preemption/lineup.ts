import type { JobId } from '../../../sim/model/brand.ts';
import { NO_JOB, type SchedulingView } from '../../../sim/contract/scheduling.ts';

/** How jobs of one key stand to each other. */
export type Ties = 'submit' | 'as-before' | 'running-first' | 'waiting-first';

/**
 * All jobs that wait or run, in one order by key, for policies that go through everybody at each decision.
 * Costs in proportion to all of them.
 */
export class Lineup {
  /** In order after `arrange`. */
  readonly jobs: JobId[] = [];
  private readonly isIn: Uint8Array;
  private readonly keys: Float64Array;

  constructor(jobCount: number) {
    this.isIn = new Uint8Array(jobCount);
    this.keys = new Float64Array(jobCount);
  }

  /** Lets those who have ended go. */
  dismiss({ jobs }: SchedulingView): void {
    let kept = 0;
    for (const job of this.jobs) {
      if (jobs.isWaiting(job) || jobs.isRunning(job)) this.jobs[kept++] = job;
      else this.isIn[job] = 0;
    }
    this.jobs.length = kept;
  }

  /** Lines up those who have come, in order of submission, behind the others. */
  admit({ queue }: SchedulingView): void {
    const come: JobId[] = [];
    for (let job = queue.head(); job !== NO_JOB; job = queue.after(job)) {
      if (this.isIn[job] === 1) continue;
      this.isIn[job] = 1;
      come.push(job);
    }
    for (const job of come.sort((a, b) => a - b)) this.jobs.push(job);
  }

  /** Lets running jobs stand before waiting ones, each as they stood among themselves. */
  runningFirst(isRunning: (job: JobId) => boolean): void {
    this.jobs.sort((a, b) => Number(isRunning(b)) - Number(isRunning(a)));
  }

  /** Moves a job behind all others. */
  moveToEnd(job: JobId): void {
    this.jobs.splice(this.jobs.indexOf(job), 1);
    this.jobs.push(job);
  }

  /** Sorts by key, smaller first; ties as said. */
  arrange(keyOf: (job: JobId) => number, ties: Ties, isRunning: (job: JobId) => boolean): void {
    const { keys } = this;
    for (const job of this.jobs) keys[job] = keyOf(job);
    // Sorting is stable, so what stands equal stays as it stood.
    if (ties === 'submit') this.jobs.sort((a, b) => a - b);
    if (ties === 'waiting-first') this.jobs.sort((a, b) => Number(isRunning(a)) - Number(isRunning(b)));
    if (ties === 'running-first') this.runningFirst(isRunning);
    this.jobs.sort((a, b) => keys[a]! - keys[b]!);
  }
}
