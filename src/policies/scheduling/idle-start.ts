import { Refusal } from '../../sim/contract/refusal.ts';
import { NO_JOB, type Plan, type SchedulingView } from '../../sim/contract/scheduling.ts';

/**
 * Starts the first job of the queue that fits. For a policy that counts GPUs, when nothing runs: no end will make room,
 * and what the placement refuses in its shape would wait for ever.
 */
export function startAnything({ queue }: SchedulingView, plan: Plan): void {
  for (let job = queue.head(); job !== NO_JOB; job = queue.after(job)) {
    if (plan.start(job) === Refusal.None) return;
  }
}
