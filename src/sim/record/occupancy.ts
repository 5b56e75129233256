import type { JobTable } from '../model/job-table.ts';
import { FactKind, type Fact, type Fold } from './fact.ts';

const BUCKETS_MAX = 1024;
const COLUMNS = 4;
const WHOLE_MILLI = 1000;

/** Columns of an occupancy series. */
export const Column = { GpusBusy: 0, GpusQueued: 1, JobsQueued: 2, JobsRunning: 3 } as const;

/**
 * GPUs and jobs over time, as averages in at most 1,024 equal buckets. The buckets start a second wide and double
 * whenever the run outgrows them, so a run of any length keeps the same memory and no sampling misses a peak.
 */
export class Occupancy implements Fold {
  bucketUs = 1_000_000;
  /** Integral over bucket b of column c at b x 4 + c, in GPU-us or job-us. */
  readonly integrals = new Float64Array(BUCKETS_MAX * COLUMNS);
  readonly queuedMax = new Int32Array(BUCKETS_MAX);
  /** Integrals over the whole run. */
  readonly totals = new Float64Array(COLUMNS);
  queueLengthMax = 0;
  endUs = 0;
  /** Thousandths of GPUs that each job asks for: they add up exactly where fractions would not. */
  private readonly askedMilli: Int32Array;
  private milliBusy = 0;
  private milliQueued = 0;
  private jobsQueued = 0;
  private jobsRunning = 0;
  private lastUs = 0;

  constructor(jobs: JobTable, shares = false) {
    this.askedMilli = shares ? jobs.gpuMilli : jobs.gpus.map((gpus) => WHOLE_MILLI * gpus);
  }

  step(fact: Fact): void {
    const { kind } = fact;
    if (kind === FactKind.Refusal || kind === FactKind.Reshape) return;
    if (kind === FactKind.Ready || kind === FactKind.Rejoin) return;
    if (kind === FactKind.CutOff || kind === FactKind.Stall) return;
    if (kind === FactKind.Pace || kind === FactKind.Corrupt) return;
    if (fact.timeUs > this.lastUs) this.pass(fact.timeUs);
    const asked = this.askedMilli[fact.subject]!;
    const held = fact.gpuMilli;
    switch (kind) {
      case FactKind.Arrive:
        this.queue(1, asked);
        break;
      case FactKind.Start:
        this.queue(-1, -asked);
        this.jobsRunning++;
        this.milliBusy += held;
        break;
      case FactKind.Preempt:
      case FactKind.Interrupt:
        this.queue(1, asked);
        this.jobsRunning--;
        this.milliBusy -= held;
        break;
      case FactKind.Finish:
      case FactKind.GiveUp:
        this.jobsRunning--;
        this.milliBusy -= held;
        break;
      case FactKind.Leave:
        this.milliBusy -= held;
        break;
      case FactKind.GoOn:
        this.milliBusy += held;
        break;
      case FactKind.Reject:
        this.queue(-1, -asked);
        break;
      default:
        kind satisfies never;
    }
  }

  done(endUs: number): void {
    this.pass(endUs);
    this.endUs = endUs;
  }

  /** Buckets in use. */
  get buckets(): number {
    return Math.max(1, Math.ceil(this.endUs / this.bucketUs));
  }

  private queue(jobs: number, milli: number): void {
    this.jobsQueued += jobs;
    this.milliQueued += milli;
  }

  /** Lets time pass with everything as it is. A queue that lasts no time is no queue: maxima are taken here. */
  private pass(toUs: number): void {
    while (toUs > this.bucketUs * BUCKETS_MAX) this.widen();
    this.queueLengthMax = Math.max(this.queueLengthMax, toUs > this.lastUs ? this.jobsQueued : 0);
    let fromUs = this.lastUs;
    while (fromUs < toUs) {
      const bucket = Math.min(BUCKETS_MAX - 1, Math.floor(fromUs / this.bucketUs));
      const untilUs = Math.min(toUs, (bucket + 1) * this.bucketUs);
      this.add(bucket, untilUs - fromUs);
      fromUs = untilUs;
    }
    this.lastUs = toUs;
  }

  private add(bucket: number, durationUs: number): void {
    const { integrals, totals } = this;
    const at = bucket * COLUMNS;
    const busy = (this.milliBusy / WHOLE_MILLI) * durationUs;
    const gpusQueued = (this.milliQueued / WHOLE_MILLI) * durationUs;
    const jobsQueued = this.jobsQueued * durationUs;
    const running = this.jobsRunning * durationUs;
    integrals[at] = integrals[at]! + busy;
    integrals[at + 1] = integrals[at + 1]! + gpusQueued;
    integrals[at + 2] = integrals[at + 2]! + jobsQueued;
    integrals[at + 3] = integrals[at + 3]! + running;
    totals[0] = totals[0]! + busy;
    totals[1] = totals[1]! + gpusQueued;
    totals[2] = totals[2]! + jobsQueued;
    totals[3] = totals[3]! + running;
    if (this.jobsQueued > this.queuedMax[bucket]!) this.queuedMax[bucket] = this.jobsQueued;
  }

  /** Merges neighbouring buckets. */
  private widen(): void {
    const { integrals, queuedMax } = this;
    this.bucketUs *= 2;
    for (let bucket = 0; bucket < BUCKETS_MAX; bucket++) {
      const left = 2 * bucket;
      const inside = left < BUCKETS_MAX;
      for (let column = 0; column < COLUMNS; column++) {
        integrals[bucket * COLUMNS + column] = inside
          ? integrals[left * COLUMNS + column]! + integrals[(left + 1) * COLUMNS + column]!
          : 0;
      }
      queuedMax[bucket] = inside ? Math.max(queuedMax[left]!, queuedMax[left + 1]!) : 0;
    }
  }
}
