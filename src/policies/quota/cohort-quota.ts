/** What each queue has; of one GPU type, or of all together. As in `QuotaTree`, parents before their children. */
export interface CohortAmounts {
  readonly count: number;
  readonly parent: ArrayLike<number>;
  readonly quota: Float64Array;
  readonly limit: ArrayLike<number>;
  readonly lendingLimit: ArrayLike<number>;
}

/**
 * What a queue may take of its own quota and of what its cohorts lend, as in Kueue. All queues at the top are one
 * cohort. A queue keeps `quota − lendingLimit` for itself; the rest of its quota, and what a parent has beyond its
 * children's quotas, is common to the siblings. Nobody takes more than `limit − quota` of what is common.
 * Source: Kueue, concepts/cluster_queue and cohort; its resource_node.
 */
export class CohortQuota {
  /** GPUs that count at each queue: its own jobs', or what its children use beyond what they keep for themselves. */
  readonly used: Float64Array;
  private readonly tree: CohortAmounts;
  /** GPUs that a queue can dispose of without borrowing, and the part that it keeps for itself. */
  private readonly disposable: Float64Array;
  private readonly kept: Float64Array;
  /** What a queue's cohort could give it if nobody used anything. */
  private readonly lendable: Float64Array;
  private commonGpus = 0;
  private commonUsed = 0;

  constructor(tree: CohortAmounts) {
    const { count, parent, quota, lendingLimit } = tree;
    this.tree = tree;
    this.used = new Float64Array(count);
    this.disposable = Float64Array.from(quota);
    this.kept = new Float64Array(count);
    this.lendable = new Float64Array(count);
    // A parent's quota includes its children's, of which what they keep is not the parent's to dispose of.
    for (let queue = count - 1; queue >= 0; queue--) {
      this.kept[queue] = Math.max(0, this.disposable[queue]! - lendingLimit[queue]!);
      if (parent[queue]! < 0) this.commonGpus += this.disposable[queue]! - this.kept[queue]!;
      else this.disposable[parent[queue]!]! -= quota[queue]! - (this.disposable[queue]! - this.kept[queue]!);
    }
    for (let queue = 0; queue < count; queue++) this.lendable[queue] = this.available(parent[queue]!);
  }

  /** GPUs that a queue uses beyond what it can dispose of without borrowing. */
  borrowedGpus(queue: number): number {
    return Math.max(0, this.used[queue]! - this.disposable[queue]!);
  }

  /** GPUs that the cohort of a queue has to lend, used or not. */
  lendableGpus(queue: number): number {
    return this.lendable[queue]!;
  }

  /** The jobs of a queue without children hold so many GPUs more (or, negative, fewer). */
  use(queue: number, gpus: number): void {
    let change = gpus;
    for (let at = queue; at >= 0 && change !== 0; at = this.tree.parent[at]!) {
      const before = Math.max(0, this.used[at]! - this.kept[at]!);
      this.used[at]! += change;
      change = Math.max(0, this.used[at]! - this.kept[at]!) - before;
    }
    this.commonUsed += change;
  }

  /** GPUs that a queue may take now. */
  available(queue: number): number {
    if (queue < 0) return this.commonGpus - this.commonUsed;
    const { tree, used, kept, disposable } = this;
    const ownLeft = Math.max(0, kept[queue]! - used[queue]!);
    const borrowable = tree.limit[queue]! - tree.quota[queue]!;
    const commonOwn = disposable[queue]! - kept[queue]!;
    const commonTaken = Math.max(0, used[queue]! - kept[queue]!);
    return ownLeft + Math.min(this.available(tree.parent[queue]!), commonOwn - commonTaken + borrowable);
  }
}
