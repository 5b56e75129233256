import type { Cluster } from '../model/cluster.ts';

/** A whole GPU, in thousandths. */
export const WHOLE_MILLI = 1000;

/**
 * Free thousandths of every GPU, for runs in which jobs share GPUs. Each node's are also kept in falling order, because
 * a node's state does not depend on which of its GPUs is which.
 */
export class GpuLedger {
  /** GPU g of a node is at firstGpu[node] + g. */
  private readonly firstGpu: Int32Array;
  private readonly milli: Int32Array;
  private readonly falling: Int32Array;
  /** Per node: free thousandths of all its GPUs, and GPUs that nobody uses. */
  private readonly nodeMilli: Int32Array;
  private readonly nodeIdle: Int32Array;

  constructor({ nodeCount, nodeGpus, gpuCount }: Cluster) {
    this.firstGpu = new Int32Array(nodeCount + 1);
    this.milli = new Int32Array(gpuCount).fill(WHOLE_MILLI);
    this.falling = this.milli.slice();
    this.nodeMilli = nodeGpus.map((gpus) => WHOLE_MILLI * gpus);
    this.nodeIdle = nodeGpus.slice();
    for (let node = 0; node < nodeCount; node++) this.firstGpu[node + 1] = this.firstGpu[node]! + nodeGpus[node]!;
  }

  idleOn(node: number): number {
    return this.nodeIdle[node]!;
  }

  milliOn(node: number): number {
    return this.nodeMilli[node]!;
  }

  gpuMilli(node: number, gpu: number): number {
    return this.milli[this.firstGpu[node]! + gpu]!;
  }

  kthFreest(node: number, k: number): number {
    return this.falling[this.firstGpu[node]! + k]!;
  }

  /** The lowest GPU of the node, index >= from, that nobody uses; -1 if there is none. */
  idleGpu(node: number, from: number): number {
    const first = this.firstGpu[node]!;
    const end = this.firstGpu[node + 1]!;
    for (let at = first + from; at < end; at++) {
      if (this.milli[at] === WHOLE_MILLI) return at - first;
    }
    return -1;
  }

  /** Changes what is free of a GPU by so many thousandths. */
  move(node: number, gpu: number, change: number): void {
    const first = this.firstGpu[node]!;
    const before = this.milli[first + gpu]!;
    const after = before + change;
    this.milli[first + gpu] = after;
    this.nodeMilli[node]! += change;
    if (before === WHOLE_MILLI) this.nodeIdle[node]!--;
    else if (after === WHOLE_MILLI) this.nodeIdle[node]!++;
    this.reorder(first, this.firstGpu[node + 1]!, before, after);
  }

  /** In the falling order, one entry `before` becomes `after`. */
  private reorder(first: number, end: number, before: number, after: number): void {
    const { falling } = this;
    let at = first;
    while (falling[at] !== before) at++;
    if (after < before) {
      for (; at + 1 < end && falling[at + 1]! > after; at++) falling[at] = falling[at + 1]!;
    } else {
      for (; at > first && falling[at - 1]! < after; at--) falling[at] = falling[at - 1]!;
    }
    falling[at] = after;
  }
}
