import type { TimeUs } from '../kernel/clock.ts';
import { NOBODY, OrderedLine } from '../kernel/ordered-line.ts';
import type { JobId } from '../model/brand.ts';
import type { NO_JOB, RunningView } from '../contract/scheduling.ts';

const OVERDUE = -1;

/**
 * Running jobs by estimated end, ties in job order. A job that outlives its estimate counts as ending now; all such
 * jobs stand first, in job order (their key is OVERDUE).
 */
export class RunningLine implements RunningView {
  private readonly line = new OrderedLine();
  /** What a job stands by: its estimated end, or OVERDUE. */
  private readonly keys: Float64Array;
  private readonly endUs: Float64Array;
  private readonly startedUs: Float64Array;
  private readonly typeOf: (job: number) => number;

  constructor(jobCount: number, typeOf: (job: number) => number) {
    this.typeOf = typeOf;
    this.keys = new Float64Array(jobCount);
    this.endUs = new Float64Array(jobCount);
    this.startedUs = new Float64Array(jobCount);
  }

  get length(): number {
    return this.line.length;
  }

  first(): JobId | typeof NO_JOB {
    return this.line.first() as JobId | typeof NO_JOB;
  }

  after(job: JobId): JobId | typeof NO_JOB {
    return this.line.after(this.keys[job]!, job) as JobId | typeof NO_JOB;
  }

  estimatedEndUs(job: JobId): TimeUs {
    return this.endUs[job]!;
  }

  startUs(job: JobId): TimeUs {
    return this.startedUs[job]!;
  }

  gpuType(job: JobId): number {
    return this.typeOf(job);
  }

  /** What a job in the line stands by. */
  keyOf(job: number): number {
    return this.keys[job]!;
  }

  /** The first job after (key, job), or -1. */
  afterKey(key: number, job: number): number {
    return this.line.after(key, job);
  }

  /** The last job at or before (key, job), or -1. */
  upToKey(key: number, job: number): number {
    return this.line.upTo(key, job);
  }

  insert(job: number, startUs: TimeUs, estimatedEndUs: TimeUs): void {
    this.endUs[job] = estimatedEndUs;
    this.startedUs[job] = startUs;
    this.keys[job] = estimatedEndUs;
    this.line.insert(estimatedEndUs, job);
  }

  remove(job: number): void {
    if (!this.line.remove(this.keys[job]!, job)) throw new Error(`job ${job} does not stand in the running line`);
  }

  /** The first job whose estimate has run out by now but which does not stand among the overdue yet, or -1. */
  nextOverdue(nowUs: TimeUs): number {
    const job = this.line.after(OVERDUE, Number.POSITIVE_INFINITY);
    return job !== NOBODY && this.keys[job]! <= nowUs ? job : NOBODY;
  }

  /** Lets a job stand among the overdue. */
  moveOverdue(job: number): void {
    this.remove(job);
    this.keys[job] = OVERDUE;
    this.line.insert(OVERDUE, job);
  }
}
