import type { RecoveryDefinition } from '../../sim/contract/recovery.ts';
import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import { checkpointPlan, checkpointSemantics, periodicParameters } from './periodic-plan.ts';
import { regain, regainParameters, regainSemantics, storageLoad } from './regain.ts';

/** Nodes that must be left, so that one replica of the model is whole though another is not. */
const NODES_LEFT = 2;

/** Just-in-time checkpoints: what the replicas that are left hold is saved after the fault. */
export const justInTime: RecoveryDefinition = {
  name: 'just-in-time',
  summary: 'Data-parallel replicas that a fault has left whole save the state after it: one step is lost at most.',
  source: 'Gupta et al., Just-In-Time Checkpointing, EuroSys 2024',
  parameters: {
    ...regainParameters,
    ...periodicParameters,
    step: {
      type: 'duration',
      minimum: 1,
      default: 10e6,
      description: 'Running time of one step: what is lost where a replica is left.',
    },
    save: {
      type: 'duration',
      minimum: 0,
      default: 60e6,
      description: 'Time for the replica that is left to save, once the fault is found; added to the load.',
    },
  },
  semantics: (parameters) => ({
    checkpoints: `after a fault; beside that ${checkpointSemantics(parameters)}`,
    fault:
      'takes back the step it struck while at least two nodes of the gang have none; else, and if further faults come ' +
      'before it is found, or the storage is away then, what was done since the last safe checkpoint',
    ...regainSemantics(parameters),
  }),
  create: (parameters) => {
    const { step, save } = parameters;
    const load = storageLoad(parameters, 'restart');
    return {
      checkpoints: checkpointPlan(parameters),
      savesWhenFound: true,
      stepUs: ({ nodes, nodesLost }) => (nodes - nodesLost >= NODES_LEFT ? (step as TimeUs) : NEVER),
      recover: regain(parameters, (gang) => load(gang) + (gang.holdsWork ? (save as TimeUs) : 0)),
    };
  },
};
