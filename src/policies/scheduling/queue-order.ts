import type { ParameterSchema, ParameterValues } from '../../sim/contract/definition.ts';
import type { QueueOrder } from '../../sim/contract/scheduling.ts';

/** The parameter by which a policy's queue knows priority classes. */
export const priorityParameter: ParameterSchema = {
  type: 'string',
  enum: ['ignore', 'honour'],
  default: 'ignore',
  description: 'honour: jobs of higher priority stand before all others in the queue (nobody is preempted for them).',
};

export function honourPriority(parameters: ParameterValues): boolean {
  return parameters['priorities'] === 'honour';
}

/** (submit, file) order, behind priority where that is honoured. */
export function queueOrder(parameters: ParameterValues): QueueOrder {
  return honourPriority(parameters) ? (jobs, job) => -jobs.priority(job) : () => 0;
}
