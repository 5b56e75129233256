import type { Cluster } from '../model/cluster.ts';
import type { JobTable } from '../model/job-table.ts';

/** Where a job is in its life. */
export const JobState = { Expected: 0, Waiting: 1, Running: 2, Done: 3, Rejected: 4 } as const;
export type JobState = (typeof JobState)[keyof typeof JobState];

/** The state of a run, as columns. Only the gate and the transitions write to it. */
export class RunState {
  /** Per job. */
  readonly job: Uint8Array;
  /** Start of the current or last run of the job, us. */
  readonly startUs: Float64Array;
  /** Running time still owed when the job last started or stopped, us; without the overhead of resuming. */
  readonly workLeftUs: Float64Array;
  /** Time at the beginning of the current run that is overhead and no progress, us. */
  readonly overheadUs: Float64Array;
  /** What policies are told: estimated running time from a start now, overhead included, us. */
  readonly estimateLeftUs: Float64Array;
  /** Handle of the pending end of a running job. */
  readonly finish: Float64Array;
  /** Per node: what is free by the gate's own book-keeping. */
  readonly freeGpus: Int32Array;
  readonly freeCpuMilli: Float64Array;
  readonly freeMemoryMiB: Float64Array;
  /** Jobs running now: ids[0 .. runningCount-1], in no particular order. */
  readonly running: Int32Array;
  runningCount = 0;
  private readonly runningPlace: Int32Array;

  constructor(cluster: Cluster, jobs: JobTable, estimateUs: Float64Array) {
    this.job = new Uint8Array(jobs.count);
    this.startUs = new Float64Array(jobs.count);
    this.workLeftUs = Float64Array.from(jobs.runUs);
    this.overheadUs = new Float64Array(jobs.count);
    this.estimateLeftUs = Float64Array.from(estimateUs);
    this.finish = new Float64Array(jobs.count);
    this.freeGpus = Int32Array.from(cluster.nodeGpus);
    this.freeCpuMilli = Float64Array.from(cluster.nodeCpuMilli);
    this.freeMemoryMiB = Float64Array.from(cluster.nodeMemoryMiB);
    this.running = new Int32Array(jobs.count);
    this.runningPlace = new Int32Array(jobs.count);
  }

  enterRunning(job: number): void {
    this.runningPlace[job] = this.runningCount;
    this.running[this.runningCount++] = job;
  }

  leaveRunning(job: number): void {
    const last = this.running[--this.runningCount]!;
    const place = this.runningPlace[job]!;
    this.running[place] = last;
    this.runningPlace[last] = place;
  }
}
