import { Refusal } from '../../sim/contract/refusal.ts';
import {
  NO_NODE,
  type FreeView,
  type Gang,
  type GrantSink,
  type PlacementDefinition,
} from '../../sim/contract/placement.ts';

/** Only the free total of a GPU type matters; the gang takes GPUs wherever they are. */
export const count: PlacementDefinition = {
  name: 'count',
  summary: 'Only the free total matters: GPUs are taken wherever they are.',
  source: 'Tiresias simulator, scheme "count"; processor counting of the Parallel Workloads Archive',
  parameters: {},
  semantics: () => ({
    fits: 'as many GPUs of one allowed type are free in all as the gang needs; CPU and memory are not looked at',
    shares: 'a job that asks for part of a GPU holds a whole one',
    types: 'the first allowed GPU type, in pool order, that has room',
    nodes: 'nodes with most free GPUs first, then lowest node; a gang may be spread over any number of nodes',
  }),
  create: () => ({ granularity: 'totals', fits, place }),
};

function fits(gang: Gang, free: FreeView): Refusal {
  return typeWithRoom(gang, free) === NO_TYPE ? Refusal.NoCapacity : Refusal.None;
}

function place(gang: Gang, free: FreeView, grants: GrantSink): Refusal {
  const type = typeWithRoom(gang, free);
  if (type === NO_TYPE) return Refusal.NoCapacity;
  let left = gang.gpus;
  for (let size = free.nodeSize(type); left > 0; size--) {
    let node = free.nodeWithFree(type, size, 0, gang, 0);
    while (node !== NO_NODE && left > 0) {
      // Whole nodes go by the run; a node that the gang does not fill comes last and alone.
      const nodes = size <= left ? free.alike(node, Math.floor(left / size)) : 1;
      const taken = Math.min(size, left);
      grants.add(node, taken, nodes);
      left -= taken * nodes;
      node = free.nodeWithFree(type, size, 0, gang, node + nodes);
    }
  }
  return Refusal.None;
}

const NO_TYPE = -1;

function typeWithRoom(gang: Gang, free: FreeView): number {
  for (let type = 0; type < free.typeCount; type++) {
    if (((gang.typeMask >>> type) & 1) === 1 && free.freeGpus(type) >= gang.gpus) return type;
  }
  return NO_TYPE;
}
