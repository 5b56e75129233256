import { componentsSchema } from './failures/components-schema.ts';
import { jobCrashesSchema } from './failures/job-crashes-schema.ts';
import { maintenanceSchema } from './failures/maintenance-schema.ts';
import { outagesSchema } from './failures/outages-schema.ts';
import { quarantineSchema } from './failures/quarantine-schema.ts';
import { reclaimSchema } from './failures/reclaim-schema.ts';
import { repairSchema } from './failures/repair-schema.ts';
import { sparesSchema } from './failures/spares-schema.ts';
import { failureTracesSchema } from './failures/traces-schema.ts';

/** How components stand at instant 0. */
const componentStarts = ['fresh', 'stationary'] as const;

/** `failures:` of a scenario: what breaks, who mends it, and how gangs get over it. */
export const failuresSchema = {
  type: 'object',
  description: 'What breaks, who mends it, and how jobs get over it. Left out: nothing breaks.',
  additionalProperties: false,
  properties: {
    components: componentsSchema,
    start: {
      type: 'string',
      enum: componentStarts,
      default: 'fresh',
      description:
        'How components stand at instant 0: fresh, all of them new; stationary, as if they had been in use for ever: some in repair, each of the others at any age.',
    },
    outages: outagesSchema,
    traces: failureTracesSchema,
    technicians: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      description: 'Short for repair.technicians.',
    },
    spares: sparesSchema,
    repair: repairSchema,
    quarantine: quarantineSchema,
    maintenance: maintenanceSchema,
    reclaim: reclaimSchema,
    jobCrashes: jobCrashesSchema,
    recovery: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' } },
      additionalProperties: { type: ['string', 'number', 'boolean'] },
      default: { name: 'restart' },
    },
  },
} as const;
