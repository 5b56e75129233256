import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import {
  remainingFirst,
  remainingFirstParameters,
  remainingFirstSemantics,
  type KeyOf,
} from './preemption/remaining-first.ts';

/** Shortest remaining service first: time left times GPUs, or the number of GPUs alone. */
export const srsf: SchedulingDefinition = {
  name: 'srsf',
  summary: 'Shortest remaining service first: stops running jobs for waiting ones with fewer GPU-seconds left.',
  source: 'Gu et al., Tiresias, NSDI 2019; policies "shortest-gpu" and "sjf" of the Tiresias simulator',
  parameters: {
    service: {
      type: 'string',
      enum: ['gpu-time', 'gpus'],
      default: 'gpu-time',
      description:
        'What counts as service: time left times GPUs, or GPUs alone (smallest gang first, whatever is left).',
    },
    ...remainingFirstParameters,
  },
  semantics: (parameters) =>
    remainingFirstSemantics(
      parameters['service'] === 'gpus'
        ? 'GPUs asked for, fewest first'
        : 'estimated time left, overheads included, times GPUs asked for, smallest first',
      parameters,
    ),
  create: (parameters) => {
    const byGpus: KeyOf = (jobs, job) => jobs.gpus(job);
    const byGpuTime: KeyOf = (jobs, job) => jobs.remainingUs(job) * jobs.gpus(job);
    return remainingFirst(parameters['service'] === 'gpus' ? byGpus : byGpuTime, parameters);
  },
};
