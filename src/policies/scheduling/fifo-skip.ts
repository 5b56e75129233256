import { NEVER } from '../../sim/kernel/clock.ts';
import { NO_JOB, type SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { honourPriority, priorityParameter, queueOrder } from './queue-order.ts';

/** First in, first out, skipping: starts every job that fits, in queue order. Big gangs may starve. */
export const fifoSkip: SchedulingDefinition = {
  name: 'fifo-skip',
  summary: 'Starts every job that fits, in queue order; jobs that do not fit are passed over (big gangs may starve).',
  source: 'Kueue BestEffortFIFO; first-job-first of the Tiresias simulator',
  parameters: { priorities: priorityParameter },
  semantics: (parameters) => ({
    order: honourPriority(parameters)
      ? 'priority (larger first), then submit, then file order'
      : 'submit, then file order',
    blocked: 'a job that does not fit is passed over; nothing is reserved for it',
    estimates: 'not used',
  }),
  create: (parameters) => ({
    order: queueOrder(parameters),
    looksAhead: false,
    initial: () => undefined,
    decide({ view: { queue }, plan }) {
      for (let job = queue.head(); job !== NO_JOB; job = queue.nextCandidate(job, Infinity, NEVER)) plan.start(job);
      return NEVER;
    },
  }),
};
