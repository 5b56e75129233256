import type { TimeUs } from '../../../sim/kernel/clock.ts';
import type { JobId } from '../../../sim/model/brand.ts';

/** What the round mechanism remembers of a job that has come and not ended. */
export interface Account {
  readonly job: JobId;
  /** Fraction of time on each GPU type that the job is due; undefined until an allocation has been computed with it. */
  shares: readonly number[] | undefined;
  /** Time it ran on each type since the last allocation, and a credit, us. */
  readonly receivedUs: number[];
  /** Time that it was due on each type and did not get, over all allocations before this one, us. */
  readonly deficitUs: number[];
  /** Work left when the allocation was computed, us at speed 1. */
  remainingUs: TimeUs;
  /** Work per time that its n-th part of the cluster would have given it then; 0 before the first allocation. */
  isolatedRate: number;
  /** Time that its work so far would have taken on its n-th part of the cluster, us. */
  isolatedUs: number;
}

export function newAccount(job: JobId, types: number, creditUs: number): Account {
  return {
    job,
    shares: undefined,
    receivedUs: Array.from({ length: types }, () => creditUs),
    deficitUs: Array.from({ length: types }, () => 0),
    remainingUs: 0,
    isolatedRate: 0,
    isolatedUs: 0,
  };
}
