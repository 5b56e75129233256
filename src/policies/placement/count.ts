import { Refusal } from '../../sim/contract/refusal.ts';
import { NO_NODE, type FreeView, type Gang, type GrantSink, type PlacementDefinition } from '../../sim/contract/placement.ts';

/** Only the free total of a GPU type matters; the gang takes GPUs wherever they are, lowest node first. */
export const count: PlacementDefinition = {
  name: 'count',
  summary: 'Only the free total matters: GPUs are taken wherever they are, lowest node first.',
  source: 'Tiresias simulator, scheme "count"; processor counting of the Parallel Workloads Archive',
  parameters: {},
  semantics: () => ({
    fits: 'as many GPUs of one allowed type are free in all as the gang needs; CPU and memory are not looked at',
    types: 'first allowed GPU type, in pool order, that has room',
    nodes: 'fullest buckets first, then lowest node id',
  }),
  create: () => ({ granularity: 'totals', place }),
};

function place(gang: Gang, free: FreeView, grants: GrantSink): Refusal {
  for (let type = 0; type < free.typeCount; type++) {
    if (((gang.typeMask >>> type) & 1) === 0 || free.freeGpus(type) < gang.gpus) continue;
    let left = gang.gpus;
    for (let size = free.nodeSize(type); left > 0; size--) {
      for (let node = free.nodeWithFree(type, size, 0, gang, 0); node !== NO_NODE && left > 0; ) {
        const taken = Math.min(size, left);
        grants.add(node, taken);
        left -= taken;
        node = free.nodeWithFree(type, size, 0, gang, node + 1);
      }
    }
    return Refusal.None;
  }
  return Refusal.NoCapacity;
}
