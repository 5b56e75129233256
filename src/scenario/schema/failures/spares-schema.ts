import { jobSelector } from './job-selector-schema.ts';
import { durationField, nameField } from '../quantity-fields.ts';

/** How soon a spare can stand in. */
const spareKinds = ['hot', 'warm'] as const;

/** `failures.spares` of a scenario. */
export const sparesSchema = {
  type: 'array',
  maxItems: 1000,
  default: [],
  description:
    'Nodes that are kept out of scheduling to stand in for broken ones of their pool: the last of each pool at first. For one that has stood in, the next node of the pool that comes back is kept.',
  items: {
    type: 'object',
    required: ['nodes'],
    additionalProperties: false,
    properties: {
      pool: { ...nameField, description: 'Whose nodes. May be left out where there is one pool.' },
      jobs: {
        ...jobSelector,
        description:
          'Which jobs they stand in for: those to which all that is given applies, and nobody else; these take them before those for all. Left out: all.',
      },
      nodes: { type: 'integer', minimum: 0, maximum: 1_000_000, description: 'How many of the pool; 0: none.' },
      kind: {
        type: 'string',
        enum: spareKinds,
        default: 'hot',
        description: 'hot: up and checked; warm: has to boot and be checked first.',
      },
      takeOver: {
        ...durationField,
        'x-most': '30d',
        description:
          'From the fault being found until the spare is at work, without progress. Left out: 30s if hot, 10m if warm.',
      },
    },
  },
} as const;
