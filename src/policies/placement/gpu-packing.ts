import type { Gang, NodeClasses, PlacementDefinition } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import { scoredPlacement, scoredSemantics, tiesParameter } from './scored-placement.ts';

/** Fills GPUs in use first, then idle GPUs of nodes in use, then idle nodes. */
export const gpuPacking: PlacementDefinition = {
  name: 'gpu-packing',
  summary: 'Fills GPUs that are in use first, then idle GPUs of nodes in use, then idle nodes.',
  source: 'policy GpuPacking of hkust-adsl/kubernetes-scheduler-simulator; Weng et al., USENIX ATC 2023',
  parameters: { ties: tiesParameter },
  semantics: (parameters) => ({
    score:
      'GPUs in use: 100 less a tenth of the percent free on them, at least 50; with idle GPUs of a node in use: 50 less ' +
      'one for each, at least 33; an idle node: 33 less one for each of its GPUs, or their number if that is more; jobs ' +
      'without a GPU: 0',
    gpu: 'a share takes the fullest GPU that still fits',
    ...scoredSemantics(parameters),
  }),
  create: (parameters) => scoredPlacement({ score }, parameters),
};

const NODES_IDLE_MOST = 33;
const GPUS_IDLE_MOST = 50;
const MOST = 100;

function score(gang: Gang, node: NodeId, nodes: NodeClasses): number {
  if (gang.gpus === 0) return 0;
  const idle = nodes.idleGpus(node);
  if (idle === nodes.gpus(node)) return Math.max(NODES_IDLE_MOST - idle, idle);
  if (gang.shareMilli === 0) return Math.max(GPUS_IDLE_MOST - gang.gpus, NODES_IDLE_MOST);
  let k = nodes.gpus(node) - 1;
  while (nodes.kthFreest(node, k) < gang.shareMilli) k--;
  const free = nodes.kthFreest(node, k);
  if (free === 1000) return Math.max(GPUS_IDLE_MOST - 1, NODES_IDLE_MOST);
  return Math.max(MOST - Math.floor(Math.floor(free / 10) / 10), GPUS_IDLE_MOST);
}
