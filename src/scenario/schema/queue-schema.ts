import { nameField, priorityField } from './quantity-fields.ts';

const gpusMost = { minimum: 0, maximum: 1e9 } as const;

/** A number of GPUs, or one for each GPU type by its name. */
const gpusField = {
  type: ['number', 'object'],
  ...gpusMost,
  maxProperties: 32,
  additionalProperties: { type: 'number', ...gpusMost },
} as const;

/** `queues:` of a scenario: who shares the cluster, and with what rights. */
export const queuesSchema = {
  type: 'array',
  minItems: 1,
  maxItems: 10_000,
  description:
    'Queues among which tenants share the cluster, for the scheduling policies that divide it. Left out: a queue for ' +
    'each tenant, with an equal part of the GPUs as quota.',
  items: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: { ...nameField, description: 'Unique.' },
      parent: {
        ...nameField,
        description:
          'Name of the queue that it belongs to: department, cohort, account. Left out: it stands at the top.',
      },
      tenants: {
        type: 'array',
        maxItems: 10_000,
        items: { type: 'string', maxLength: 200 },
        description:
          'Tenants whose jobs stand in it; "*" stands for all that no queue names, jobs without tenant among them. Left ' +
          'out: the tenant of the same name, and none for a queue that is the parent of others.',
      },
      quota: {
        ...gpusField,
        description:
          'GPUs that are its own: deserved share, nominal quota. Left out: 0, or what its children have together. By type, ' +
          'as { H100: 64, A100: 32 }: 0 of types left out; then all quotas are by type.',
      },
      limit: {
        ...gpusField,
        description:
          'GPUs that it may hold at most, those lent to it included. Left out: no limit. By type: no limit for types left out.',
      },
      lendingLimit: {
        ...gpusField,
        description:
          'GPUs of its quota that others may use while it does not. Left out: all of them. By type only where the quota is.',
      },
      weight: {
        type: 'number',
        minimum: 0,
        maximum: 1e9,
        default: 1,
        description:
          'Its part, relative to its siblings, of what is divided by weight: GPUs beyond the quotas, shares.',
      },
      priority: {
        ...priorityField,
        default: 0,
        description: 'Larger comes first where queues are served by priority.',
      },
    },
  },
} as const;
