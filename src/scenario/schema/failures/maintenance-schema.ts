import { maintenanceModes } from '../../../sim/model/maintenance.ts';
import { durationField, nameField, positiveDurationField } from '../quantity-fields.ts';
import { scopeField } from './fault-fields.ts';

/** `failures.maintenance` of a scenario. */
export const maintenanceSchema = {
  type: 'array',
  maxItems: 1000,
  default: [],
  description: 'Planned work on nodes, some domains after the other: a rolling upgrade.',
  items: {
    type: 'object',
    required: ['name', 'start', 'takes'],
    additionalProperties: false,
    properties: {
      name: { ...nameField, description: 'Unique.' },
      scope: { ...scopeField, description: 'What is worked on as one: a node, or all nodes of such a domain.' },
      pool: { ...nameField, description: 'Pool whose nodes are worked on. Left out: all.' },
      start: { ...durationField, description: 'When the first round begins, since the start of the run.' },
      every: {
        ...positiveDurationField,
        description:
          'From the beginning of one round to the next; one that falls due while the last goes on is left out. Left out: there is one round.',
      },
      takes: { ...durationField, description: 'How long the work on a domain takes once all its nodes are empty.' },
      batch: {
        type: 'integer',
        minimum: 1,
        maximum: 1_000_000,
        default: 1,
        description: 'Domains at a time; the next batch is due when all of the last are back.',
      },
      mode: {
        type: 'string',
        enum: maintenanceModes,
        default: 'drain',
        description:
          'What becomes of gangs on nodes that are due, which take no more work: drain lets them end, preempt stops them at once, migrate stops them after a last checkpoint. None of them loses work.',
      },
      patience: {
        ...durationField,
        description: 'For drain: how long gangs may take to end before they are preempted. Left out: for ever.',
      },
    },
  },
} as const;
