import { exp } from '../../sim/kernel/portable-math.ts';
import type { QuotaTree } from '../../sim/model/quota-tree.ts';

/** How accounts and users (queues without children) share by past use: who has used less than its share is nearer 1. */
export interface AccountShares {
  /** Fair-share factor of each queue without children, 0 … 1, as of the last `update`. */
  readonly factor: Float64Array;
  /** Works the factors out anew from the past use of the queues without children, in any unit. */
  update(ownUsage: Float64Array): void;
}

/** Sums and shares that both rules need, for each queue. */
class AccountTree {
  readonly tree: QuotaTree;
  /** Past use of a queue with all below it. */
  readonly usage: Float64Array;
  /** Past use of all at the top. */
  total = 0;
  /** Weight of a queue among its siblings, 0 … 1. */
  readonly shareOfSiblings: Float64Array;
  /** Weight of a queue in the whole tree: the product of its and its ancestors' shares of siblings. */
  readonly normalisedShare: Float64Array;
  readonly isLeaf: Uint8Array;
  private readonly weights: Float64Array;

  constructor(tree: QuotaTree) {
    this.tree = tree;
    const { count, parent, weight } = tree;
    this.usage = new Float64Array(count);
    this.shareOfSiblings = new Float64Array(count);
    this.normalisedShare = new Float64Array(count);
    this.isLeaf = new Uint8Array(count).fill(1);
    // By parent, the top in the last place.
    this.weights = new Float64Array(count + 1);
    for (let queue = 0; queue < count; queue++) {
      this.weights[this.parentPlace(queue)]! += weight[queue]!;
      if (parent[queue]! >= 0) this.isLeaf[parent[queue]!] = 0;
    }
    for (let queue = 0; queue < count; queue++) {
      const weights = this.weights[this.parentPlace(queue)]!;
      this.shareOfSiblings[queue] = weights === 0 ? 0 : weight[queue]! / weights;
      const above = parent[queue]! < 0 ? 1 : this.normalisedShare[parent[queue]!]!;
      this.normalisedShare[queue] = above * this.shareOfSiblings[queue]!;
    }
  }

  sum(ownUsage: Float64Array): void {
    const { usage, tree } = this;
    for (let queue = 0; queue < tree.count; queue++) usage[queue] = this.isLeaf[queue] === 1 ? ownUsage[queue]! : 0;
    this.total = 0;
    for (let queue = tree.count - 1; queue >= 0; queue--) {
      const parent = tree.parent[queue]!;
      if (parent < 0) this.total += usage[queue]!;
      else usage[parent]! += usage[queue]!;
    }
  }

  private parentPlace(queue: number): number {
    const parent = this.tree.parent[queue]!;
    return parent < 0 ? this.tree.count : parent;
  }
}

/**
 * Slurm's classic fair share: 2^(−U/S/dampening), U being the effective use (an account's unused share counts for its
 * users and their use against each other) and S the normalised share. 0.5 says that somebody has used just his share.
 * Source: Slurm, classic_fair_share.html.
 */
export class ClassicShares implements AccountShares {
  readonly factor: Float64Array;
  private readonly accounts: AccountTree;
  private readonly effective: Float64Array;
  private readonly dampening: number;

  constructor(tree: QuotaTree, dampening = 1) {
    this.accounts = new AccountTree(tree);
    this.factor = new Float64Array(tree.count).fill(1);
    this.effective = new Float64Array(tree.count);
    this.dampening = dampening;
  }

  update(ownUsage: Float64Array): void {
    const { accounts, effective, factor } = this;
    accounts.sum(ownUsage);
    const { tree, usage, total, shareOfSiblings, normalisedShare } = accounts;
    for (let queue = 0; queue < tree.count; queue++) {
      const actual = total === 0 ? 0 : usage[queue]! / total;
      const parent = tree.parent[queue]!;
      effective[queue] = parent < 0 ? actual : actual + (effective[parent]! - actual) * shareOfSiblings[queue]!;
      const share = normalisedShare[queue]!;
      factor[queue] = share === 0 ? 0 : exp((-effective[queue]! / share / this.dampening) * Math.LN2);
    }
  }
}

/**
 * Slurm's Fair Tree: siblings are ordered by share / use among themselves, users are ranked depth first in that order,
 * and a user's factor is his rank over the number of users, the first having 1. Users on a par share a rank; accounts
 * on a par have their children ordered as one list; a user on a par with an account gets the rank of its first user.
 * Source: Slurm, fair_tree.html (Cox and Morrison).
 */
export class FairTree implements AccountShares {
  readonly factor: Float64Array;
  private readonly accounts: AccountTree;
  private readonly level: Float64Array;
  private readonly usageOfSiblings: Float64Array;
  private readonly top: readonly number[];
  private readonly children: readonly (readonly number[])[];
  private readonly users: number;
  /** Rank to give next, and the one given last. */
  private nextRank = 0;
  private rank = 0;

  constructor(tree: QuotaTree) {
    this.accounts = new AccountTree(tree);
    this.factor = new Float64Array(tree.count).fill(1);
    this.level = new Float64Array(tree.count);
    this.usageOfSiblings = new Float64Array(tree.count);
    const queues = Array.from({ length: tree.count }, (_, queue) => queue);
    this.top = queues.filter((queue) => tree.parent[queue]! < 0);
    this.children = queues.map((parent) => queues.filter((queue) => tree.parent[queue] === parent));
    this.users = queues.filter((queue) => this.accounts.isLeaf[queue] === 1).length;
  }

  update(ownUsage: Float64Array): void {
    const { accounts, level, usageOfSiblings } = this;
    accounts.sum(ownUsage);
    const { tree, usage, total, shareOfSiblings } = accounts;
    for (let queue = 0; queue < tree.count; queue++) {
      const parent = tree.parent[queue]!;
      usageOfSiblings[queue] = parent < 0 ? total : usage[parent]!;
      const used = usage[queue]!;
      const share = shareOfSiblings[queue]!;
      // Nothing used is infinitely little; no share is none, whatever was used.
      level[queue] = share === 0 ? 0 : used === 0 ? Infinity : share / (used / usageOfSiblings[queue]!);
    }
    this.nextRank = this.users;
    this.rankInOrder([...this.top], false);
  }

  /** Ranks the users below a list of siblings; `onPar`: its first are on a par with the user ranked last. */
  private rankInOrder(siblings: number[], onPar: boolean): void {
    const { level, factor, accounts } = this;
    siblings.sort((a, b) => (level[a] === level[b] ? a - b : level[b]! - level[a]!));
    for (let from = 0; from < siblings.length;) {
      let to = from;
      let tied = onPar && from === 0;
      const merged: number[] = [];
      for (; to < siblings.length && level[siblings[to]!] === level[siblings[from]!]; to++) {
        const queue = siblings[to]!;
        if (accounts.isLeaf[queue] === 0) {
          merged.push(...this.children[queue]!);
          continue;
        }
        if (!tied) this.rank = this.nextRank;
        tied = true;
        factor[queue] = this.rank / this.users;
        this.nextRank--;
      }
      if (merged.length > 0) this.rankInOrder(merged, tied);
      from = to;
    }
  }
}
