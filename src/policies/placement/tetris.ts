import type { Gang, NodeClasses, PlacementDefinition } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import { gpuMilliOf } from './requests.ts';
import { scoredPlacement, scoredSemantics, tiesParameter } from './scored-placement.ts';

/** Takes the node whose free CPU, memory and GPUs align best with the request. */
export const tetris: PlacementDefinition = {
  name: 'tetris',
  summary: 'Takes the node whose free CPU, memory and GPUs align best with what is asked for.',
  source: 'alignment score of Grandl et al., "Multi-resource packing for cluster schedulers", SIGCOMM 2014',
  parameters: { ties: tiesParameter },
  semantics: (parameters) => ({
    score:
      'the sum over cores, memory and GPUs of free x asked, each as a part of what the node has; resources that the node ' +
      'does not model count nothing',
    order: 'which job comes first is for the scheduling policy: shortest remaining work is not mixed in',
    gpu: 'a share takes the fullest GPU that still fits',
    ...scoredSemantics(parameters),
  }),
  create: (parameters) => scoredPlacement({ score }, parameters),
};

function score(gang: Gang, node: NodeId, nodes: NodeClasses): number {
  return (
    aligned(nodes.freeCpuMilli(node), gang.cpuMilli, nodes.cpuMilli(node)) +
    aligned(nodes.freeMemoryMiB(node), gang.memoryMiB, nodes.memoryMiB(node)) +
    aligned(nodes.freeMilli(node), gpuMilliOf(gang), 1000 * nodes.gpus(node))
  );
}

/** Free times asked, each as a part of the whole; 0 where there is nothing or it is not modelled. */
function aligned(free: number, asked: number, whole: number): number {
  return whole > 0 && whole < Infinity ? (free / whole) * (asked / whole) : 0;
}
