import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { blockedOf, blockedParameter, blockedRules, inOrder } from './start-in-order.ts';

/** Earliest deadline first, without preemption or admission. */
export const edf: SchedulingDefinition = {
  name: 'edf',
  summary: 'Starts the job with the earliest deadline first; nobody is preempted or turned away.',
  source: 'Liu and Layland, J. ACM 1973; the EDF baseline of ElasticFlow (ASPLOS 2023)',
  parameters: { blocked: blockedParameter },
  semantics: (parameters) => ({
    order: 'earliest deadline, then submit, then file order; jobs without one stand last',
    ...blockedRules(blockedOf(parameters)),
    preemption: 'never',
    admission: 'everybody; a deadline that cannot be met any more counts like any other',
    estimates: 'not used',
  }),
  // Keys are finite: the difference of two jobs without a deadline must be one.
  create: (parameters) =>
    inOrder(blockedOf(parameters), (jobs, job) => Math.min(jobs.deadlineUs(job), Number.MAX_SAFE_INTEGER)),
};
