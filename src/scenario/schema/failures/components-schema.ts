import { faultScopes } from '../../../sim/model/fault-scope.ts';
import { durationDistribution, durationOrDistribution, lifetimeDistribution } from '../distribution-schema.ts';
import { durationField, nameField, positiveDurationField, priorityField } from '../quantity-fields.ts';
import { componentScopeField, destroysDataField, shareField } from './fault-fields.ts';
import { predictionSchema } from './prediction-schema.ts';

const faultEffects = ['stop', 'hang', 'slow', 'corrupt'] as const;
const answersToSlow = ['restart', 'ignore'] as const;
const delayField = { ...durationField, 'x-most': '30d' } as const;

/** `failures.components` of a scenario. */
export const componentsSchema = {
  type: 'array',
  maxItems: 1000,
  default: [],
  description:
    'Classes of components that break by luck. Each is as good as new after a repair, and by `start` at instant 0.',
  items: {
    type: 'object',
    required: ['name', 'timeToFault', 'timeToRepair'],
    additionalProperties: false,
    properties: {
      name: { ...nameField, description: 'Unique; its luck goes by it.' },
      scope: componentScopeField,
      perDomain: {
        type: 'integer',
        minimum: 1,
        maximum: 10_000,
        default: 1,
        description: 'Components of the class in each GPU, node, rack or other domain of the scope.',
      },
      timeToFault: { ...lifetimeDistribution, description: 'Working time of one component up to its next fault.' },
      timeToRepair: { ...durationDistribution, description: 'Time from the beginning of its repair to its end.' },
      effect: {
        type: 'string',
        enum: faultEffects,
        default: 'stop',
        description:
          'What a fault does to gangs with GPUs under it: stop; hang, the same, but it takes longer to notice; slow, they run on at slowFactor of their speed; corrupt, they run on and all they do is wrong until a validation finds it, `detection` after the fault.',
      },
      slowFactor: {
        type: 'number',
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        maximum: 1,
        description:
          'Part of its speed at which a gang runs with the slow component among its members; of several the smallest.',
      },
      onSlow: {
        type: 'string',
        enum: answersToSlow,
        description:
          'When slowness is found. restart (left out): gangs are stopped, nodes repaired. ignore: nothing is done, and it passes timeToRepair later.',
      },
      detection: durationOrDistribution(
        delayField,
        'Time from a fault until it is known. Until then gangs that it stopped hold their GPUs and do nothing. Left out: 0s, for hang 10m (the time-out of a collective).',
      ),
      missed: {
        ...shareField,
        default: 0,
        description: 'Share of faults that the first check misses: found only `missedDetection` after the fault.',
      },
      missedDetection: durationOrDistribution(delayField, 'Time from a fault that is missed until it is known.'),
      falseAlarms: {
        type: 'object',
        required: ['meanTimeBetween', 'check'],
        additionalProperties: false,
        description:
          'Components that are taken for broken and are not: their nodes go out of service for a check, and gangs on them come off at once. Left out: none.',
        properties: {
          meanTimeBetween: {
            ...positiveDurationField,
            'x-most': '280y',
            description: 'Mean of the exponential time between two false alarms of one component.',
          },
          check: durationOrDistribution(durationField, 'How long the nodes are out of service.'),
        },
      },
      transient: {
        type: 'object',
        required: ['share', 'reset'],
        additionalProperties: false,
        description: 'Faults that a reset mends, without a technician. Left out: none.',
        properties: {
          share: { ...shareField, description: 'Share of such faults.' },
          reset: durationOrDistribution(durationField, 'How long the reset takes, in place of timeToRepair.'),
        },
      },
      reappears: {
        type: 'object',
        required: ['share', 'within'],
        additionalProperties: false,
        description: 'Repairs and resets that do not help: the fault comes back. Left out: all help.',
        properties: {
          share: { ...shareField, exclusiveMaximum: 1, description: 'Share of such repairs, below 1.' },
          within: durationOrDistribution(durationField, 'Time from the repair to the fault, in place of timeToFault.'),
        },
      },
      lemons: {
        type: 'object',
        required: ['share', 'factor'],
        additionalProperties: false,
        description: 'Components that break oftener than the rest, for good. Left out: none.',
        properties: {
          share: { ...shareField, description: 'Share of the components.' },
          factor: {
            type: 'number',
            minimum: 1,
            maximum: 1_000_000,
            description: 'How many times as often: their times to fault are divided by it.',
          },
        },
      },
      burst: {
        type: 'object',
        required: ['probability', 'spread', 'within'],
        additionalProperties: false,
        description: 'Common causes: other components of the class break at the same instant. Left out: none.',
        properties: {
          probability: { ...shareField, description: 'Of a fault to have such a cause.' },
          spread: { ...shareField, description: 'Probability that it strikes each of the others around.' },
          within: { type: 'string', enum: faultScopes, description: 'The domain in which it strikes.' },
        },
      },
      cascades: {
        type: 'array',
        maxItems: 100,
        default: [],
        description: 'Faults that follow from a fault.',
        items: {
          type: 'object',
          required: ['to', 'probability'],
          additionalProperties: false,
          properties: {
            to: {
              ...nameField,
              description:
                'Class of components that it may bring down: those on the same nodes, on some or all of them. What all nodes share is on every node.',
            },
            probability: { ...shareField, description: 'For each of them.' },
            after: { ...durationOrDistribution(delayField, 'Time from the one fault to the other.'), default: '0s' },
          },
        },
      },
      destroysData: destroysDataField,
      technician: {
        type: 'boolean',
        default: true,
        description: 'Whether the repair takes one of the technicians; false for what a reset mends.',
      },
      priority: {
        ...priorityField,
        default: 0,
        description: 'For repair.order by-priority: the greater, the sooner a technician comes.',
      },
      prediction: predictionSchema,
    },
  },
} as const;
