import type { Cluster, NodePool } from '../../sim/model/cluster.ts';
import type { JobId } from '../../sim/model/brand.ts';
import type { JobView } from '../../sim/contract/scheduling.ts';
import { CellForest, NO_CELL } from './cell-forest.ts';
import { PrivateCluster, type Spot } from './private-cluster.ts';

/** Why the quotas of queues cannot be kept as cells, and the mend; undefined if they can. */
export function objectionToQuotas({ nodeGpus }: Cluster, { tree, ofLeaf }: LeafQuotas): string | undefined {
  const gpus = nodeGpus.reduce((sum, count) => sum + count, 0);
  const promised = ofLeaf.reduce((sum, quota) => sum + quota, 0);
  if (promised <= gpus) return undefined;
  return `the quotas of ${String(tree.count)} queues are ${String(promised)} GPUs together, and the cluster has ${String(gpus)}: not all cells could be kept; lower the quotas`;
}

/** Whole GPUs promised to each queue that has tenants; 0 to the others, whose quota is their children's. */
export interface LeafQuotas {
  readonly tree: JobView['quotas'];
  readonly ofLeaf: readonly number[];
}

export function leafQuotas(tree: JobView['quotas']): LeafQuotas {
  return {
    tree,
    ofLeaf: tree.names.map((_, queue) => (tree.parent.includes(queue) ? 0 : Math.floor(tree.quota[queue]!))),
  };
}

/**
 * The cells that were promised to queues and where they lie. A cell of a queue is bound to a real one when its first job
 * starts and let go when its last one ends; because all cells together can be cut out of the cluster, and the buddy
 * system never splits a larger cell while a smaller one is free, a real one can always be found.
 */
export class CellBook {
  readonly forest: CellForest;
  readonly queues: readonly PrivateCluster[];
  /** Per queue and cell of it: the real cell or NO_CELL, and the gangs' nodes in it. */
  private readonly bound: number[][];
  private readonly users: number[][];
  private readonly pools: readonly NodePool[];
  private readonly poolType: readonly number[];

  /** RangeError if the queues are promised more than there is. */
  constructor(cluster: Cluster, quotas: LeafQuotas) {
    const objection = objectionToQuotas(cluster, quotas);
    if (objection !== undefined) throw new RangeError(objection);
    this.forest = new CellForest(cluster);
    this.pools = cluster.pools;
    this.poolType = cluster.pools.map(({ gpuType }) => cluster.gpuTypes.indexOf(gpuType));
    this.queues = quotas.ofLeaf.map(() => new PrivateCluster());
    this.assign(new CellForest(cluster), [...quotas.ofLeaf]);
    this.bound = this.queues.map(({ cellKind }) => cellKind.map(() => NO_CELL));
    this.users = this.queues.map(({ cellKind }) => cellKind.map(() => 0));
  }

  /** Whether a job would find room in the queue's cells if they held no other, with the cores and memory that they bring. */
  couldHold(queue: number, jobs: JobView, job: JobId): boolean {
    return this.pools.some(
      (_, pool) => this.suits(pool, jobs, job) && this.queues[queue]!.couldHold(pool, jobs.gpus(job)),
    );
  }

  /** Takes room for a job in its queue's cells; undefined if there is none. */
  place(queue: number, jobs: JobView, job: JobId): Spot[] | undefined {
    for (let pool = 0; pool < this.pools.length; pool++) {
      const spots = this.suits(pool, jobs, job) ? this.queues[queue]!.place(pool, jobs.gpus(job)) : undefined;
      if (spots !== undefined) return spots;
    }
    return undefined;
  }

  /** The real nodes of spots in a queue's cells, which are bound if they are not. Error if no real cell is left. */
  bind(queue: number, spots: readonly Spot[]): Spot[] {
    const { nodeCell, nodeOffset, cellKind } = this.queues[queue]!;
    const real = new Map<number, number>();
    for (const { node, gpus } of spots) {
      const cell = nodeCell[node]!;
      if (this.users[queue]![cell]!++ === 0) this.bound[queue]![cell] = this.forest.allocate(cellKind[cell]!);
      const lies = this.bound[queue]![cell]!;
      if (lies === NO_CELL)
        throw new Error('no cell is left for a queue within its own: the promise of cells is broken');
      // Two parts of a node may have been cut out of the same.
      const on = this.forest.firstNode[lies]! + nodeOffset[node]!;
      real.set(on, (real.get(on) ?? 0) + gpus);
    }
    return Array.from(real, ([node, gpus]) => ({ node, gpus }));
  }

  /** A job has left its spots. */
  leave(queue: number, spots: readonly Spot[]): void {
    const { nodeCell } = this.queues[queue]!;
    this.queues[queue]!.give(spots);
    for (const { node } of spots) {
      const cell = nodeCell[node]!;
      if (--this.users[queue]![cell]! === 0) this.forest.release(this.bound[queue]![cell]!);
    }
  }

  /** Whether the pool's type is allowed, and a GPU brings with it what the job asks for each of its own. */
  private suits(pool: number, jobs: JobView, job: JobId): boolean {
    if (((jobs.typeMask(job) >>> this.poolType[pool]!) & 1) === 0) return false;
    const { gpusPerNode, cpuMilliPerNode, memoryMiBPerNode } = this.pools[pool]!;
    const gpus = jobs.gpus(job);
    // Whole figures on both sides: parts that are rounded up still add up to no more than the node has.
    return (
      Math.ceil(jobs.cpuMilli(job) / gpus) <= Math.floor(cpuMilliPerNode / gpusPerNode) &&
      Math.ceil(jobs.memoryMiB(job) / gpus) <= Math.floor(memoryMiBPerNode / gpusPerNode)
    );
  }

  /** Cuts the queues' quotas into cells, the largest first, pool after pool. */
  private assign(scratch: CellForest, left: number[]): void {
    for (let pool = 0; pool < this.pools.length; pool++) {
      for (let kind = scratch.endKind[pool]! - 1; kind >= scratch.firstKind[pool]!; kind--) {
        const gpus = scratch.kindGpus[kind]!;
        for (let queue = 0; queue < left.length; queue++) {
          while (left[queue]! >= gpus && scratch.allocate(kind) !== NO_CELL) {
            this.queues[queue]!.add(this.forest, kind, this.pools[pool]!.gpusPerNode);
            left[queue]! -= gpus;
          }
        }
      }
    }
  }
}
