import { durationField, gpuTypeField, nameField, priorityField } from './quantity-fields.ts';

/** `services:` of a scenario: replicas that serve without an end, beside the jobs of the workload. */
export const servicesSchema = {
  type: 'array',
  maxItems: 1000,
  default: [],
  description:
    'Services that run up to the horizon: replicas are jobs without an end, submitted at instant 0, and a service is up while enough of them serve.',
  items: {
    type: 'object',
    required: ['name', 'replicas', 'gpusPerReplica'],
    additionalProperties: false,
    properties: {
      name: {
        ...nameField,
        description: 'Unique. Its replicas are the jobs name-1, name-2, ... of a tenant of that name.',
      },
      replicas: { type: 'integer', minimum: 1, maximum: 10_000, description: 'Replicas that are to run.' },
      needed: {
        type: 'integer',
        minimum: 1,
        maximum: 10_000,
        description: 'Replicas with which it is up. Left out: all of them.',
      },
      gpusPerReplica: { type: 'integer', minimum: 1, maximum: 1_000_000, description: 'GPUs of each replica, a gang.' },
      gpuTypes: {
        type: 'array',
        minItems: 1,
        maxItems: 32,
        items: gpuTypeField,
        description: 'GPU types that replicas may use. Left out: any.',
      },
      priority: {
        ...priorityField,
        default: 0,
        description:
          'Larger is more important, for policies that go by it: so a service is kept up at the cost of jobs.',
      },
      healthCheck: {
        ...durationField,
        'x-most': '30d',
        default: '30s',
        description: 'How long after it has stopped a replica is found dead, unless the fault is found sooner.',
      },
      startup: {
        ...durationField,
        'x-most': '30d',
        default: '0s',
        description: 'From the start of another replica until it serves: load of the weights, warm-up.',
      },
    },
  },
} as const;
