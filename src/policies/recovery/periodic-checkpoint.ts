import type { RecoveryDefinition } from '../../sim/contract/recovery.ts';
import { checkpointPlan, checkpointSemantics, periodicParameters } from './periodic-plan.ts';
import { regain, regainParameters, regainSemantics } from './regain.ts';

/** Periodic checkpoints: a gang goes on from the last one that is safe. */
export const periodicCheckpoint: RecoveryDefinition = {
  name: 'periodic-checkpoint',
  summary: 'Writes a checkpoint every so often; a gang that a fault has stopped goes on from the last that is safe.',
  source: 'Young 1974; Daly, A higher order estimate of the optimum checkpoint interval, FGCS 2006',
  parameters: { ...regainParameters, ...periodicParameters },
  semantics: (parameters) => ({
    checkpoints: checkpointSemantics(parameters),
    fault: 'takes back what was done since the last safe checkpoint',
    ...regainSemantics(parameters),
  }),
  create: (parameters) => ({ checkpoints: checkpointPlan(parameters), recover: regain(parameters) }),
};
