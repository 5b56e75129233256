import { repairOrders } from '../../../sim/model/failure-model.ts';
import { durationField } from '../quantity-fields.ts';

/** `failures.repair` of a scenario. */
export const repairSchema = {
  type: 'object',
  description: 'Who mends what in which order, and how nodes are tried out after that.',
  additionalProperties: false,
  properties: {
    technicians: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      description: 'Repairs that can go on at once. Left out: as many as there are.',
    },
    order: {
      type: 'string',
      enum: repairOrders,
      default: 'fifo',
      description:
        'Whom a technician takes on who becomes free: who waits longest, takes down most GPUs, is of the class with the shortest mean repair, or of the greatest priority; ties by who waits longest.',
    },
    burnIn: {
      ...durationField,
      'x-most': '1y',
      default: '0s',
      description:
        'How long nodes are tried out after each repair by a technician before they are back; what breaks again in that time stops nobody.',
    },
  },
} as const;
