import { durationDistribution, lifetimeDistribution } from '../distribution-schema.ts';
import { durationField, nameField } from '../quantity-fields.ts';

/** Notice before a node is gone. */
export const noticeField = {
  ...durationField,
  'x-most': '30d',
  default: '0s',
  description:
    'How long before it goes that is known. From then on the node takes no more work; gangs whose checkpoint is safe in that time leave with all their work, others lose what was not safe.',
} as const;

/** `failures.reclaim` of a scenario. */
export const reclaimSchema = {
  type: 'array',
  maxItems: 1000,
  default: [],
  description: 'Nodes that their owner takes back and gives again, each by luck of its own: spot capacity.',
  items: {
    type: 'object',
    required: ['name', 'timeToReclaim', 'timeToReturn'],
    additionalProperties: false,
    properties: {
      name: { ...nameField, description: 'Unique among all that takes nodes away; its luck goes by it.' },
      pool: { ...nameField, description: 'Pool whose nodes are taken back. Left out: all.' },
      timeToReclaim: { ...lifetimeDistribution, description: 'From when a node is there until it goes.' },
      notice: noticeField,
      timeToReturn: { ...durationDistribution, description: 'How long it is gone.' },
    },
  },
} as const;
