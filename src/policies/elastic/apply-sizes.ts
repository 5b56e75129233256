import { Refusal } from '../../sim/contract/refusal.ts';
import { NO_JOB, type JobView, type Plan, type SchedulingView } from '../../sim/contract/scheduling.ts';
import type { ElasticRound } from './elastic-round.ts';

/**
 * Brings the round's sizes about. Jobs whose size or type changes are lifted, then placed, the largest first, with the
 * first entry on ties; where the placement has no room in this shape a job that ran stays as it was, and others take
 * half, as long as they can run so. What finds no room then is preempted or waits. True if anything runs afterwards.
 */
export function applySizes(round: ElasticRound, view: SchedulingView, plan: Plan, order: number[]): boolean {
  const { jobs } = view;
  let runs = false;
  order.length = 0;
  for (let entry = 0; entry < round.entries; entry++) {
    const job = round.job[entry]!;
    const stays = round.held[entry]! > 0 && isAsItWas(round, jobs, entry);
    runs ||= stays;
    if (stays) continue;
    if (round.held[entry]! > 0) plan.lift(job);
    if (round.size[entry]! > 0) order.push(entry);
  }
  order.sort((a, b) => round.size[b]! - round.size[a]! || a - b);
  for (const entry of order) runs = place(round, jobs, plan, entry) || runs;
  return runs;
}

function isAsItWas(round: ElasticRound, jobs: JobView, entry: number): boolean {
  return round.size[entry] === round.held[entry] && round.type[entry] === jobs.heldType(round.job[entry]!);
}

function place(round: ElasticRound, jobs: JobView, plan: Plan, entry: number): boolean {
  const job = round.job[entry]!;
  const type = round.type[entry]!;
  const size = round.size[entry]!;
  if (plan.start(job, type, size) === Refusal.None) return true;
  if (round.held[entry]! > 0 && plan.putBack(job)) return true;
  for (let fewer = size >>> 1; fewer >= Math.max(1, jobs.gpusMin(job)); fewer >>>= 1) {
    if (plan.start(job, type, fewer) === Refusal.None) return true;
  }
  return false;
}

/** Starts waiting jobs without GPUs that fit, of the first so many in the queue: they share nothing with the others. */
export function startWithoutGpus({ jobs, queue }: SchedulingView, plan: Plan, looksMax: number): void {
  let job = queue.head();
  for (let looks = 0; looks < looksMax && job !== NO_JOB; looks++, job = queue.after(job)) {
    if (jobs.gpus(job) === 0) plan.start(job);
  }
}
