import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { honourPriority, priorityParameter, queueOrder } from './queue-order.ts';
import { blockedRule, inOrder } from './start-in-order.ts';

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
    blocked: blockedRule('skip'),
    estimates: 'not used',
  }),
<<<<<<< HEAD
  create: (parameters) => inOrder('skip', queueOrder(parameters)),
=======
  create: (parameters) => ({
    order: queueOrder(parameters),
    looksAhead: false,
    workConserving: true,
    initial: () => undefined,
    decide({ view: { queue }, plan }) {
      for (let job = queue.head(); job !== NO_JOB; job = queue.nextCandidate(job, Infinity, NEVER)) plan.start(job);
      return NEVER;
    },
  }),
>>>>>>> ab6f105 (Laws over the registry on clusters with elastic jobs, classes, deadlines and overheads; claims of work conservation)
};
