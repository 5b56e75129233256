import type { Cluster } from '../../model/cluster.ts';
import { NodeStatus, nodeStatuses } from '../../model/node-status.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { FreeIndex } from '../free-index.ts';
import type { Gate } from '../gate.ts';
import type { Shapes } from '../shapes.ts';

const STATUSES = nodeStatuses.length;

/**
 * Which nodes are in service, and what the others are there for. A node with a reason to go out takes no more work at
 * once (it is cordoned), and is out as soon as no gang holds anything of it: until then it is drained.
 */
export class ServiceBoard {
  /** How many reasons there are for status s of node n, at n x statuses + s. */
  private readonly reasons: Int32Array;
  private readonly status: Uint8Array;
  /** Nodes that have a reason to go out and gangs on them still. */
  private readonly draining = new Set<number>();
  /** The gate's count when the draining nodes were looked at last. */
  private returnsSeen = 0;
  /** Whether a node has gone out of service since `settle` was asked last. */
  private hasOut = false;
  private readonly cluster: Cluster;
  private readonly indices: readonly FreeIndex[];
  private readonly gate: Gate;
  private readonly shapes: Shapes;
  private readonly recorder: Recorder;
  /** Whether a node that comes back, a spare before or not, is a spare from now on; set where there are spares. */
  keepsBack: ((node: number, isSpare: boolean) => boolean) | undefined;

  constructor(cluster: Cluster, indices: readonly FreeIndex[], gate: Gate, shapes: Shapes, recorder: Recorder) {
    this.cluster = cluster;
    this.indices = indices;
    this.gate = gate;
    this.shapes = shapes;
    this.recorder = recorder;
    this.reasons = new Int32Array(cluster.nodeCount * STATUSES);
    this.status = new Uint8Array(cluster.nodeCount);
  }

  /** In while gangs are still on a node that is to go out. */
  statusOf(node: number): NodeStatus {
    return this.status[node] as NodeStatus;
  }

  /** One more reason for the status. It holds at once, or as soon as the gangs on the node have left. */
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

  /** Lets nodes go out that have emptied; to be asked after whatever gangs may have left by. True if any has since the last time. */
  settle(): boolean {
    if (this.draining.size > 0 && this.gate.returns !== this.returnsSeen) {
      this.returnsSeen = this.gate.returns;
      for (const node of [...this.draining].sort((a, b) => a - b)) this.review(node);
    }
    const { hasOut } = this;
    this.hasOut = false;
    return hasOut;
  }

  /** Lets happen what the reasons of a node come to by now. */
  private review(node: number): void {
    const before = this.statusOf(node);
    let now: NodeStatus = NodeStatus.In;
    for (const status of nodeStatuses) if (this.reasons[node * STATUSES + status]! > 0) now = status;
    if (this.keepsBack !== undefined && now <= NodeStatus.Reserved && before > NodeStatus.Reserved) {
      const isSpare = this.keepsBack(node, now === NodeStatus.Reserved);
      now = isSpare ? NodeStatus.Reserved : NodeStatus.In;
      this.reasons[node * STATUSES + NodeStatus.Reserved] = isSpare ? 1 : 0;
    }
    const wasDraining = this.draining.delete(node);
    if (before === NodeStatus.In && now !== NodeStatus.In) {
      if (!wasDraining) this.close(node);
      if (this.gate.isHeld(node)) {
        this.draining.add(node);
        return;
      }
      this.hasOut = true;
    }
    if (now !== before) {
      this.status[node] = now;
      this.recorder.recordShift(this.gate.nowUs, node, this.cluster.nodeGpus[node]!, before, now);
    }
    if (now === NodeStatus.In && (wasDraining || before !== NodeStatus.In)) this.reopen(node);
  }

  private close(node: number): void {
    this.gate.close(node);
    for (const index of this.indices) index.close(node);
    this.shapes.taken();
  }

  private reopen(node: number): void {
    this.gate.reopen(node);
    for (const index of this.indices) index.reopen(node);
    this.shapes.released();
  }
}
