import { durationDistribution } from '../distribution-schema.ts';
import { nameField } from '../quantity-fields.ts';
import { shareField } from './fault-fields.ts';

const gpusField = { type: 'integer', minimum: 0, maximum: 1_000_000 } as const;

/** `failures.jobCrashes` of a scenario. */
export const jobCrashesSchema = {
  type: 'array',
  maxItems: 1000,
  default: [],
  description:
    'Jobs that their own software kills. No node breaks and nothing is repaired; the job comes back as after any fault.',
  items: {
    type: 'object',
    required: ['name', 'timeToCrash'],
    additionalProperties: false,
    properties: {
      name: { ...nameField, description: 'Unique among components, outages and the like; its luck goes by it.' },
      jobs: {
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
      },
      share: { ...shareField, default: 1, description: 'Share of those jobs that have the mistake.' },
      timeToCrash: {
        ...durationDistribution,
        description:
          'From each start, and each move, of such a job to its crash, overheads included. A job that is done sooner does not crash.',
      },
      times: {
        type: 'integer',
        minimum: 1,
        maximum: 1_000_000,
        description: 'Crashes of one job until its mistake is mended. Left out: it never is.',
      },
    },
  },
} as const;
