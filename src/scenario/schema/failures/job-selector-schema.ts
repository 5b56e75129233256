import { nameField } from '../quantity-fields.ts';

const gpusField = { type: 'integer', minimum: 0, maximum: 1_000_000 } as const;

/** Some of the jobs, by what they are. */
export const jobSelector = {
  type: 'object',
  additionalProperties: false,
  default: {},
  description: 'Which jobs: those to which all that is given applies. Left out: all.',
  properties: {
    id: { ...nameField, description: 'The one job of this id.' },
    tenant: { ...nameField, description: 'Whose jobs.' },
    jobClass: { ...nameField, description: 'Jobs of one of workload.jobClasses.' },
    gpusMin: { ...gpusField, description: 'Jobs that ask for so many GPUs or more.' },
    gpusMax: { ...gpusField, description: 'Jobs that ask for so many GPUs or fewer.' },
  },
} as const;
