import type { Cluster } from '../../sim/model/cluster.ts';

export const NO_CELL = -1;
/** Free cells looked at when one is chosen: more would not change much, and the cost must not grow with the cluster. */
const LOOKS = 16;

/**
 * The cluster as a forest of cells: GPU, halves of a node, node, rack, leaf, spine, each made of like cells one kind
 * smaller. Kinds are numbered through the pools, within a pool from one GPU up. A rack (leaf, spine) with fewer nodes
 * than the others is no cell: its nodes stand for themselves. Which cells are free is kept as by the buddy system.
 */
export class CellForest {
  /** Per kind: GPUs of such a cell, and its pool. */
  readonly kindGpus: number[] = [];
  readonly kindPool: number[] = [];
  /** Per pool: its smallest kind, and one past its largest. */
  readonly firstKind: number[] = [];
  readonly endKind: number[] = [];
  /** Per cell. */
  readonly kind: number[] = [];
  readonly firstNode: number[] = [];
  /** GPUs of it that jobs hold which may be preempted; of cells within a node those of the node. */
  readonly lent: number[] = [];
  /** The cell that is a whole node. */
  readonly cellOfNode: Int32Array;
  private readonly parent: number[] = [];
  private readonly firstChild: number[] = [];
  private readonly children: number[] = [];
  /** Free children of a cell that is split. */
  private readonly freeChildren: number[] = [];
  /** Free cells of each kind, and the place of a cell among them or -1. */
  private readonly free: number[][] = [];
  private readonly place: number[] = [];

  constructor(cluster: Cluster) {
    this.cellOfNode = new Int32Array(cluster.nodeCount).fill(NO_CELL);
    let firstNode = 0;
    cluster.pools.forEach((pool, index) => {
      this.firstKind.push(this.kindGpus.length);
      const sizes = pool.gpusPerNode === 0 ? [] : sizesWithin(pool.gpusPerNode);
      const nodeKind = this.kindGpus.length + sizes.length - 1;
      let nodes = 1;
      for (const factor of [pool.nodesPerRack, pool.racksPerLeaf ?? 0, pool.leavesPerSpine ?? 0]) {
        if (factor === 0 || sizes.length === 0) break;
        nodes *= factor;
        if (factor > 1 && nodes <= pool.nodes) sizes.push(nodes * pool.gpusPerNode);
      }
      for (const gpus of sizes) {
        this.kindGpus.push(gpus);
        this.kindPool.push(index);
        this.free.push([]);
      }
      this.endKind.push(this.kindGpus.length);
      if (sizes.length > 0) this.plant(firstNode, firstNode + pool.nodes, nodeKind, this.kindGpus.length - 1);
      firstNode += pool.nodes;
    });
  }

  /** Takes a free cell of a kind, splitting the smallest larger one that is free if need be; NO_CELL if there is none. */
  allocate(kind: number): number {
    const end = this.endKind[this.kindPool[kind]!]!;
    let from = kind;
    while (from < end && this.free[from]!.length === 0) from++;
    if (from === end) return NO_CELL;
    let cell = this.leastLent(from);
    this.takeOut(cell);
    for (; from > kind; from--) cell = this.split(cell);
    return cell;
  }

  /** Gives a cell back; where all its siblings are free too, they become the larger cell again. */
  release(cell: number): void {
    let at = cell;
    for (let above = this.parent[at]!; above !== NO_CELL; above = this.parent[at]!) {
      if (++this.freeChildren[above]! < this.children[above]!) break;
      const first = this.firstChild[above]!;
      for (let child = first; child < first + this.children[above]!; child++) if (child !== at) this.takeOut(child);
      this.freeChildren[above] = 0;
      at = above;
    }
    this.putIn(at);
  }

  /** Jobs that may be preempted hold so many GPUs more on a node. */
  lend(node: number, gpus: number): void {
    for (let cell = this.cellOfNode[node]!; cell !== NO_CELL; cell = this.parent[cell]!) this.lent[cell]! += gpus;
  }

  /** Free cells of a kind as they stand, for tests. */
  freeOf(kind: number): readonly number[] {
    return this.free[kind]!;
  }

  /** Largest cells first over the nodes from .. end-1, all of them made of nodes. */
  private plant(from: number, end: number, nodeKind: number, topKind: number): void {
    const nodeGpus = this.kindGpus[nodeKind]!;
    for (let node = from; node < end;) {
      let kind = topKind;
      while (kind > nodeKind && ((node - from) * nodeGpus) % this.kindGpus[kind]! !== 0) kind--;
      while (kind > nodeKind && node + this.kindGpus[kind]! / nodeGpus > end) kind--;
      const [cell] = this.add(kind, NO_CELL, node, 1);
      this.putIn(cell!);
      this.grow(cell!, nodeKind);
      node += this.kindGpus[kind]! / nodeGpus;
    }
  }

  /** Makes the smaller cells of a cell, down to single GPUs. */
  private grow(cell: number, nodeKind: number): void {
    const kind = this.kind[cell]!;
    if (kind === nodeKind) this.cellOfNode[this.firstNode[cell]!] = cell;
    if (kind === this.firstKind[this.kindPool[kind]!]) return;
    const parts = this.kindGpus[kind]! / this.kindGpus[kind - 1]!;
    const cells = this.add(kind - 1, cell, this.firstNode[cell]!, parts);
    this.firstChild[cell] = cells[0]!;
    this.children[cell] = parts;
    if (kind > nodeKind) {
      const nodes = this.kindGpus[kind - 1]! / this.kindGpus[nodeKind]!;
      cells.forEach((child, index) => (this.firstNode[child] = this.firstNode[cell]! + index * nodes));
    }
    for (const child of cells) this.grow(child, nodeKind);
  }

  private add(kind: number, parent: number, firstNode: number, count: number): number[] {
    return Array.from({ length: count }, () => {
      this.kind.push(kind);
      this.parent.push(parent);
      this.firstNode.push(firstNode);
      this.lent.push(0);
      this.firstChild.push(NO_CELL);
      this.children.push(0);
      this.freeChildren.push(0);
      return this.place.push(-1) - 1;
    });
  }

  /** Splits a cell that is taken; the child that is taken in its place. */
  private split(cell: number): number {
    const first = this.firstChild[cell]!;
    for (let child = first; child < first + this.children[cell]!; child++) this.putIn(child);
    this.freeChildren[cell] = this.children[cell]!;
    const chosen = this.leastLent(this.kind[first]!);
    this.takeOut(chosen);
    return chosen;
  }

  /** Of the free cells of a kind looked at, the one in which the fewest jobs would have to go; of equals the first. */
  private leastLent(kind: number): number {
    const cells = this.free[kind]!;
    let best = cells.at(-1)!;
    for (let at = cells.length - 1; at >= Math.max(0, cells.length - LOOKS); at--) {
      if (this.lentWithin(cells[at]!) < this.lentWithin(best)) best = cells[at]!;
    }
    return best;
  }

  private lentWithin(cell: number): number {
    const node = this.cellOfNode[this.firstNode[cell]!]!;
    return this.kind[cell]! < this.kind[node]! ? this.lent[node]! : this.lent[cell]!;
  }

  private putIn(cell: number): void {
    this.place[cell] = this.free[this.kind[cell]!]!.push(cell) - 1;
  }

  private takeOut(cell: number): void {
    const cells = this.free[this.kind[cell]!]!;
    const last = cells.pop()!;
    const place = this.place[cell]!;
    this.place[cell] = -1;
    if (last !== cell) {
      cells[place] = last;
      this.place[last] = place;
    }
    const above = this.parent[cell]!;
    // A cell that is taken out because its siblings are free again is counted by the one that takes it out.
    if (above !== NO_CELL && this.freeChildren[above]! > 0) this.freeChildren[above]!--;
  }
}

/** Cells within a node: halved as often as it goes, then single GPUs. */
function sizesWithin(gpus: number): number[] {
  const sizes = [gpus];
  while (sizes[0]! % 2 === 0) sizes.unshift(sizes[0]! / 2);
  return sizes[0] === 1 ? sizes : [1, ...sizes];
}
