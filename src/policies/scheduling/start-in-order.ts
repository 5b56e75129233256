import { NEVER } from '../../sim/kernel/clock.ts';
import type { ParameterSchema, ParameterValues, Semantics } from '../../sim/contract/definition.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import {
  NO_JOB,
  type Plan,
  type QueueOrder,
  type SchedulingPolicy,
  type SchedulingView,
} from '../../sim/contract/scheduling.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { NOTHING_IDLE } from './idle-rule.ts';

/** What others do when a job does not fit. */
type Blocked = 'head-of-line' | 'skip';

/** The parameter by which an order says what becomes of those behind a job that does not fit. */
export const blockedParameter: ParameterSchema = {
  type: 'string',
  enum: ['head-of-line', 'skip'],
  default: 'head-of-line',
  description: 'What others do when a job does not fit: head-of-line: they wait; skip: those that fit pass it.',
};

export function blockedOf(parameters: ParameterValues): Blocked {
  return parameters['blocked'] === 'skip' ? 'skip' : 'head-of-line';
}

/** The same as rules for the semantics of a policy. */
export function blockedRules(blocked: Blocked): Semantics {
  return blocked === 'skip'
    ? { blocked: 'a job that does not fit is passed over; nothing is reserved for it', idle: NOTHING_IDLE }
    : {
        blocked: 'head of line: nobody passes a job that does not fit',
        idle: 'GPUs stay idle behind a job that does not fit, though others would',
      };
}

/** A policy that starts jobs in an order that is known at their submission, and never stops one. */
export function inOrder(blocked: Blocked, order: QueueOrder): SchedulingPolicy {
  const start = blocked === 'skip' ? startAllThatFit : startToFirstBlocked;
  return {
    order,
    looksAhead: false,
    workConserving: blocked === 'skip',
    initial: () => undefined,
    decide({ view, plan }) {
      start(view, plan);
      return NEVER;
    },
  };
}

/** Starts every job that fits, in the order of the queue. */
function startAllThatFit({ queue }: SchedulingView, plan: Plan): void {
  for (let job = queue.head(); job !== NO_JOB; job = queue.nextCandidate(job, Infinity, NEVER)) plan.start(job);
}

/** Starts jobs in the order of the queue, up to the first that does not fit. Answers that job, or NO_JOB. */
export function startToFirstBlocked({ queue }: SchedulingView, plan: Plan): JobId | typeof NO_JOB {
  let job = queue.head();
  while (job !== NO_JOB && plan.start(job) === Refusal.None) job = queue.head();
  return job;
}
