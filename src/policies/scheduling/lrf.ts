import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { blockedOf, blockedParameter, blockedRules, inOrder } from './start-in-order.ts';

/** Longest remaining first: as nobody is preempted, what remains of a waiting job is its whole estimate. */
export const lrf: SchedulingDefinition = {
  name: 'lrf',
  summary: 'Starts the job with the longest estimate first, which keeps the makespan short; nobody is preempted.',
  source: 'longest-remaining filler of Shockwave (NSDI 2023); LPT rule, Graham, SIAM J. Appl. Math. 1969',
  parameters: { blocked: blockedParameter },
  semantics: (parameters) => ({
    order: 'longest estimated running time (at speed 1), then submit, then file order',
    ...blockedRules(blockedOf(parameters)),
    preemption: 'never',
    estimates: 'as the scenario states',
  }),
  create: (parameters) => inOrder(blockedOf(parameters), (jobs, job) => -jobs.estimateUs(job)),
};
