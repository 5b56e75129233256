import { durationDistribution, lifetimeDistribution } from '../distribution-schema.ts';
import { nameField } from '../quantity-fields.ts';
import { detectionField, scopeField } from './fault-fields.ts';

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
      scope: scopeField,
      perDomain: {
        type: 'integer',
        minimum: 1,
        maximum: 10_000,
        default: 1,
        description: 'Components of the class in each node, rack or other domain of the scope.',
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
} as const;
