import type { JobId } from '../../sim/model/brand.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import type { Plan, SchedulingView } from '../../sim/contract/scheduling.ts';
import type { QuotaLedger } from './quota-ledger.ts';

/** The rules by which a policy takes GPUs from running jobs. */
export interface TakingRules {
  /** GPUs that a queue may take at present by its quota and limits. */
  roomGpus(queue: number): number;
  /** Whether a running job may be taken for another, all before it having been taken. */
  mayTake(victim: JobId, job: JobId): boolean;
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
  startInPlaceOf(view: SchedulingView, plan: Plan, ledger: QuotaLedger, job: JobId, rules: TakingRules): boolean {
    const { taken } = this;
    taken.length = 0;
    if (!this.couldBeEnough(view, job)) return false;
    for (const victim of this.offered) {
      if (!rules.mayTake(victim, job)) continue;
      plan.lift(victim);
      ledger.lifted(victim);
      taken.push(victim);
      if (!start(view, plan, ledger, job, rules)) continue;
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
      if (rules.roomGpus(ledger.queueOf(victim)) < jobs.gpus(victim) || !plan.putBack(victim)) continue;
      ledger.putBack(victim);
    }
  }
}

function start(view: SchedulingView, plan: Plan, ledger: QuotaLedger, job: JobId, rules: TakingRules): boolean {
  const gpus = view.jobs.gpus(job);
  if (rules.roomGpus(ledger.queueOf(job)) < gpus || !hasFree(view, job, gpus)) return false;
  if (plan.start(job) !== Refusal.None) return false;
  ledger.started(job, view.nowUs);
  return true;
}

/** Whether some type that the job may use has as many GPUs free in all: asking the placement costs more. */
function hasFree(view: SchedulingView, job: JobId, gpus: number): boolean {
  const mask = view.jobs.typeMask(job);
  for (let type = 0; type < view.gpuTypes; type++) {
    if (((mask >>> type) & 1) === 1 && view.freeGpus(type) >= gpus) return true;
  }
  return false;
}
