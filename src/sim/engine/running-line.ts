import type { TimeUs } from '../kernel/clock.ts';
import type { JobId } from '../model/brand.ts';
import type { RunningView } from '../contract/scheduling.ts';

/**
 * Running jobs by estimated end, ties in job order. A job that outlives its estimate counts as ending now; all such
 * jobs stand first, in job order (their key is OVERDUE).
 */
export class RunningLine implements RunningView {
  length = 0;
  private ids = new Int32Array(64);
  private keys = new Float64Array(64);
  private readonly endUs: Float64Array;
  private readonly startedUs: Float64Array;
  private readonly typeOf: (job: number) => number;

  constructor(jobCount: number, typeOf: (job: number) => number) {
    this.typeOf = typeOf;
    this.endUs = new Float64Array(jobCount);
    this.startedUs = new Float64Array(jobCount);
  }

  at(index: number): JobId {
    return this.ids[index] as JobId;
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

  /** Adds a job and answers its place. */
  insert(job: number, startUs: TimeUs, estimatedEndUs: TimeUs): number {
    this.endUs[job] = estimatedEndUs;
    this.startedUs[job] = startUs;
    return this.put(job, estimatedEndUs);
  }

  /** Removes a job and answers the place it had. */
  remove(job: number, nowUs: TimeUs): number {
    const key = this.endUs[job]!;
    let at = this.search(key, job);
    if (at === this.length || this.ids[at] !== job) at = this.search(OVERDUE, job);
    if (this.ids[at] !== job) throw new Error(`job ${job} is not running at ${nowUs} us`);
    this.cut(at);
    return at;
  }

  /**
   * The first job whose estimate has run out by now but which still stands by its old key; moves it among the overdue.
   * Answers its old place, or -1 if there is none; its new place is in `movedTo`.
   */
  moveOverdue(nowUs: TimeUs): number {
    const from = this.search(OVERDUE, Number.POSITIVE_INFINITY);
    if (from === this.length || this.keys[from]! > nowUs) return -1;
    const job = this.ids[from]!;
    this.cut(from);
    this.movedTo = this.put(job, OVERDUE);
    return from;
  }
  movedTo = -1;

  private put(job: number, key: number): number {
    if (this.length === this.ids.length) this.grow();
    const at = this.search(key, job);
    this.ids.copyWithin(at + 1, at, this.length);
    this.keys.copyWithin(at + 1, at, this.length);
    this.ids[at] = job;
    this.keys[at] = key;
    this.length++;
    return at;
  }

  private cut(at: number): void {
    this.ids.copyWithin(at, at + 1, this.length);
    this.keys.copyWithin(at, at + 1, this.length);
    this.length--;
  }

  /** First place whose (key, job) is not before the given one. */
  private search(key: number, job: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const middleKey = this.keys[middle]!;
      if (middleKey < key || (middleKey === key && this.ids[middle]! < job)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private grow(): void {
    const ids = new Int32Array(this.ids.length * 2);
    ids.set(this.ids);
    this.ids = ids;
    const keys = new Float64Array(ids.length);
    keys.set(this.keys);
    this.keys = keys;
  }
}

const OVERDUE = -1;
