import { ANY_TYPE } from '../../sim/contract/scheduling.ts';
import type { QuotaTree } from '../../sim/model/quota-tree.ts';
import { CohortQuota } from './cohort-quota.ts';

/**
 * The quota of cohorts flavour by flavour: a flavour is a GPU type where the queues have quotas by type, and otherwise
 * there is one, of all GPUs.
 */
export class Flavours {
  private readonly tree: QuotaTree;
  private readonly cohorts: readonly CohortQuota[];

  constructor(tree: QuotaTree) {
    this.tree = tree;
    const { count, parent, quotaOfType, lendingLimitOfType, limitOfType } = tree;
    const unlimited = new Float64Array(count).fill(Infinity);
    this.cohorts = quotaOfType?.map((quota, type) => {
      const limit = limitOfType?.[type] ?? unlimited;
      return new CohortQuota({ count, parent, quota, limit, lendingLimit: lendingLimitOfType![type]! });
    }) ?? [new CohortQuota(tree)];
  }

  /** Whether GPU types have quotas of their own. */
  get areTypes(): boolean {
    return this.tree.quotaOfType !== undefined;
  }

  /** The type under which the quota for GPUs of a type stands. */
  typeOf(type: number): number {
    return this.areTypes ? type : ANY_TYPE;
  }

  /** Quota of a queue for a type, lendable parts included. */
  quota(queue: number, type: number): number {
    return (this.areTypes ? this.tree.quotaOfType![type]! : this.tree.quota)[queue]!;
  }

  /** GPUs of a type that a queue may take now. */
  available(queue: number, type: number): number {
    return this.cohort(type).available(queue);
  }

  /** GPUs of a type that the jobs of a queue without children hold. */
  held(queue: number, type: number): number {
    return this.cohort(type).used[queue]!;
  }

  /** The jobs of a queue without children hold so many GPUs of a type more (or, negative, fewer). */
  use(queue: number, type: number, gpus: number): void {
    this.cohort(type).use(queue, gpus);
  }

  /**
   * The dominant resource share of a queue, GPUs being the one resource: what it and those below it borrow of all
   * flavours, over what its cohort has to lend of them, in thousandths, over its weight. 0 for whoever does not borrow.
   * Source: Kueue, preemption, fair sharing (KEP 1714).
   */
  share(queue: number): number {
    let borrowed = 0;
    let lendable = 0;
    for (const cohort of this.cohorts) {
      borrowed += cohort.borrowedGpus(queue);
      lendable += cohort.lendableGpus(queue);
    }
    if (borrowed === 0) return 0;
    return (borrowed * 1000) / lendable / this.tree.weight[queue]!;
  }

  /** The share of `queue` if a queue at or below it held so many GPUs of a type more (or, negative, fewer). */
  shareWith(queue: number, leaf: number, type: number, gpus: number): number {
    this.use(leaf, type, gpus);
    const share = this.share(queue);
    this.use(leaf, type, -gpus);
    return share;
  }

  private cohort(type: number): CohortQuota {
    return this.cohorts[this.areTypes ? type : 0]!;
  }
}
