import type { Gang } from '../../contract/placement.ts';
import type { Cluster } from '../../model/cluster.ts';
import { NodeStatus, nodeStatuses } from '../../model/node-status.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { FreeIndex } from '../free-index.ts';
import type { Gate } from '../gate.ts';
import type { Shapes } from '../shapes.ts';

const STATUSES = nodeStatuses.length;

/**
 * Which nodes are in service, and what the others are there for. A node that is out is, for whoever looks for room, a
 * node without anything free: all of it is taken, by nobody, in the free indices and in the gate's account.
 */
export class ServiceBoard {
  /** How many reasons there are for status s of node n, at n x statuses + s. */
  private readonly reasons: Int32Array;
  private readonly status: Uint8Array;
  private readonly cluster: Cluster;
  private readonly indices: readonly FreeIndex[];
  private readonly gate: Gate;
  private readonly shapes: Shapes;
  private readonly recorder: Recorder;
  /** A grant of a whole node, with its GPUs by name behind it. */
  private readonly whole: Int32Array;

  constructor(cluster: Cluster, indices: readonly FreeIndex[], gate: Gate, shapes: Shapes, recorder: Recorder) {
    this.cluster = cluster;
    this.indices = indices;
    this.gate = gate;
    this.shapes = shapes;
    this.recorder = recorder;
    this.reasons = new Int32Array(cluster.nodeCount * STATUSES);
    this.status = new Uint8Array(cluster.nodeCount);
    this.whole = new Int32Array(3 + cluster.nodeGpus.reduce((most, gpus) => Math.max(most, gpus), 0));
    for (let gpu = 0; gpu + 3 < this.whole.length; gpu++) this.whole[3 + gpu] = gpu;
  }

  statusOf(node: number): NodeStatus {
    return this.status[node] as NodeStatus;
  }

  /** One more reason for the status. Error if gangs hold GPUs on the node. */
  add(node: number, status: NodeStatus): void {
    this.reasons[node * STATUSES + status]!++;
    this.review(node);
  }

  /** One reason fewer; the last one of all brings the node back into service. */
  remove(node: number, status: NodeStatus): void {
    this.reasons[node * STATUSES + status]!--;
    this.review(node);
  }

  /** A reason for one status becomes one for another. */
  turn(node: number, from: NodeStatus, to: NodeStatus): void {
    this.reasons[node * STATUSES + from]!--;
    this.reasons[node * STATUSES + to]!++;
    this.review(node);
  }

  /** Lets happen what the reasons of a node come to by now. */
  private review(node: number): void {
    const before = this.statusOf(node);
    let now: NodeStatus = NodeStatus.In;
    for (const status of nodeStatuses) if (this.reasons[node * STATUSES + status]! > 0) now = status;
    if (now === before) return;
    if (before === NodeStatus.In) this.takeOut(node);
    this.status[node] = now;
    this.recorder.recordShift(this.gate.nowUs, node, this.cluster.nodeGpus[node]!, before, now);
    if (now === NodeStatus.In) this.putIn(node);
  }

  private takeOut(node: number): void {
    this.gate.takeOut(node);
    const gang = this.wholeNode(node);
    for (const index of this.indices) index.take(this.whole, 0, 1, gang);
    this.shapes.taken();
  }

  private putIn(node: number): void {
    this.gate.putIn(node);
    const gang = this.wholeNode(node);
    for (const index of this.indices) index.give(this.whole, 0, 1, gang);
    this.shapes.released();
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
