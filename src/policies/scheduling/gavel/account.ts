import type { TimeUs } from '../../../sim/kernel/clock.ts';
import type { JobId } from '../../../sim/model/brand.ts';

/** What the round mechanism remembers of a job that has come and not ended. */
export interface Account {
  readonly job: JobId;
  /** Fraction of time on each GPU type that the job is due; undefined until an allocation has been computed with it. */
  shares: readonly number[] | undefined;
  /** Time it ran on each type since the last allocation, and a credit, in the unit of the sums. */
  readonly received: number[];
  /** Time that it was due on each type and did not get, over all allocations before this one, in the same unit. */
  readonly deficit: number[];
  /** Work left when the allocation was computed, us at speed 1. */
  remainingUs: TimeUs;
  /** Work per time that its n-th part of the cluster would have given it then; 0 before the first allocation. */
  isolatedRate: number;
  /** Time that its work so far would have taken on its n-th part of the cluster, us. */
  isolatedUs: number;
}

export function newAccount(job: JobId, types: number, credit: number): Account {
  return {
    job,
    shares: undefined,
    received: Array.from({ length: types }, () => credit),
    deficit: Array.from({ length: types }, () => 0),
    remainingUs: 0,
    isolatedRate: 0,
    isolatedUs: 0,
  };
}
