import type { ParameterSchema, ParameterValues, Semantics } from '../../sim/contract/definition.ts';
import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { idleSentence, repackParameter, repackSentences, type Repack } from './preemption/repacking.ts';
import { roundParameter, roundSentence } from './preemption/rounds.ts';
import { leastAttained, leastAttainedOptions } from './preemption/least-attained.ts';

/** Parameters of queues by service had. */
export const serviceQueueParameters: Readonly<Record<string, ParameterSchema>> = {
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
};

/** Discretised two-dimensional least attained service or Gittins index: queues by GPU-time had so far. */
export const tiresias: SchedulingDefinition = {
  name: 'tiresias',
  summary: 'Least attained service in a few queues: jobs that have had much GPU-time give way to those that have not.',
  source: 'Gu et al., Tiresias, NSDI 2019; limits, quantum and promotion of its simulator',
  parameters: {
    discipline: {
      type: 'string',
      enum: ['las', 'gittins'],
      default: 'las',
      description:
        'las: nothing is known of how long jobs take. gittins: how much service jobs needed in the past is known; in each ' +
        'queue those go first that are likeliest to end for the service they take (with limits: [] there is one queue).',
    },
    sample: {
      type: 'numbers',
      minimum: 0,
      maximum: 1e15,
      default: [],
      description:
        'gittins: service that past jobs needed, counted as the limits are. None: that of the jobs which have ended in ' +
        'this run, taken in whenever they are a tenth more.',
    },
    quantum: {
      type: 'number',
      minimum: 0,
      maximum: 1e12,
      default: 3250,
      description:
        'gittins: service within which ends are counted, counted as the limits are; 0: whatever length makes the index largest.',
    },
    promoteKnob: {
      type: 'number',
      minimum: 0,
      maximum: 1e9,
      default: 0,
      description:
        'A waiting job of a lower queue begins anew in the first when it has waited, since its first start or last such ' +
        'promotion, so many times as long as it has run since; 0: never.',
    },
    ...serviceQueueParameters,
  },
  semantics,
  create: (parameters) => leastAttained(leastAttainedOptions(parameters)),
};

function semantics(parameters: ParameterValues): Semantics {
  const repack = parameters['repack'] as Repack;
  const roundUs = Number(parameters['round']);
  const knob = Number(parameters['promoteKnob'] ?? 0);
  const isGittins = parameters['discipline'] === 'gittins';
  return {
    order: `queue by service had, then ${isGittins ? 'largest Gittins index, then ' : ''}submit, then file order`,
    ...(isGittins ? indexRules(parameters, roundUs) : {}),
    promotion:
      knob === 0
        ? 'never: who is in a lower queue stays there'
        : `to the first queue, all service forgotten, when a job of a lower one has waited ${knob} times as long as it has run, both since its first start or last promotion`,
    preemption: repackSentences[repack],
    rounds: roundSentence(roundUs),
    idle: idleSentence(repack, roundUs),
    estimates: 'not used',
  };
}

function indexRules({ sample, quantum }: ParameterValues, roundUs: number): Semantics {
  const given = (sample as readonly number[]).length;
  const within = quantum === 0 ? 'the length that makes it largest' : `${String(quantum)} more`;
  return {
    index: `jobs that ended within ${within} / service they all took of it, among those of the sample that needed more than the job has had; 0 if there are none; looked at when something happens${roundUs > 0 ? ' and at each round' : ' or a job goes down a queue'}`,
    sample:
      given > 0 ? `${given} given ones` : 'jobs that have ended in this run, taken in whenever they are a tenth more',
  };
}
