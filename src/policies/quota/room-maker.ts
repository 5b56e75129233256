import type { JobId } from '../../sim/model/brand.ts';
import { NO_JOB, type Plan, type SchedulingView } from '../../sim/contract/scheduling.ts';
import type { QuotaLedger } from './quota-ledger.ts';

/** The rules by which a policy takes GPUs from running jobs. */
export interface TakingRules {
  /** GPUs of a type that a job may take at present by its queue's quota and limits; ANY_TYPE: of all together. */
  roomFor(job: JobId, type: number): number;
  /** Starts a waiting job if the rules and the placement allow it, and tells the ledger. */
  start(view: SchedulingView, plan: Plan, job: JobId): boolean;
  /** Whether a running job may be taken for another, all before it having been taken. */
  mayTake(victim: JobId, job: JobId): boolean;
}

/** In which order those who are offered are taken. */
export interface VictimOrder {
  begin(offered: readonly JobId[], job: JobId): void;
  /** Who is next, all before having been taken; NO_JOB: nobody. */
  next(): JobId | typeof NO_JOB;
}

/**
 * Makes room for a job by taking running ones off their GPUs, one after the other in the order in which they are
 * offered, until it starts; whoever need not have gone stays where he was. If it cannot start, nothing has changed.
 */
export class RoomMaker {
  private readonly offered: JobId[] = [];
  private readonly taken: JobId[] = [];

  /** Forgets what was offered. */
  clear(): void {
    this.offered.length = 0;
  }

  offer(victim: JobId): void {
    this.offered.push(victim);
  }

  /** Orders what was offered. */
  sort(standsBefore: (job: JobId, other: JobId) => boolean): void {
    this.offered.sort((a, b) => (standsBefore(a, b) ? -1 : 1));
  }

  /** Whether the job was started. */
  startInPlaceOf(
    view: SchedulingView,
    plan: Plan,
    ledger: QuotaLedger,
    job: JobId,
    rules: TakingRules,
    order: VictimOrder = new AsOffered(rules),
  ): boolean {
    const { taken } = this;
    taken.length = 0;
    if (!this.couldBeEnough(view, job)) return false;
    order.begin(this.offered, job);
    for (let victim = order.next(); victim !== NO_JOB; victim = order.next()) {
      plan.lift(victim);
      ledger.lifted(victim);
      taken.push(victim);
      if (!hasFree(view, job) || !rules.start(view, plan, job)) continue;
      this.putBack(view, plan, ledger, rules);
      return true;
    }
    // Nothing was placed meanwhile, so everyone finds his place.
    for (let index = taken.length - 1; index >= 0; index--) {
      if (plan.putBack(taken[index]!)) ledger.putBack(taken[index]!);
    }
    return false;
  }

  /** Whether some type that the job may use would have enough free if all who are offered went. */
  private couldBeEnough(view: SchedulingView, job: JobId): boolean {
    const { jobs, gpuTypes } = view;
    const mask = jobs.typeMask(job);
    for (let type = 0; type < gpuTypes; type++) {
      if (((mask >>> type) & 1) === 0) continue;
      let gpus = view.freeGpus(type);
      for (const victim of this.offered) if (jobs.heldType(victim) === type) gpus += jobs.gpus(victim);
      if (gpus >= jobs.gpus(job)) return true;
    }
    return false;
  }

  /** Those taken last, who would have been spared longest, come back first. */
  private putBack({ jobs }: SchedulingView, plan: Plan, ledger: QuotaLedger, rules: TakingRules): void {
    const { taken } = this;
    for (let index = taken.length - 1; index >= 0; index--) {
      const victim = taken[index]!;
      const room = rules.roomFor(victim, ledger.typeOf(victim));
      if (room < jobs.gpus(victim) || !plan.putBack(victim)) continue;
      ledger.putBack(victim);
    }
  }
}

/** One after the other, but for those who may not be taken once others have been. */
class AsOffered implements VictimOrder {
  private readonly rules: TakingRules;
  private offered: readonly JobId[] = [];
  private job = NO_JOB as JobId;
  private at = 0;

  constructor(rules: TakingRules) {
    this.rules = rules;
  }

  begin(offered: readonly JobId[], job: JobId): void {
    this.offered = offered;
    this.job = job;
    this.at = 0;
  }

  next(): JobId | typeof NO_JOB {
    while (this.at < this.offered.length) {
      const victim = this.offered[this.at++]!;
      if (this.rules.mayTake(victim, this.job)) return victim;
    }
    return NO_JOB;
  }
}

/** Whether some type that the job may use has as many GPUs free in all: asking the placement costs more. */
function hasFree(view: SchedulingView, job: JobId): boolean {
  const mask = view.jobs.typeMask(job);
  const gpus = view.jobs.gpus(job);
  for (let type = 0; type < view.gpuTypes; type++) {
    if (((mask >>> type) & 1) === 1 && view.freeGpus(type) >= gpus) return true;
  }
  return false;
}
