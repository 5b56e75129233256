import type { TimeUs } from '../../kernel/clock.ts';
import type { Spent } from '../../record/fact.ts';

/** The part of each job's overhead that a fault has brought about, by phase: load of what was kept, then warm-up. */
export class RestartDebt {
  private readonly loadUs: Float64Array;
  private readonly warmUpUs: Float64Array;
  /** 1 where the load reads the storage. */
  private readonly isStored: Uint8Array;

  constructor(jobs: number) {
    this.loadUs = new Float64Array(jobs);
    this.warmUpUs = new Float64Array(jobs);
    this.isStored = new Uint8Array(jobs);
  }

  owe(job: number, loadUs: TimeUs, warmUpUs: TimeUs, isStored: boolean): void {
    this.loadUs[job] = loadUs;
    this.warmUpUs[job] = warmUpUs;
    this.isStored[job] = isStored ? 1 : 0;
  }

  /** Whether a job has to read the storage before it can go on. */
  owesRead(job: number): boolean {
    return this.loadUs[job]! > 0 && this.isStored[job] === 1;
  }

  /** Divides what a stretch has paid of all overhead; what is neither load nor warm-up is paid last. */
  pay(job: number, paidUs: TimeUs, spent: Spent): void {
    spent.loadUs = Math.min(this.loadUs[job]!, paidUs);
    spent.warmUpUs = Math.min(this.warmUpUs[job]!, paidUs - spent.loadUs);
    spent.overheadUs = paidUs - spent.loadUs - spent.warmUpUs;
    this.loadUs[job] = this.loadUs[job]! - spent.loadUs;
    this.warmUpUs[job] = this.warmUpUs[job]! - spent.warmUpUs;
  }
}
