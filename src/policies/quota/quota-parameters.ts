import type { ParameterSchema } from '../../sim/contract/definition.ts';

/** Parameters that the policies with queues share. */
export const minRunParameter: ParameterSchema = {
  type: 'duration',
  minimum: 0,
  default: 0,
  description: 'How long a job must have run before it may be preempted.',
};

export const gangsAcrossQuota = {
  type: 'string',
  enum: ['spare', 'take'],
  description:
    'What becomes of a running gang that reaches from beyond its queue’s quota into it. spare: it is left alone, so that ' +
    'reclaiming never takes a queue below its quota. take: it may be preempted, so that what was lent always comes back.',
} as const;

export const withinQueueParameter: ParameterSchema = {
  type: 'string',
  enum: ['never', 'lower-priority'],
  default: 'never',
  description: 'Whom a job may preempt in its own queue: nobody, or jobs of lower priority.',
};

export const queueSemantics =
  'one for each entry of the scenario’s queues (GPUs alone are counted); without queues one for each tenant, with an equal ' +
  'part of the cluster as quota';

export const tooLargeSemantics =
  'a job that asks for more than its queue can ever be granted is turned away when it comes';

/** Why a policy that makes room for others' jobs may leave GPUs idle. */
export const IDLE_AFTER_PREEMPTION =
  'who was preempted waits for the next decision, even where there is room for it elsewhere; else nothing that a queue may use';
