import { Company, type Gang, type NodeClasses, type PlacementDefinition } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import { scaleOf, scaleParameters, type NodeScale } from './node-scale.ts';
import { scoredPlacement, scoredSemantics, tiesParameter } from './scored-placement.ts';

/** Puts gangs of the same size on the same nodes, fuller nodes first. */
export const gpuClustering: PlacementDefinition = {
  name: 'gpu-clustering',
  summary: 'Puts gangs of the same size (and all shares) on the same nodes, fuller nodes first.',
  source: 'policy GpuClustering of hkust-adsl/kubernetes-scheduler-simulator; Weng et al., USENIX ATC 2023',
  parameters: { gpus: scaleParameters.gpus, ties: tiesParameter },
  semantics: (parameters) => ({
    score:
      `the GPUs in use, of ${String(parameters['gpus'])}, make up to 25; a node with gangs of this size alone has 75 more, ` +
      'with this and other sizes 50 more, an empty one 25 more, with other sizes alone none; jobs without a GPU: 0',
    gpu: 'a share takes the fullest GPU that still fits',
    ...scoredSemantics(parameters),
  }),
  create(parameters) {
    const scale = scaleOf({ cpus: 1, ...parameters });
    return scoredPlacement({ score: (gang, node, nodes) => score(scale, gang, node, nodes) }, parameters, {
      classes: true,
      company: true,
    });
  },
};

const STEP = 25;

function score(scale: NodeScale, gang: Gang, node: NodeId, nodes: NodeClasses): number {
  if (gang.gpus === 0) return 0;
  const used = Math.floor((STEP * (scale.gpuMilli - nodes.freeMilli(node))) / scale.gpuMilli);
  const company = nodes.company(node, gang);
  switch (company) {
    case Company.Own:
      return used + 3 * STEP;
    case Company.Mixed:
      return used + 2 * STEP;
    case Company.None:
      return used + STEP;
    case Company.Others:
      return used;
    default:
      return company satisfies never;
  }
}
