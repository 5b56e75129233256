import { NEVER } from '../../sim/kernel/clock.ts';
import { NO_JOB, type SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { honourPriority, queueOrder, priorityParameter } from './queue-order.ts';
import { blockedRules, inOrder, startToFirstBlocked } from './start-in-order.ts';

/** First in, first out, head of line: starts jobs in queue order and stops at the first that does not fit. */
export const fifo: SchedulingDefinition = {
  name: 'fifo',
  summary: 'Starts jobs in queue order and stops at the first that does not fit (head of line).',
  source: 'Kueue StrictFIFO; Slurm sched/builtin',
  parameters: {
    priorities: priorityParameter,
    whenBlocked: {
      type: 'string',
      enum: ['wait', 'reject'],
      default: 'wait',
      description: 'What becomes of a job that cannot start: it waits, or it is turned away (a loss system).',
    },
  },
  semantics: (parameters) => ({
    order: honourPriority(parameters)
      ? 'priority (larger first), then submit, then file order'
      : 'submit, then file order',
    ...(parameters['whenBlocked'] === 'reject'
      ? { blocked: 'a job that cannot start when it arrives is turned away', idle: 'nobody waits' }
      : blockedRules('head-of-line')),
    estimates: 'not used',
  }),
  create: (parameters) => {
    const policy = inOrder('head-of-line', queueOrder(parameters));
    if (parameters['whenBlocked'] === 'wait') return policy;
    return {
      ...policy,
      workConserving: true,
      decide({ view, plan }) {
        for (let job = startToFirstBlocked(view, plan); job !== NO_JOB; job = startToFirstBlocked(view, plan)) {
          plan.reject(job);
        }
        return NEVER;
      },
    };
  },
};
