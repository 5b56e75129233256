import type { JobId } from '../model/brand.ts';

/** Jobs that a decision has started and that have not joined the running line yet, in that order. */
export class PendingStarts {
  count = 0;
  private jobs = new Int32Array(64);
  /** 1 for those that run beside a reservation, on GPUs that it leaves over. */
  private beside = new Uint8Array(64);

  add(job: JobId): void {
    if (this.count === this.jobs.length) this.widen();
    this.jobs[this.count] = job;
    this.beside[this.count] = 0;
    this.count++;
  }

  jobAt(index: number): JobId {
    return this.jobs[index]! as JobId;
  }

  isBeside(index: number): boolean {
    return this.beside[index] === 1;
  }

  putBeside(index: number): void {
    this.beside[index] = 1;
  }

  /** The job added last is not started after all. */
  dropLast(): void {
    this.count--;
  }

  clear(): void {
    this.count = 0;
  }

  private widen(): void {
    const jobs = new Int32Array(2 * this.jobs.length);
    jobs.set(this.jobs);
    this.jobs = jobs;
    const beside = new Uint8Array(jobs.length);
    beside.set(this.beside);
    this.beside = beside;
  }
}
