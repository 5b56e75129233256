import type { Gang } from '../contract/placement.ts';
import type { Cluster } from '../model/cluster.ts';
import type { FreeIndex } from './free-index.ts';
import type { Gate } from './gate.ts';
import type { Shapes } from './shapes.ts';

/**
 * Which nodes are in service. A node that is out is, for whoever looks for room, a node without anything free: all of
 * it is taken, by nobody, in the free indices and in the gate's account.
 */
export class ServiceBoard {
  /** Reasons for which each node is out of service; 0: it is in. */
  private readonly reasons: Int32Array;
  private readonly cluster: Cluster;
  private readonly indices: readonly FreeIndex[];
  private readonly gate: Gate;
  private readonly shapes: Shapes;
  /** A grant of a whole node, with its GPUs by name behind it. */
  private readonly whole: Int32Array;

  constructor(cluster: Cluster, indices: readonly FreeIndex[], gate: Gate, shapes: Shapes) {
    this.cluster = cluster;
    this.indices = indices;
    this.gate = gate;
    this.shapes = shapes;
    this.reasons = new Int32Array(cluster.nodeCount);
    this.whole = new Int32Array(3 + cluster.nodeGpus.reduce((most, gpus) => Math.max(most, gpus), 0));
    for (let gpu = 0; gpu + 3 < this.whole.length; gpu++) this.whole[3 + gpu] = gpu;
  }

  /** One more reason. True if the node was in service: nothing may run on it. */
  takeOut(node: number): boolean {
    if (this.reasons[node]!++ > 0) return false;
    this.gate.takeOut(node);
    const gang = this.wholeNode(node);
    for (const index of this.indices) index.take(this.whole, 0, 1, gang);
    this.shapes.taken();
    return true;
  }

  /** One reason fewer. True if it was the last: the node is back. */
  putIn(node: number): boolean {
    if (--this.reasons[node]! > 0) return false;
    this.gate.putIn(node);
    const gang = this.wholeNode(node);
    for (const index of this.indices) index.give(this.whole, 0, 1, gang);
    this.shapes.released();
    return true;
  }

  private wholeNode(node: number): Gang {
    const { nodeGpus, nodeCpuMilli, nodeMemoryMiB } = this.cluster;
    this.whole[0] = node;
    this.whole[1] = 1;
    this.whole[2] = nodeGpus[node]!;
    return {
      gpus: nodeGpus[node]!,
      shareMilli: 0,
      cpuMilli: finite(nodeCpuMilli[node]!),
      memoryMiB: finite(nodeMemoryMiB[node]!),
      typeMask: 0xffffffff,
    };
  }
}

/** What is not modelled is never taken. */
function finite(amount: number): number {
  return amount === Infinity ? 0 : amount;
}
