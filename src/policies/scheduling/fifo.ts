import { NEVER } from '../../sim/kernel/clock.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import { NO_JOB, type SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { honourPriority, queueOrder, priorityParameter } from './queue-order.ts';

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
    blocked:
      parameters['whenBlocked'] === 'reject'
        ? 'a job that cannot start when it arrives is turned away'
        : 'head of line: nobody passes a job that does not fit',
    estimates: 'not used',
  }),
  create: (parameters) => {
    const reject = parameters['whenBlocked'] === 'reject';
    return {
      order: queueOrder(parameters),
      looksAhead: false,
      initial: () => undefined,
      decide({ view: { queue }, plan }) {
        for (let job = queue.head(); job !== NO_JOB; job = queue.head()) {
          if (plan.start(job) === Refusal.None) continue;
          if (!reject) break;
          plan.reject(job);
        }
        return NEVER;
      },
    };
  },
};
