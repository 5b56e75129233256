import { faultScopes } from '../../sim/model/failure-model.ts';
import { durationDistribution, lifetimeDistribution } from './distribution-schema.ts';
import { durationField, nameField, positiveDurationField } from './quantity-fields.ts';

/** How components stand at instant 0. */
const componentStarts = ['fresh', 'stationary'] as const;

const scopeField = {
  type: 'string',
  enum: faultScopes,
  default: 'node',
  description: 'What a fault takes down: its node, all nodes of its rack, leaf or spine, or the whole cluster.',
} as const;

const detectionField = {
  ...durationField,
  'x-most': '30d',
  default: '0s',
  description: 'Time from a fault until it is known. Until then gangs under it hold their GPUs and do nothing.',
} as const;

/** `failures:` of a scenario: what breaks, who mends it, and how gangs get over it. */
export const failuresSchema = {
  type: 'object',
  description: 'What breaks, who mends it, and how jobs get over it. Left out: nothing breaks.',
  additionalProperties: false,
  properties: {
    components: {
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
          scope: scopeField,
          perDomain: {
            type: 'integer',
            minimum: 1,
            maximum: 10_000,
            default: 1,
            description: 'Components of the class in each node, rack, leaf, spine or cluster.',
          },
          timeToFault: { ...lifetimeDistribution, description: 'Working time of one component up to its next fault.' },
          timeToRepair: { ...durationDistribution, description: 'Time from the beginning of its repair to its end.' },
          detection: detectionField,
          technician: {
            type: 'boolean',
            default: true,
            description: 'Whether the repair takes one of the technicians; false for what a reset mends.',
          },
        },
      },
    },
    start: {
      type: 'string',
      enum: componentStarts,
      default: 'fresh',
      description:
        'How components stand at instant 0: fresh, all of them new; stationary, as if they had been in use for ever: some in repair, each of the others at any age.',
    },
    outages: {
      type: 'array',
      maxItems: 10_000,
      default: [],
      description: 'Faults at instants that are known beforehand, once or again and again.',
      items: {
        type: 'object',
        required: ['name', 'at', 'for'],
        additionalProperties: false,
        properties: {
          name: { ...nameField, description: 'Unique among outages and components.' },
          scope: scopeField,
          domain: {
            type: 'integer',
            minimum: 0,
            maximum: 1_000_000,
            default: 0,
            description: 'Which node, rack, leaf or spine, counted from 0 through the pools.',
          },
          at: { ...durationField, description: 'Instant of the first fault, since the start of the run.' },
          for: { ...durationField, description: 'How long it lasts.' },
          every: { ...positiveDurationField, description: 'Distance from one to the next; left out: it happens once.' },
          detection: detectionField,
        },
      },
    },
    technicians: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      description: 'Repairs that can go on at once, first come first served. Left out: as many as there are.',
    },
    recovery: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' } },
      additionalProperties: { type: ['string', 'number', 'boolean'] },
      default: { name: 'restart' },
    },
  },
} as const;
