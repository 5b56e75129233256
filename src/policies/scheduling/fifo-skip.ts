import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { honourPriority, priorityParameter, queueOrder } from './queue-order.ts';
import { blockedRules, inOrder } from './start-in-order.ts';

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
    ...blockedRules('skip'),
    estimates: 'not used',
  }),
  create: (parameters) => inOrder('skip', queueOrder(parameters)),
};
