import type { Cluster } from '../model/cluster.ts';
import type { Gang } from '../contract/placement.ts';
import { shareOf } from './share-of.ts';

/** Nodes that take no more work, and what gangs on them have left or given back: free, but to nobody. */
export class ClosedNodes {
  /** How many there are. */
  count = 0;
  /** Per node; holds while the node is closed. */
  readonly freeGpus: Int32Array;
  readonly freeCpuMilli: Float64Array;
  readonly freeMemoryMiB: Float64Array;
  private readonly isClosed: Uint8Array;

  constructor({ nodeCount }: Cluster) {
    this.freeGpus = new Int32Array(nodeCount);
    this.freeCpuMilli = new Float64Array(nodeCount);
    this.freeMemoryMiB = new Float64Array(nodeCount);
    this.isClosed = new Uint8Array(nodeCount);
  }

  has(node: number): boolean {
    return this.isClosed[node] === 1;
  }

  /** Error if it is closed already. */
  add(node: number, freeGpus: number, freeCpuMilli: number, freeMemoryMiB: number): void {
    if (this.has(node)) throw new Error(`node ${node} is closed twice`);
    this.count++;
    this.isClosed[node] = 1;
    this.freeGpus[node] = freeGpus;
    this.freeCpuMilli[node] = freeCpuMilli;
    this.freeMemoryMiB[node] = freeMemoryMiB;
  }

  /** Error if it is open. */
  remove(node: number): void {
    if (!this.has(node)) throw new Error(`node ${node} is opened, but it was not closed`);
    this.count--;
    this.isClosed[node] = 0;
  }

  /** One past the last of the nodes from .. end-1 that are all closed, or all open, as `from` is. */
  alikeFrom(from: number, end: number): number {
    let to = from + 1;
    while (to < end && this.isClosed[to] === this.isClosed[from]) to++;
    return to;
  }

  /** A gang comes to (sign -1) or leaves (sign 1) closed neighbours, on each of which it holds so many GPUs. */
  move(from: number, to: number, gpus: number, gang: Gang, sign: 1 | -1): void {
    const cpuMilli = sign * shareOf(gang.cpuMilli, gpus, gang.gpus);
    const memoryMiB = sign * shareOf(gang.memoryMiB, gpus, gang.gpus);
    for (let node = from; node < to; node++) {
      this.freeGpus[node]! += sign * gpus;
      this.freeCpuMilli[node]! += cpuMilli;
      this.freeMemoryMiB[node]! += memoryMiB;
    }
  }
}
