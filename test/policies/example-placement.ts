import { Refusal } from '../../src/sim/contract/refusal.ts';
import {
  NO_NODE,
  type FreeView,
  type Gang,
  type GrantSink,
  type PlacementDefinition,
} from '../../src/sim/contract/placement.ts';

/** One node for the whole gang, the one with the most free GPUs; a gang larger than a node is never placed. */
export const oneNode: PlacementDefinition = {
  name: 'one-node',
  summary: 'Takes the node with the most free GPUs, and only if it holds the whole gang.',
  source: 'example in docs/writing-a-policy.md',
  parameters: {},
  semantics: () => ({ node: 'most free GPUs, then lowest node', split: 'a gang larger than a node is never placed' }),
  create: () => ({ granularity: 'nodes', place, fits: (gang, free) => place(gang, free, { add: () => undefined }) }),
};

function place(gang: Gang, free: FreeView, grants: GrantSink): Refusal {
  let hasRoom = false;
  for (let type = 0; type < free.typeCount; type++) {
    const isAllowed = ((gang.typeMask >>> type) & 1) === 1;
    if (!isAllowed || free.freeGpus(type) < gang.gpus) continue;
    hasRoom = true;
    for (let size = free.nodeSize(type); size >= gang.gpus; size--) {
      const node = free.nodeWithFree(type, size, gang.gpus, gang, 0);
      if (node === NO_NODE) continue;
      grants.add(node, gang.gpus, 1);
      return Refusal.None;
    }
  }
  return hasRoom ? Refusal.Fragmented : Refusal.NoCapacity;
}
