import { durationDistribution } from '../distribution-schema.ts';
import { nameField } from '../quantity-fields.ts';
import { shareField } from './fault-fields.ts';
import { jobSelector } from './job-selector-schema.ts';

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
      jobs: jobSelector,
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
