import type { TimeUs } from '../../kernel/clock.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { SpareNodes } from '../../model/failure-model.ts';
import { NodeStatus } from '../../model/node-status.ts';
import type { ServiceBoard } from './service-board.ts';

/** Lost nodes, and the spare that stands in for each. */
export type StandIns = ReadonlyMap<number, number>;

/**
 * Nodes that are kept out of scheduling to stand in for lost ones of their pool. A spare that is in repair comes back as
 * a spare; for one that has stood in, the next node of the pool that comes back from repair is kept.
 */
export class Spares {
  private readonly kept: readonly SpareNodes[];
  private readonly cluster: Cluster;
  private readonly service: ServiceBoard;
  /** Per pool: which of `kept` has its spares, or -1; and spares that it is short of. */
  private readonly keptOf: Int32Array;
  private readonly missing: Int32Array;
  /** For the fault at hand: whom it has cost a node shared by several gangs has one spare for all of them. */
  private readonly standIns = new Map<number, number>();

  constructor(kept: readonly SpareNodes[], cluster: Cluster, service: ServiceBoard) {
    this.kept = kept;
    this.cluster = cluster;
    this.service = service;
    this.keptOf = new Int32Array(cluster.pools.length).fill(-1);
    this.missing = new Int32Array(kept.length);
    kept.forEach(({ pool, nodes }, index) => {
      this.keptOf[pool] = index;
      const end = cluster.nodePool.lastIndexOf(pool) + 1;
      for (let node = end - nodes; node < end; node++) service.add(node, NodeStatus.Reserved);
    });
  }

  /** Whether a node that could go into service again is to be kept as a spare, and is from now on. */
  keepBack(node: number): boolean {
    const index = this.keptOf[this.cluster.nodePool[node]!]!;
    if (index === -1 || this.missing[index] === 0) return false;
    this.missing[index]!--;
    return true;
  }

  /** Another fault is at hand. */
  begin(): void {
    this.standIns.clear();
  }

  /** A spare for each of the lost nodes; undefined if there are not enough. */
  standInsFor(lost: readonly { readonly node: number }[]): StandIns | undefined {
    const found = new Map<number, number>();
    const taken = new Set<number>();
    for (const { node } of lost) {
      const spare = this.standIns.get(node) ?? this.readyFor(node, taken);
      if (spare === undefined) return undefined;
      found.set(node, spare);
      taken.add(spare);
    }
    return found;
  }

  /** The stand-ins go into service. How long that takes. */
  takeOver(standIns: StandIns): TimeUs {
    let takeOverUs = 0;
    for (const [lost, spare] of standIns) {
      const index = this.keptOf[this.cluster.nodePool[spare]!]!;
      takeOverUs = Math.max(takeOverUs, this.kept[index]!.takeOverUs);
      if (this.standIns.has(lost)) continue;
      this.standIns.set(lost, spare);
      this.missing[index]!++;
      this.service.remove(spare, NodeStatus.Reserved);
    }
    return takeOverUs;
  }

  private readyFor(lost: number, taken: ReadonlySet<number>): number | undefined {
    const { nodePool, nodeCount } = this.cluster;
    const pool = nodePool[lost]!;
    if (this.keptOf[pool] === -1) return undefined;
    for (let node = nodePool.indexOf(pool); node < nodeCount && nodePool[node] === pool; node++) {
      if (this.service.statusOf(node) === NodeStatus.Reserved && !taken.has(node)) return node;
    }
    return undefined;
  }
}
