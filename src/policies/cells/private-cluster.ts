import type { CellForest } from './cell-forest.ts';

/** A place in a private cluster: GPUs of one node of one of its cells. */
export interface Spot {
  readonly node: number;
  readonly gpus: number;
}

/**
 * What one queue was promised, as if it were a cluster of its own: its cells, and the nodes (or parts of one) in them.
 * Jobs are placed here first, by what the queue's own jobs hold and nothing else; where the cells lie in the real
 * cluster is settled when the first job needs one.
 */
export class PrivateCluster {
  /** Per cell: its kind. */
  readonly cellKind: number[] = [];
  /** Per node: its cell, which node of the cell it is, its GPUs and its pool. */
  readonly nodeCell: number[] = [];
  readonly nodeOffset: number[] = [];
  readonly nodeGpus: number[] = [];
  private readonly nodePool: number[] = [];
  private readonly nodeFree: number[] = [];
  /** Nodes of pool p with so many GPUs free, ascending: free[p][gpus]. */
  private readonly free: number[][][] = [];
  private readonly freeGpus: number[] = [];
  private readonly totalGpus: number[] = [];

  /** Adds a cell of a kind. */
  add(forest: CellForest, kind: number, gpusOfNode: number): void {
    const pool = forest.kindPool[kind]!;
    const gpus = forest.kindGpus[kind]!;
    const cell = this.cellKind.push(kind) - 1;
    const nodes = Math.max(1, gpus / gpusOfNode);
    while (this.free.length <= pool) {
      this.free.push([]);
      this.freeGpus.push(0);
      this.totalGpus.push(0);
    }
    for (let offset = 0; offset < nodes; offset++) {
      this.nodeCell.push(cell);
      this.nodeOffset.push(offset);
      this.nodePool.push(pool);
      this.nodeFree.push(gpus / nodes);
      this.put(this.nodeGpus.push(gpus / nodes) - 1);
    }
    this.freeGpus[pool]! += gpus;
    this.totalGpus[pool]! += gpus;
  }

  /** Whether a gang would find room in the pool if the queue had no other jobs. */
  couldHold(pool: number, gpus: number): boolean {
    return gpus <= (this.totalGpus[pool] ?? 0);
  }

  hasFree(): boolean {
    return this.freeGpus.some((gpus) => gpus > 0);
  }

  /**
   * Takes GPUs of one pool for a gang: of the node with the fewest free that holds it, or, if none does, of idle ones,
   * largest first, and the rest where the fewest are free. Undefined, and nothing is taken, if it does not fit.
   */
  place(pool: number, gpus: number): Spot[] | undefined {
    if (gpus > (this.freeGpus[pool] ?? 0)) return undefined;
    const spots: Spot[] = [];
    let left = gpus;
    while (left > 0) {
      const node = this.tightest(pool, left) ?? this.largestIdle(pool, left);
      if (node === undefined) {
        this.give(spots);
        return undefined;
      }
      const taken = Math.min(left, this.nodeFree[node]!);
      this.move(node, -taken);
      spots.push({ node, gpus: taken });
      left -= taken;
    }
    return spots;
  }

  give(spots: readonly Spot[]): void {
    for (const { node, gpus } of spots) this.move(node, gpus);
  }

  private tightest(pool: number, gpus: number): number | undefined {
    const buckets = this.free[pool]!;
    for (let here = gpus; here < buckets.length; here++) {
      const nodes = buckets[here];
      if (nodes !== undefined && nodes.length > 0) return nodes[0];
    }
    return undefined;
  }

  /** An idle node that the rest of the gang fills; the largest there is. */
  private largestIdle(pool: number, gpus: number): number | undefined {
    const buckets = this.free[pool]!;
    for (let here = Math.min(gpus, buckets.length - 1); here > 0; here--) {
      const idle = buckets[here]?.find((node) => this.nodeGpus[node] === here);
      if (idle !== undefined) return idle;
    }
    return undefined;
  }

  private move(node: number, gpus: number): void {
    const nodes = this.free[this.nodePool[node]!]![this.nodeFree[node]!]!;
    nodes.splice(placeIn(nodes, node), 1);
    this.nodeFree[node]! += gpus;
    this.freeGpus[this.nodePool[node]!]! += gpus;
    this.put(node);
  }

  private put(node: number): void {
    const buckets = this.free[this.nodePool[node]!]!;
    const free = this.nodeFree[node]!;
    while (buckets.length <= free) buckets.push([]);
    buckets[free]!.splice(placeIn(buckets[free]!, node), 0, node);
  }
}

/** The first place in an ascending list whose entry is not below a value. */
function placeIn(list: readonly number[], value: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
