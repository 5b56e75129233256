import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { idleSentence, repackParameter, repackSentences, type Repack } from './preemption/repacking.ts';
import { roundParameter, roundSentence } from './preemption/rounds.ts';
import { leastAttained, leastAttainedOptions } from './preemption/least-attained.ts';

/** Discretised two-dimensional least attained service: queues by GPU-time had so far, first come first served in each. */
export const tiresias: SchedulingDefinition = {
  name: 'tiresias',
  summary: 'Least attained service in a few queues: jobs that have had much GPU-time give way to those that have not.',
  source: 'Gu et al., Tiresias, NSDI 2019; limits of its simulator',
  parameters: {
    limits: {
      type: 'numbers',
      minimum: 0,
      maximum: 1e12,
      default: [3250, 7200],
      description: 'Service, in s (times GPUs with gpu-time), at which a job goes down to the next queue; ascending.',
    },
    attained: {
      type: 'string',
      enum: ['gpu-time', 'time'],
      default: 'gpu-time',
      description: 'What counts as service had: time with GPUs held times those GPUs, or that time alone.',
    },
    withinQueue: {
      type: 'string',
      enum: ['submit', 'entry'],
      default: 'submit',
      description:
        'Order in a queue: by submission, or by entering it, running jobs before waiting ones (entry, with repack: anew only).',
    },
    repack: repackParameter,
    round: roundParameter,
  },
  semantics: (parameters) => ({
    order: 'queue by service had, then submit, then file order',
    preemption: repackSentences[parameters['repack'] as Repack],
    rounds: roundSentence(Number(parameters['round'])),
    idle: idleSentence(parameters['repack'] as Repack, Number(parameters['round'])),
    estimates: 'not used',
  }),
  create: (parameters) => leastAttained(leastAttainedOptions(parameters)),
};
