import { durationField, positiveDurationField } from '../quantity-fields.ts';
import { shareField } from './fault-fields.ts';

const weightField = { type: 'number', minimum: 0, maximum: 1e6 } as const;

/** `failures.quarantine` of a scenario. */
export const quarantineSchema = {
  type: 'object',
  required: ['threshold'],
  additionalProperties: false,
  description:
    'Lemon nodes: what was found on a node within a window is added up by weights when the node has been mended, and from a threshold on it does not go back to work. Left out: every node does.',
  properties: {
    window: {
      ...positiveDurationField,
      'x-most': '10y',
      default: '28d',
      description: 'What was found longer ago does not count.',
    },
    weights: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'What counts against a node, by what was found; racks and other domains are not laid to its charge.',
      properties: {
        fault: { ...weightField, default: 1, description: 'A fault of the node that was found.' },
        multiNodeInterruption: {
          ...weightField,
          default: 0,
          description: 'A gang of several nodes that such a fault stopped.',
        },
        singleNodeInterruption: {
          ...weightField,
          default: 0,
          description: 'A gang on this node alone that such a fault stopped.',
        },
      },
    },
    threshold: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1e9,
      description: 'The sum from which on a node is kept.',
    },
    atMost: {
      ...shareField,
      default: 0.05,
      description:
        'Share of the nodes that are kept at once, rounded down; beyond it nodes go back to work all the same.',
    },
    for: {
      ...durationField,
      'x-most': '280y',
      description: 'How long a node is kept before it goes back to work as it is. Left out, and replace too: for good.',
    },
    replace: {
      ...durationField,
      'x-most': '280y',
      description:
        'How long it takes until another node stands there: as good as new, with luck of its own, and a lemon only if it is drawn so again.',
    },
  },
} as const;
