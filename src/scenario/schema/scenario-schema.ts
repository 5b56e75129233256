import type { FromSchema } from 'json-schema-to-ts';
import { clusterSchema } from './cluster-schema.ts';
import { dataSchema } from './data-schema.ts';
import { failuresSchema } from './failures-schema.ts';
import { durationField, nameField, positiveDurationField } from './quantity-fields.ts';
import { queuesSchema } from './queue-schema.ts';
import { servicesSchema } from './services-schema.ts';
import { storageSchema } from './storage-schema.ts';
import { workloadSchema } from './workload-schema.ts';

const policyChoice = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string' } },
  additionalProperties: { type: ['string', 'number', 'boolean'] },
} as const;

/**
 * The scenario by hand. Policies and formats are open here: `completeSchema` puts in what the registries know. Types
 * come from this one, after defaults.
 */
export const scenarioSchema = {
  type: 'object',
  required: ['name', 'cluster', 'workload', 'policies'],
  additionalProperties: false,
  properties: {
    name: { ...nameField, description: 'Name of the scenario.' },
    description: { type: 'string', maxLength: 10_000, default: '', description: 'What it is about.' },
    seed: {
      type: 'integer',
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 1,
      description: 'Seed of all luck: same seed, same answer.',
    },
    start: {
      type: 'string',
      'x-instant': true,
      description: 'Date of instant 0 (ISO 8601), for charts and for day and week profiles. Left out: a Monday, 0:00.',
    },
    horizon: {
      ...positiveDurationField,
      description: 'The run stops here even if jobs are left. Left out: it runs until all are done.',
    },
    cluster: clusterSchema,
    data: dataSchema,
    storage: storageSchema,
    workload: workloadSchema,
    services: servicesSchema,
    queues: queuesSchema,
    failures: failuresSchema,
    policies: {
      type: 'object',
      description: 'Who decides, and by which estimates.',
      required: ['scheduling', 'placement'],
      additionalProperties: false,
      properties: {
        estimates: { ...policyChoice, default: { name: 'max-requested-run' } },
        scheduling: policyChoice,
        placement: policyChoice,
      },
    },
    preemption: {
      type: 'object',
      description: 'What starting, stopping and resuming cost beside the work.',
      default: {},
      additionalProperties: false,
      properties: {
        resumeOverhead: {
          ...durationField,
          'x-most': '30d',
          default: '0s',
          description: 'Time without progress each time a job resumes after a preemption, a move or a resize.',
        },
        resumeOverheadBySize: {
          type: 'array',
          maxItems: 100,
          default: [],
          description:
            'Other overheads for small gangs: the first entry whose gpusMax is not below the gang holds; beyond the last, resumeOverhead.',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['gpusMax', 'overhead'],
            properties: {
              gpusMax: { type: 'integer', minimum: 0, maximum: 1_000_000, description: 'Largest gang it holds for.' },
              overhead: { ...durationField, 'x-most': '30d', description: 'Time without progress.' },
            },
          },
        },
        unpaidOverhead: {
          type: 'string',
          enum: ['restart', 'accumulate'],
          default: 'restart',
          description:
            'Overhead not yet paid when a job is stopped again: restart owes it anew whole, accumulate adds the next to what is left.',
        },
        startOverhead: {
          ...durationField,
          'x-most': '30d',
          default: '0s',
          description: 'Time without progress at the beginning of each first start.',
        },
        teardown: {
          ...durationField,
          'x-most': '30d',
          default: '0s',
          description: 'How long a gang holds its GPUs after its work is done.',
        },
      },
    },
  },
} as const;

/** A scenario after defaults: quantities in their canonical form, policies as objects. Plain data. */
export type Scenario = FromSchema<typeof scenarioSchema>;
export type TraceEntry = Scenario['workload']['traces'][number];
export type SyntheticEntry = Scenario['workload']['synthetic'][number];
export type JobEntry = Scenario['workload']['jobs'][number];
export type JobClassEntry = Scenario['workload']['jobClasses'][number];
export type DataSetEntry = NonNullable<Scenario['data']>['sets'][number];
export type QueueEntry = NonNullable<Scenario['queues']>[number];
export type ServiceEntry = Scenario['services'][number];
export type FailuresEntry = NonNullable<Scenario['failures']>;
export type FailureTraceEntry = FailuresEntry['traces'][number];
export type PolicyChoice = Scenario['policies']['scheduling'];
