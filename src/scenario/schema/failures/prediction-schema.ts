import { durationField } from '../quantity-fields.ts';

/** `prediction` of a component class. */
export const predictionSchema = {
  type: 'object',
  required: ['recall', 'lead'],
  additionalProperties: false,
  description:
    'Some faults are foreseen: gangs whose checkpoint is safe in time leave, and the fault hits nobody. Left out: none is.',
  properties: {
    recall: { type: 'number', minimum: 0, maximum: 1, description: 'Share of the faults that is foreseen.' },
    lead: { ...durationField, 'x-most': '30d', description: 'How long before the fault.' },
    precision: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Share of the predictions that come true. Left out, and falsePerDay too: all do.',
    },
    falsePerDay: {
      type: 'number',
      minimum: 0,
      maximum: 1000,
      description: 'Instead of precision: predictions a day of one component that do not come true.',
    },
  },
} as const;
