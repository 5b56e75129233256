import type { Gang, NodeClasses, PlacementDefinition } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import { gpuMilliOf } from './requests.ts';
import { scaleOf, scaleParameters, type NodeScale } from './node-scale.ts';
import { scoredPlacement, scoredSemantics, tiesParameter } from './scored-placement.ts';

/** Takes the node on which the least CPU and GPU would be left over, both measured by one large node. */
export const bestFitScore: PlacementDefinition = {
  name: 'best-fit-score',
  summary: 'Takes the node on which the least CPU and GPU would be left over, both weighed alike.',
  source: 'policy BestFit of hkust-adsl/kubernetes-scheduler-simulator; Weng et al., USENIX ATC 2023',
  parameters: { ...scaleParameters, ties: tiesParameter },
  semantics: (parameters) => ({
    score: `100 x (1 - (cores left / ${String(parameters['cpus'])} + GPUs left / ${String(parameters['gpus'])}) / 2), whole numbers`,
    gpu: 'a share takes the fullest GPU that still fits',
    ...scoredSemantics(parameters),
  }),
  create(parameters) {
    const scale = scaleOf(parameters);
    return scoredPlacement({ score: (gang, node, nodes) => score(scale, gang, node, nodes) }, parameters);
  },
};

function score(scale: NodeScale, gang: Gang, node: NodeId, nodes: NodeClasses): number {
  const cpuFree = nodes.freeCpuMilli(node);
  // Cores that are not modelled can be neither wasted nor saved.
  const cpu = cpuFree === Infinity ? 0 : (cpuFree - gang.cpuMilli) / scale.cpuMilli;
  const gpu = (nodes.freeMilli(node) - gpuMilliOf(gang)) / scale.gpuMilli;
  return Math.trunc(100 * (1 - (0.5 * cpu + 0.5 * gpu)));
}
