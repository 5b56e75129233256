import { NEVER, type TimeUs } from '../../../sim/kernel/clock.ts';
import { NO_JOB, type JobView } from '../../../sim/contract/scheduling.ts';
import type { JobId } from '../../../sim/model/brand.ts';

/**
 * Lets jobs that starve begin anew at the top: a job that waits in a lower queue and has waited, since its first start
 * or its last promotion, `knob` times as long as it has run since then. What it had before is then forgotten. When that
 * will be is known as soon as a job is stopped, so a decision costs nothing for those who go on waiting.
 * Source: Gu et al., Tiresias, NSDI 2019 (PROMOTEKNOB); the waiting and running that its simulator counts.
 */
export class Promotions {
  private readonly knob: number;
  /** What each job had had by its last promotion. */
  private readonly forgottenUs: Float64Array;
  private readonly forgottenGpuUs: Float64Array;
  /** Its first start or last promotion; NEVER before. */
  private readonly sinceUs: Float64Array;
  private readonly dueUs: Float64Array;
  /** A heap of jobs and when each was due when it was put there, the earliest on top. */
  private readonly heap: Due[] = [];

  constructor(jobCount: number, knob: number) {
    this.knob = knob;
    this.forgottenUs = new Float64Array(jobCount);
    this.forgottenGpuUs = new Float64Array(jobCount);
    this.sinceUs = new Float64Array(jobCount).fill(NEVER);
    this.dueUs = new Float64Array(jobCount).fill(NEVER);
  }

  /** Service that counts. */
  attainedUs(jobs: JobView, job: JobId): TimeUs {
    return jobs.attainedUs(job) - this.forgottenUs[job]!;
  }

  attainedGpuUs(jobs: JobView, job: JobId): number {
    return jobs.attainedGpuUs(job) - this.forgottenGpuUs[job]!;
  }

  /** A waiting job starts. */
  started(job: JobId, nowUs: TimeUs): void {
    this.sinceUs[job] = Math.min(this.sinceUs[job]!, nowUs);
    this.dueUs[job] = NEVER;
  }

  /** A running job of a lower queue goes back to waiting. */
  stopped(jobs: JobView, job: JobId): void {
    const dueUs = Math.ceil(this.sinceUs[job]! + (1 + this.knob) * this.attainedUs(jobs, job));
    this.dueUs[job] = dueUs;
    this.push({ job, dueUs });
  }

  /** When the next job is due; NEVER if none is. */
  get nextUs(): TimeUs {
    const { heap, dueUs } = this;
    // Who has been started since is due no more.
    while (heap.length > 0 && dueUs[heap[0]!.job] !== heap[0]!.dueUs) this.pop();
    return heap.length > 0 ? heap[0]!.dueUs : NEVER;
  }

  /** Promotes the next job that is due by now: that job, or NO_JOB. */
  promote(jobs: JobView, nowUs: TimeUs): JobId | typeof NO_JOB {
    if (this.nextUs > nowUs) return NO_JOB;
    const { job } = this.heap[0]!;
    this.pop();
    this.dueUs[job] = NEVER;
    this.forgottenUs[job] = jobs.attainedUs(job);
    this.forgottenGpuUs[job] = jobs.attainedGpuUs(job);
    this.sinceUs[job] = nowUs;
    return job;
  }

  private push(entry: Due): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0 && isBefore(entry, heap[(at - 1) >>> 1]!)) {
      heap[at] = heap[(at - 1) >>> 1]!;
      at = (at - 1) >>> 1;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const { heap } = this;
    const entry = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }
}

interface Due {
  readonly job: JobId;
  readonly dueUs: TimeUs;
}

function isBefore(one: Due, other: Due): boolean {
  return one.dueUs < other.dueUs || (one.dueUs === other.dueUs && one.job < other.job);
}
