import { NEVER } from '../../../sim/kernel/clock.ts';
import type { JobId } from '../../../sim/model/brand.ts';
import { Refusal } from '../../../sim/contract/refusal.ts';
import { NO_JOB, type Plan, type SchedulingView } from '../../../sim/contract/scheduling.ts';
import { VictimHeap } from './victim-heap.ts';

/** Who gives way to whom. */
export interface Displacing {
  /** Rank of a job, waiting or running: smaller goes first. The queue must stand in this order. */
  keyOf(job: JobId): number;
  /** Among running jobs of one key, larger gives way first; then the latest submitted. */
  tieOf(job: JobId): number;
  /** A running job gives way only to jobs whose key is smaller than its own by more than this, >= 0. */
  readonly keyGap: number;
  /** No running job has a larger key: a job that stands there displaces nobody, and nobody needs to be asked. */
  readonly keyMax: number;
  /** False for a running job that gives way to nobody now. */
  mayGiveWay(job: JobId): boolean;
  /** False for a waiting job for which nobody gives way now, though enough would. */
  mayDisplace(job: JobId): boolean;
  /** True if nobody may pass a job that cannot start even so. */
  readonly headOfLine: boolean;
}

/**
 * Starts waiting jobs in the order of the queue. One that does not fit takes the GPUs of running jobs of larger keys,
 * the largest first, if they make room for it; whoever proves not to be needed stays where it is, smallest key first,
 * or goes on elsewhere. Nobody is stopped in vain. A decision costs in proportion to the running jobs, and only if
 * somebody waits who does not fit.
 */
export class Displacement {
  /** Waiting jobs that the last decision started. */
  readonly started: JobId[] = [];
  /** Running jobs that it stopped. */
  readonly stopped: JobId[] = [];
  private readonly victims = new VictimHeap();
  /** Jobs taken off, worst first, with their keys. */
  private readonly lifted: JobId[] = [];
  private readonly liftedKeys: number[] = [];
  /** GPUs of those that may still be taken off. */
  private heldGpus = 0;

  run(view: SchedulingView, plan: Plan, rules: Displacing): void {
    const { queue, jobs } = view;
    this.started.length = 0;
    this.stopped.length = 0;
    let isGathered = false;
    let job = queue.head();
    while (job !== NO_JOB) {
      const key = rules.keyOf(job);
      if (isGathered) this.putBackUpTo(plan, key + rules.keyGap);
      if (plan.start(job) === Refusal.None) {
        this.started.push(job);
        job = queue.after(job);
        continue;
      }
      if (key + rules.keyGap >= rules.keyMax) break;
      if (!isGathered) this.gather(view, rules, key + rules.keyGap);
      isGathered = true;
      if (this.isExhausted(key + rules.keyGap)) break;
      const couldFit = jobs.gpus(job) <= countFree(view) + this.heldGpus && rules.mayDisplace(job);
      const isStarted = couldFit && this.displaceFor(view, plan, job, key + rules.keyGap);
      if (isStarted) this.started.push(job);
      else if (rules.headOfLine) break;
      job = queue.after(job);
    }
    this.putBackUpTo(plan, NEVER);
    if (job === NO_JOB || rules.headOfLine) return;
    for (job = queue.nextCandidate(job, Infinity, NEVER); job !== NO_JOB;) {
      if (plan.start(job) === Refusal.None) this.started.push(job);
      job = queue.nextCandidate(job, Infinity, NEVER);
    }
  }

  /** Running jobs of larger keys, as the decision found them. */
  private gather({ active, jobs }: SchedulingView, rules: Displacing, key: number): void {
    const { victims } = this;
    victims.clear();
    this.heldGpus = 0;
    for (let index = 0; index < active.length; index++) {
      const job = active.at(index);
      const own = rules.keyOf(job);
      if (own <= key || !rules.mayGiveWay(job)) continue;
      victims.add(job, own, rules.tieOf(job));
      this.heldGpus += jobs.heldGpus(job);
    }
    victims.settle();
  }

  /** True if nobody, taken off or not, would give way to a job of the key. */
  private isExhausted(key: number): boolean {
    const { victims, liftedKeys } = this;
    return (victims.length === 0 || victims.topKey <= key) && (liftedKeys.length === 0 || liftedKeys[0]! <= key);
  }

  private displaceFor(view: SchedulingView, plan: Plan, job: JobId, key: number): boolean {
    const { victims } = this;
    const { jobs } = view;
    const wanted = jobs.gpus(job);
    let free = countFree(view);
    while (victims.length > 0 && victims.topKey > key) {
      const victim = victims.top;
      const held = jobs.heldGpus(victim);
      this.lifted.push(victim);
      this.liftedKeys.push(victims.topKey);
      victims.pop();
      plan.lift(victim);
      this.heldGpus -= held;
      free += held;
      if (free >= wanted && plan.start(job) === Refusal.None) return true;
    }
    return false;
  }

  /** Those taken off whose keys are not above the given one go on, smallest key first. */
  private putBackUpTo(plan: Plan, key: number): void {
    const { lifted, liftedKeys } = this;
    while (lifted.length > 0 && liftedKeys[liftedKeys.length - 1]! <= key) {
      liftedKeys.pop();
      const job = lifted.pop()!;
      // Its place may be taken; then it goes on elsewhere if it can, and is preempted if not.
      if (!plan.putBack(job) && plan.start(job) !== Refusal.None) this.stopped.push(job);
    }
  }
}

function countFree(view: SchedulingView): number {
  let free = 0;
  for (let type = 0; type < view.gpuTypes; type++) free += view.freeGpus(type);
  return free;
}
