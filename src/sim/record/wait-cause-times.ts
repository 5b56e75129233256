import { Refusal, refusalNames } from '../contract/refusal.ts';
import type { JobTable } from '../model/job-table.ts';
import { FactKind, type Fact, type Fold } from './fact.ts';

/** Every refusal but None. */
export const CAUSES = refusalNames.length - 1;

/**
 * Splits each job's waiting time by cause. A clock runs for each (shape, cause); a job notes the clocks of its shape
 * when it joins the queue and takes the difference when it leaves, so a job costs the same however often causes change.
 */
export class WaitCauseTimes implements Fold {
  /** Waiting time of job j for cause c (code - 1) at CAUSES x j + c, whole us. */
  readonly waitedUs: Float64Array;
  private readonly shapeOf: Int32Array;
  private readonly waiting: Uint8Array;
  /** Since when jobs are kept out of the queue that have been stopped by a fault: a few of very many. */
  private readonly outSinceUs = new Map<number, number>();
  private clocks = new Float64Array(64 * CAUSES);
  private causes = new Uint8Array(64);
  private changedUs = new Float64Array(64);

  constructor(jobs: JobTable) {
    this.waitedUs = new Float64Array(jobs.count * CAUSES);
    this.shapeOf = new Int32Array(jobs.count);
    this.waiting = new Uint8Array(jobs.count);
  }

  step(fact: Fact): void {
    const { kind, subject, timeUs } = fact;
    switch (kind) {
      case FactKind.Arrive:
        this.shapeOf[subject] = fact.detail;
        this.join(subject, timeUs);
        break;
      case FactKind.Preempt:
        this.join(subject, timeUs);
        break;
      case FactKind.Interrupt:
        if (fact.detail === 0) this.join(subject, timeUs);
        else this.outSinceUs.set(subject, timeUs);
        break;
      case FactKind.Rejoin:
        this.backOff(subject, timeUs);
        this.join(subject, timeUs);
        break;
      case FactKind.Start:
      case FactKind.Reject:
        this.leave(subject, timeUs);
        break;
      case FactKind.Reshape:
        this.leave(subject, timeUs);
        this.shapeOf[subject] = fact.detail;
        this.join(subject, timeUs);
        break;
      case FactKind.Refusal:
        this.makeRoom(subject);
        this.run(subject, timeUs);
        this.causes[subject] = fact.detail;
        break;
      case FactKind.Finish:
      case FactKind.CutOff:
      case FactKind.Leave:
      case FactKind.GoOn:
      case FactKind.Stall:
      case FactKind.Pace:
      case FactKind.Corrupt:
      case FactKind.GiveUp:
      case FactKind.Ready:
        break;
      default:
        kind satisfies never;
    }
  }

  done(endUs: number): void {
    for (let job = 0; job < this.waiting.length; job++) {
      if (this.waiting[job] === 1) this.leave(job, endUs);
    }
    for (const job of this.outSinceUs.keys()) this.backOff(job, endUs);
  }

  /** The cause that cost a job most time, or None if it did not wait. */
  mainCause(job: number): Refusal {
    let main: Refusal = Refusal.None;
    let most = 0;
    for (let cause = 0; cause < CAUSES; cause++) {
      const waited = this.waitedUs[job * CAUSES + cause]!;
      if (waited <= most) continue;
      most = waited;
      main = (cause + 1) as Refusal;
    }
    return main;
  }

  /** A job has been kept out of the queue, whatever its shape waited for meanwhile. */
  private backOff(job: number, timeUs: number): void {
    const at = job * CAUSES + Refusal.Backoff - 1;
    this.waitedUs[at] = this.waitedUs[at]! + timeUs - this.outSinceUs.get(job)!;
    this.outSinceUs.delete(job);
  }

  private join(job: number, timeUs: number): void {
    const shape = this.shapeOf[job]!;
    this.makeRoom(shape);
    this.run(shape, timeUs);
    this.waiting[job] = 1;
    this.note(job, shape, -1);
  }

  private leave(job: number, timeUs: number): void {
    const shape = this.shapeOf[job]!;
    this.run(shape, timeUs);
    this.waiting[job] = 0;
    this.note(job, shape, 1);
  }

  private note(job: number, shape: number, sign: 1 | -1): void {
    for (let cause = 0; cause < CAUSES; cause++) {
      const at = job * CAUSES + cause;
      this.waitedUs[at] = this.waitedUs[at]! + sign * this.clocks[shape * CAUSES + cause]!;
    }
  }

  /** Lets the shape's clock for its present cause run up to now. */
  private run(shape: number, timeUs: number): void {
    const cause = this.causes[shape]!;
    if (cause !== Refusal.None) {
      const at = shape * CAUSES + cause - 1;
      this.clocks[at] = this.clocks[at]! + timeUs - this.changedUs[shape]!;
    }
    this.changedUs[shape] = timeUs;
  }

  private makeRoom(shape: number): void {
    if (shape < this.causes.length) return;
    const size = 2 * Math.max(shape, this.causes.length);
    const clocks = new Float64Array(size * CAUSES);
    clocks.set(this.clocks);
    this.clocks = clocks;
    const causes = new Uint8Array(size);
    causes.set(this.causes);
    this.causes = causes;
    const changedUs = new Float64Array(size);
    changedUs.set(this.changedUs);
    this.changedUs = changedUs;
  }
}
