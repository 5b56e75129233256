import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { leastAttained, leastAttainedOptions } from '../scheduling/preemption/least-attained.ts';
import { serviceQueueParameters, tiresias } from '../scheduling/tiresias.ts';

/**
 * `tiresias` with a slip of its original simulator: queues are told apart by GPU-seconds, but the next look at a running
 * job is set by its seconds, divided by its GPUs, so that gangs go down late. Only for comparing with that simulator.
 */
export const tiresiasLateDemotion: SchedulingDefinition = {
  ...tiresias,
  name: 'compat-tiresias-late-demotion',
  summary: 'tiresias as its simulator does it: gangs go down late. Only for comparing with that simulator.',
  source: 'Tiresias simulator, policy dlas-gpu',
  parameters: serviceQueueParameters,
  semantics: (parameters) => ({
    ...tiresias.semantics(parameters),
    demotion:
      'looked for when something happens, and (limit − seconds run) / GPUs, rounded down to seconds, after a decision',
  }),
  create: (parameters) =>
    leastAttained({
      ...leastAttainedOptions(parameters),
      dueIn: (jobs, job, limit) =>
        Math.floor((limit - jobs.attainedUs(job)) / US_PER_SECOND / jobs.gpus(job)) * US_PER_SECOND,
    }),
};
