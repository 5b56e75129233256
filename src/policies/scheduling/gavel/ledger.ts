import { US_PER_SECOND, type TimeUs } from '../../../sim/kernel/clock.ts';
import type { JobId } from '../../../sim/model/brand.ts';
import type { Account } from './account.ts';

/** A job's right to GPUs until an instant. */
export interface Lease {
  readonly account: Account;
  readonly gpuType: number;
  /** When it is stopped, if it has not ended by then. */
  readonly untilUs: TimeUs;
  /** When it should stop or end, not rounded, in the unit of the sums. */
  readonly due: number;
}

/** What a job had of the present round. */
interface Stint {
  readonly account: Account;
  readonly gpuType: number;
  readonly end: number;
}

/** A plan that came true to so many parts of a round did come true: the engine's clock goes by whole us. */
const CAME_TRUE = 1e-6;

/**
 * Who had how much of which GPU type since the last allocation. Instants are summed as they were planned, not as the
 * clock rounds them: else many short roundings would add up, and decide between jobs that are alike.
 */
export class Ledger {
  /** Unit of all sums: 1 us, or 1 s of so many. Sums of whole us are exact; sums of seconds round where others round. */
  readonly unitUs: number;
  /** When the present round began. */
  start = 0;
  /** When the last allocation was made; 0: never, or at the very start. */
  allocated = 0;
  /** Time that jobs ran on each type since the last allocation, with the credits of then. */
  typeTime: number[] = [];
  /** Jobs of the present round that run. */
  readonly leases = new Map<JobId, Lease>();
  private stints: Stint[] = [];
  private readonly tolerance: number;

  constructor(sums: string, roundUs: TimeUs) {
    this.unitUs = sums === 's' ? US_PER_SECOND : 1;
    this.tolerance = (CAME_TRUE * roundUs) / this.unitUs;
  }

  /** The lease of a job is over, because it stops or has ended. Nothing if it has none. */
  close(job: JobId, nowUs: TimeUs): void {
    const lease = this.leases.get(job);
    if (lease === undefined) return;
    const { account, gpuType, due } = lease;
    this.leases.delete(job);
    this.stints.push({ account, gpuType, end: this.instant(due, nowUs) });
  }

  /** Writes the round to what its jobs have received, longest stint first, and begins the next. */
  turn(nowUs: TimeUs): void {
    const { stints, start, typeTime } = this;
    stints.sort((a, b) => b.end - a.end || a.account.job - b.account.job);
    for (const { account, gpuType, end } of stints) {
      const length = end - start;
      account.received[gpuType] = account.received[gpuType]! + length;
      typeTime[gpuType] = typeTime[gpuType]! + length;
    }
    this.start = stints.length === 0 ? nowUs / this.unitUs : this.instant(stints[0]!.end, nowUs);
    this.stints = [];
  }

  /**
   * Counting begins anew with an allocation: what was due and not received is carried over as a deficit, and each starts
   * with a credit, which keeps the first priorities of a new job finite.
   */
  beginAnew(accounts: readonly Account[], types: number, credit: number): void {
    const since = this.start - this.allocated;
    this.typeTime = Array.from({ length: types }, () => credit * accounts.length);
    for (const { shares, received, deficit } of accounts) {
      for (let type = 0; type < types; type++) {
        const due = (shares?.[type] ?? 0) * since;
        deficit[type] = deficit[type]! + (due - (received[type]! - credit));
        received[type] = credit;
      }
    }
    this.allocated = this.start;
  }

  /** A planned instant that has come, or now where the plan was another. */
  private instant(planned: number, nowUs: TimeUs): number {
    const now = nowUs / this.unitUs;
    return Math.abs(planned - now) <= this.tolerance ? planned : now;
  }
}
