import type { RecoveryDefinition, StruckGang } from '../../sim/contract/recovery.ts';
import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import { checkpointPlan, checkpointSemantics, periodicParameters } from './periodic-plan.ts';
import { regain, regainParameters, regainSemantics, storageLoad } from './regain.ts';

/** Checkpoints in the memory of peers: each step is kept by a group of nodes, and lost with the last of them. */
export const inMemoryCheckpoint: RecoveryDefinition = {
  name: 'in-memory-checkpoint',
  summary: 'Keeps each step in the memory of a group of nodes; falls back to the storage when a whole group is lost.',
  source: 'Wang et al., GEMINI: Fast Failure Recovery in Distributed Training, SOSP 2023',
  parameters: {
    ...regainParameters,
    ...periodicParameters,
    step: {
      type: 'duration',
      minimum: 1,
      default: 10e6,
      description: 'Running time of one step, after each of which the state is in the memory of the group.',
    },
    copies: {
      type: 'integer',
      minimum: 2,
      maximum: 1000,
      default: 2,
      description:
        'Nodes in a group, each of which has the state of all: neighbours among the nodes of the gang. What is left over joins the last group.',
    },
    restartFromStorage: {
      type: 'duration',
      minimum: 0,
      default: 300e6,
      description: 'Load after a whole group was lost; `restart` is the load from memory.',
    },
  },
  semantics: (parameters) => ({
    checkpoints: `each step in memory; in the storage ${checkpointSemantics(parameters)}`,
    fault:
      'takes back the step it struck; if it leaves no node of a group, alone or with others not found yet, what was ' +
      'done since the last safe checkpoint in the storage',
    ...regainSemantics(parameters),
  }),
  create: (parameters) => {
    const { step, copies, restart } = parameters;
    const fromStorage = storageLoad(parameters, 'restartFromStorage');
    const recover = regain(parameters, (gang) => (gang.holdsWork ? (restart as TimeUs) : fromStorage(gang)));
    return {
      checkpoints: checkpointPlan(parameters),
      stepUs: (gang) => (losesGroup(gang, copies as number) ? NEVER : (step as TimeUs)),
      recover: (gang) => ({ ...recover(gang), fromMemory: gang.holdsWork }),
    };
  },
};

/** Whether all nodes of some group of `size` neighbours have a fault. */
function losesGroup({ nodes, nodesLost, isLost }: StruckGang, size: number): boolean {
  if (nodesLost < Math.min(size, nodes)) return false;
  const groups = Math.max(1, Math.floor(nodes / size));
  for (let group = 0; group < groups; group++) {
    const end = group === groups - 1 ? nodes : (group + 1) * size;
    let place = group * size;
    while (place < end && isLost(place)) place++;
    if (place === end) return true;
  }
  return false;
}
