import type { ParameterSchema } from '../../sim/contract/definition.ts';
import type { Gang, NodeClasses, PlacementDefinition } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import { gpuMilliOf } from './requests.ts';
import { scoredPlacement, scoredSemantics, tiesParameter } from './scored-placement.ts';

const weightOfGpus: ParameterSchema = {
  type: 'integer',
  minimum: 0,
  maximum: 100,
  default: 0,
  description:
    'Weight of GPUs beside cores and memory, which weigh 1. 0, as Kubernetes has it: GPUs decide only where a pod fits, ' +
    'and, where a pool gives neither cores nor memory, count alone.',
};

/** Takes the node that Kubernetes would by default: the emptiest and most balanced in cores and memory. */
export const kubernetesDefault: PlacementDefinition = {
  name: 'kubernetes-default',
  summary: 'Takes the node that is emptiest and most balanced in cores and memory, as Kubernetes does by default.',
  source: 'kube-scheduler, plug-ins NodeResourcesFit (LeastAllocated) and NodeResourcesBalancedAllocation',
  parameters: { gpuWeight: weightOfGpus, ties: tiesParameter },
  semantics: (parameters) => ({
    score:
      'LeastAllocated (percent that would be left free, the mean over resources) + BalancedAllocation (100 less the ' +
      'spread of the parts in use, in percent), each cut to a whole number',
    resources:
      Number(parameters['gpuWeight']) > 0
        ? `cores and memory where the pool gives them, GPUs with weight ${String(parameters['gpuWeight'])}`
        : 'cores and memory where the pool gives them; where it gives neither, GPUs alone, as with nvidia.com/gpu in ' +
          'the list of resources of NodeResourcesFit',
    others:
      'taints, affinity, images and the spread of one application are not modelled: they score all nodes alike; a job ' +
      'that asks for no cores or memory counts as asking for none',
    gpu: 'a share takes the fullest GPU that still fits',
    ...scoredSemantics(parameters),
  }),
  create(parameters) {
    const weight = Number(parameters['gpuWeight']);
    return scoredPlacement({ score: (gang, node, nodes) => score(weight, gang, node, nodes) }, parameters);
  },
};

function score(gpuWeight: number, gang: Gang, node: NodeId, nodes: NodeClasses): number {
  const cpu = percentLeft(nodes.freeCpuMilli(node) - gang.cpuMilli, nodes.cpuMilli(node));
  const memory = percentLeft(nodes.freeMemoryMiB(node) - gang.memoryMiB, nodes.memoryMiB(node));
  // Else all nodes of such a pool would be alike, however full they are.
  const weight = cpu < 0 && memory < 0 ? 1 : gpuWeight;
  const gpu = weight > 0 ? percentLeft(nodes.freeMilli(node) - gpuMilliOf(gang), 1000 * nodes.gpus(node)) : NOT_COUNTED;
  const counted = Number(cpu >= 0) + Number(memory >= 0) + Number(gpu >= 0);
  if (counted === 0) return 0;
  const weights = Number(cpu >= 0) + Number(memory >= 0) + (gpu >= 0 ? weight : 0);
  const free = Math.floor(Math.max(0, cpu)) + Math.floor(Math.max(0, memory)) + weight * Math.floor(Math.max(0, gpu));
  const mean = (Math.max(0, cpu) + Math.max(0, memory) + Math.max(0, gpu)) / counted;
  const spread = Math.sqrt((squareOff(cpu, mean) + squareOff(memory, mean) + squareOff(gpu, mean)) / counted);
  return Math.floor(free / weights) + Math.floor(100 - spread);
}

/** Marks a resource that the node does not have or does not model. */
const NOT_COUNTED = -1;

/** How much of a resource would be left free, in percent. */
function percentLeft(left: number, whole: number): number {
  return whole > 0 && whole < Infinity ? (100 * left) / whole : NOT_COUNTED;
}

function squareOff(percent: number, mean: number): number {
  return percent === NOT_COUNTED ? 0 : (percent - mean) * (percent - mean);
}
