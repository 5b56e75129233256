import type { Gang, NodeClasses, PlacementDefinition } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import { scoredPlacement, scoredSemantics, tiesParameter } from './scored-placement.ts';

/** Takes the node whose GPUs and cores are least in use, in whole percent of both together. */
export const leastUsed: PlacementDefinition = {
  name: 'least-used',
  summary: 'Takes the node whose GPUs and cores are least in use before the job comes.',
  source: 'Alibaba MLaaS 2020 simulator, node order 3 (clusterdata, cluster-trace-gpu-v2020)',
  parameters: { ties: tiesParameter },
  semantics: (parameters) => ({
    score:
      '50 x (GPUs in use / GPUs + cores in use / cores), rounded to a whole number, halves to even; the least wins',
    resources: 'a resource that the node does not have or does not model counts as not in use',
    gpu: 'a share takes the fullest GPU that still fits',
    ...scoredSemantics(parameters),
  }),
  create: (parameters) => scoredPlacement({ score }, parameters),
};

function score(_gang: Gang, node: NodeId, nodes: NodeClasses): number {
  const gpus = used(nodes.freeMilli(node), 1000 * nodes.gpus(node));
  const cores = used(nodes.freeCpuMilli(node), nodes.cpuMilli(node));
  return -roundHalfEven(50 * (gpus + cores));
}

/** The part of a resource that is in use. */
function used(free: number, whole: number): number {
  return whole > 0 && whole < Infinity ? (whole - free) / whole : 0;
}

function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
