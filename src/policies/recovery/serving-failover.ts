import type { RecoveryDefinition } from '../../sim/contract/recovery.ts';
import { NEVER } from '../../sim/kernel/clock.ts';
import { regain, regainParameters, regainSemantics } from './regain.ts';

/** Serving: what has been answered is answered, so nothing is lost; a replica that answers no more is started elsewhere. */
export const servingFailover: RecoveryDefinition = {
  name: 'serving-failover',
  summary: 'Drops a replica that fails its health check and starts another; what it has served is not lost.',
  source: 'Liveness probes and replica sets of Kubernetes: period x threshold until a replica counts as dead',
  parameters: {
    ...regainParameters,
    healthCheck: {
      type: 'duration',
      minimum: 0,
      default: 30e6,
      description:
        'How long after it has stopped a replica is found dead, unless the fault is found sooner: its nodes then go out of service.',
    },
  },
  semantics: (parameters) => ({
    checkpoints: 'none: what was served before a fault is kept, what a request had got so far is not counted',
    found: `by its health check ${String(parameters['healthCheck'])} us after it stopped, if not sooner`,
    ...regainSemantics(parameters),
  }),
  create: (parameters) => {
    const healthCheckUs = parameters['healthCheck'] as number;
    return {
      checkpoints: () => ({ everyUs: NEVER, stallUs: 0, persistUs: 0 }),
      stepUs: () => 1,
      noticesUs: () => healthCheckUs,
      handsOut: true,
      recover: regain(parameters),
    };
  },
};
