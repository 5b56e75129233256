import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { blockedOf, blockedParameter, blockedRules, inOrder } from './start-in-order.ts';

/** Shortest job first by estimate, without preemption. */
export const sjf: SchedulingDefinition = {
  name: 'sjf',
  summary: 'Starts the job with the shortest estimate first; nobody is preempted.',
  source: 'Lucid simulator, sjf (head-of-line); Alibaba MLaaS simulator, SJF (skip)',
  parameters: { blocked: blockedParameter },
  semantics: (parameters) => ({
    order: 'shortest estimated running time (at speed 1), then submit, then file order',
    ...blockedRules(blockedOf(parameters)),
    preemption: 'never',
    estimates: 'as the scenario states',
  }),
  create: (parameters) => inOrder(blockedOf(parameters), (jobs, job) => jobs.estimateUs(job)),
};
