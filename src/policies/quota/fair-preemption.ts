import type { JobId } from '../../sim/model/brand.ts';
import { NO_JOB } from '../../sim/contract/scheduling.ts';
import type { QuotaTree } from '../../sim/model/quota-tree.ts';
import type { Flavours } from './flavours.ts';
import type { VictimOrder } from './room-maker.ts';

/** When the share of the preempting queue, with the job, allows it to take from another queue. */
export type FairStrategy = 'less-than-or-equal-to-final-share' | 'less-than-initial-share';

/** What fair preemption asks of the policy. */
export interface FairPreemptionRules {
  readonly tree: QuotaTree;
  readonly flavours: Flavours;
  queueOf(job: JobId): number;
  gpusOf(job: JobId): number;
  /** Flavour that a running job uses. */
  typeOf(job: JobId): number;
  /** Flavour that the preempting job is to use. */
  wantedType(job: JobId): number;
  mayTake(victim: JobId, job: JobId): boolean;
}

/**
 * Takes from whoever borrows most: down the tree to the queue with the largest share, its jobs in their order, for as
 * long as a strategy allows it, after each of them anew. `less-than-or-equal-to-final-share`: the preempting queue's
 * share with the job is no more than the other's without the victim. `less-than-initial-share`: it is less than the
 * other's as it is; this takes one job of each queue. Shares are compared where the two queues part.
 * Source: Kueue, preemption strategies of fair sharing.
 */
export class FairPreemption implements VictimOrder {
  private readonly rules: FairPreemptionRules;
  private readonly strategies: readonly FairStrategy[];
  private job = NO_JOB as JobId;
  private strategy = 0;
  /** Who may still be taken under the present strategy, and who was passed over for the next. */
  private left: JobId[] = [];
  private retry: JobId[] = [];

  constructor(rules: FairPreemptionRules, strategies: readonly FairStrategy[]) {
    this.rules = rules;
    this.strategies = strategies;
  }

  begin(offered: readonly JobId[], job: JobId): void {
    this.job = job;
    this.strategy = 0;
    this.left = [...offered];
    this.retry = [];
  }

  next(): JobId | typeof NO_JOB {
    for (; this.strategy < this.strategies.length; this.strategy++) {
      const victim = this.nextUnder(this.strategies[this.strategy]!);
      if (victim !== NO_JOB) return victim;
      this.left = this.retry;
      this.retry = [];
    }
    return NO_JOB;
  }

  private nextUnder(strategy: FairStrategy): JobId | typeof NO_JOB {
    const { rules, job } = this;
    const own = rules.queueOf(job);
    while (this.left.length > 0) {
      const queue = this.largestBorrower();
      const at = this.left.findIndex((one) => rules.queueOf(one) === queue);
      const victim = this.left[at]!;
      this.left.splice(at, 1);
      // Who was in the way of nobody before others went may be so still.
      if (!rules.mayTake(victim, job)) continue;
      if (queue === own || this.isAllowed(strategy, victim)) {
        if (queue !== own && strategy === 'less-than-initial-share') {
          this.left = this.left.filter((one) => rules.queueOf(one) !== queue);
        }
        return victim;
      }
      this.retry.push(victim);
    }
    return NO_JOB;
  }

  private isAllowed(strategy: FairStrategy, victim: JobId): boolean {
    const { rules, job } = this;
    const { flavours } = rules;
    const own = rules.queueOf(job);
    const queue = rules.queueOf(victim);
    const [mine, theirs] = this.whereTheyPart(own, queue);
    const share = flavours.shareWith(mine, own, rules.wantedType(job), rules.gpusOf(job));
    if (strategy === 'less-than-initial-share') return share < flavours.share(theirs);
    return share <= flavours.shareWith(theirs, queue, rules.typeOf(victim), -rules.gpusOf(victim));
  }

  /** The queues just below the lowest cohort that two queues have in common. */
  private whereTheyPart(own: number, other: number): [number, number] {
    const { parent } = this.rules.tree;
    for (let mine = own; ; mine = parent[mine]!) {
      for (let theirs = other; theirs >= 0; theirs = parent[theirs]!) {
        if (parent[mine] === parent[theirs]) return [mine, theirs];
      }
    }
  }

  /** Of the queues with somebody left: at each level on the way down the one with the largest share, the first on ties. */
  private largestBorrower(): number {
    const { tree, flavours } = this.rules;
    const isWithin = (queue: number, cohort: number): boolean => {
      let at = queue;
      while (at >= 0 && at !== cohort) at = tree.parent[at]!;
      return at === cohort;
    };
    const owners = [...new Set(this.left.map((job) => this.rules.queueOf(job)))];
    let cohort = -1;
    for (;;) {
      let best = -1;
      for (let queue = 0; queue < tree.count; queue++) {
        if (tree.parent[queue] !== cohort || !owners.some((owner) => isWithin(owner, queue))) continue;
        if (best < 0 || flavours.share(queue) > flavours.share(best)) best = queue;
      }
      if (owners.includes(best)) return best;
      cohort = best;
    }
  }
}
