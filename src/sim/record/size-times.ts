import type { JobTable } from '../model/job-table.ts';
import { closesStretch, FactKind, restartUsOf, type Fact, type Fold } from './fact.ts';

/** Sums over the jobs of a size; whole us and GPU-us. */
export interface SizeTimes {
  /** Jobs that started, and those of them that a fault has stopped. */
  jobs: number;
  hit: number;
  interruptions: number;
  /** Time with GPUs held, and of it the time in which the gang was alive: neither stopped by a fault nor restarting. */
  heldUs: number;
  aliveUs: number;
  /** Waiting after the first start. */
  waitUs: number;
  waitGpuUs: number;
  heldGpuUs: number;
  usefulGpuUs: number;
  /** GPUs of the jobs that started: their mean is the size that stands for all. */
  gpus: number;
}

const Stage = { Expected: 0, Runs: 1, Waits: 2, Ended: 3 } as const;

/** What became of the time of the jobs of each size, and the useful GPU-time of each job. */
export class JobSizeTimes implements Fold {
  /** By class k: 2^(k-1) < GPUs <= 2^k; jobs without GPUs are left out. */
  readonly sizes: SizeTimes[] = [];
  /** Per job, whole GPU-us. */
  readonly usefulGpuUs: Float64Array;
  /** 1 for a job that a fault has stopped. */
  readonly isHit: Uint8Array;
  private readonly jobs: JobTable;
  private readonly stage: Uint8Array;
  private readonly isStalled: Uint8Array;
  private readonly sinceUs: Float64Array;

  constructor(jobs: JobTable) {
    this.jobs = jobs;
    this.usefulGpuUs = new Float64Array(jobs.count);
    this.stage = new Uint8Array(jobs.count);
    this.isHit = new Uint8Array(jobs.count);
    this.isStalled = new Uint8Array(jobs.count);
    this.sinceUs = new Float64Array(jobs.count);
  }

  step(fact: Fact): void {
    const { kind, subject: job, timeUs } = fact;
    if (kind === FactKind.Refusal || this.jobs.gpus[job] === 0) return;
    if (kind === FactKind.Start) this.start(job, timeUs);
    else if (kind === FactKind.GoOn) this.sinceUs[job] = timeUs;
    else if (closesStretch(kind)) this.close(fact);
    else if (kind === FactKind.Reject) this.waits(job, timeUs);
  }

  done(endUs: number): void {
    for (let job = 0; job < this.stage.length; job++) this.waits(job, endUs);
  }

  private start(job: number, nowUs: number): void {
    this.waits(job, nowUs);
    if (this.stage[job] === Stage.Expected) {
      const times = this.of(job);
      times.jobs++;
      times.gpus += this.jobs.gpus[job]!;
    }
    this.stage[job] = Stage.Runs;
    this.sinceUs[job] = nowUs;
  }

  private close({ kind, subject: job, timeUs, gpus, spent }: Fact): void {
    const times = this.of(job);
    const elapsedUs = timeUs - this.sinceUs[job]!;
    times.heldUs += elapsedUs;
    times.heldGpuUs += gpus * elapsedUs;
    times.aliveUs += elapsedUs - spent.undetectedUs - restartUsOf(spent);
    times.usefulGpuUs += gpus * spent.usefulUs;
    this.usefulGpuUs[job] = this.usefulGpuUs[job]! + gpus * spent.usefulUs;
    this.sinceUs[job] = timeUs;
    if (kind === FactKind.Stall && this.isStalled[job] === 0) {
      times.interruptions++;
      if (this.isHit[job] === 0) times.hit++;
      this.isHit[job] = 1;
    }
    this.isStalled[job] = kind === FactKind.Stall ? 1 : 0;
    if (kind === FactKind.Preempt || kind === FactKind.Interrupt) this.stage[job] = Stage.Waits;
    else if (kind === FactKind.Finish || kind === FactKind.GiveUp) this.stage[job] = Stage.Ended;
  }

  private waits(job: number, untilUs: number): void {
    if (this.stage[job] !== Stage.Waits) return;
    const times = this.of(job);
    const waitedUs = untilUs - this.sinceUs[job]!;
    times.waitUs += waitedUs;
    times.waitGpuUs += this.jobs.gpus[job]! * waitedUs;
    this.stage[job] = Stage.Ended;
  }

  private of(job: number): SizeTimes {
    const size = 32 - Math.clz32(this.jobs.gpus[job]! - 1);
    return (this.sizes[size] ??= {
      jobs: 0,
      hit: 0,
      interruptions: 0,
      heldUs: 0,
      aliveUs: 0,
      waitUs: 0,
      waitGpuUs: 0,
      heldGpuUs: 0,
      usefulGpuUs: 0,
      gpus: 0,
    });
  }
}
