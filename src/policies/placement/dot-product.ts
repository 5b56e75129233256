import type { Gang, NodeClasses, PlacementDefinition } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import { scaleOf, scaleParameters, type NodeScale } from './node-scale.ts';
import { gpuMilliOf } from './requests.ts';
import { scoredPlacement, scoredSemantics, tiesParameter } from './scored-placement.ts';

/** Takes the node whose free CPU and GPU are least like the request, by the product of both. */
export const dotProduct: PlacementDefinition = {
  name: 'dot-product',
  summary: 'Takes the node with the smallest product of what is free and what is asked for, over CPU and GPU.',
  source: 'policy DotProd of hkust-adsl/kubernetes-scheduler-simulator; Weng et al., USENIX ATC 2023',
  parameters: { ...scaleParameters, ties: tiesParameter },
  semantics: (parameters) => ({
    score:
      `100 x (1 - (free x asked cores + free x asked GPUs) / 2), cores over ${String(parameters['cpus'])} and ` +
      `GPUs over ${String(parameters['gpus'])}, whole numbers`,
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
  // Cores that are not modelled have no measure: GPUs alone decide.
  const cpu = cpuFree === Infinity ? 0 : (cpuFree / scale.cpuMilli) * (gang.cpuMilli / scale.cpuMilli);
  const gpu = (nodes.freeMilli(node) / scale.gpuMilli) * (gpuMilliOf(gang) / scale.gpuMilli);
  return Math.trunc(100 * (1 - (cpu + gpu) / 2));
}
