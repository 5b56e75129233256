import type { TimeUs } from '../../kernel/clock.ts';
import type { Cluster } from '../../model/cluster.ts';
import { NodeStatus } from '../../model/node-status.ts';
import { sparesAtFirst, type SpareNodes } from '../../model/spare-nodes.ts';
import type { ServiceBoard } from './service-board.ts';

/** Lost nodes, and the spare that stands in for each. */
export type StandIns = ReadonlyMap<number, number>;

/**
 * Nodes that are kept out of scheduling to stand in for lost ones of their pool. A spare that is in repair comes back as
 * a spare; for one that has stood in, the next node of the pool that comes back from repair is kept. Where there are too
 * few, what there is goes into service, and no node is kept as long as a stopped gang waits for room.
 */
export class Spares {
  private readonly kept: readonly SpareNodes[];
  private readonly isShort: () => boolean;
  private readonly cluster: Cluster;
  private readonly service: ServiceBoard;
  /** Per pool: which of `kept` has its spares, or -1; and spares that it is short of. */
  private readonly keptOf: Int32Array;
  private readonly missing: Int32Array;
  /** For the fault at hand: whom it has cost a node shared by several gangs has one spare for all of them. */
  private readonly standIns = new Map<number, number>();

  /** `isShort` says whether a stopped gang waits for room. */
  constructor(kept: readonly SpareNodes[], cluster: Cluster, service: ServiceBoard, isShort: () => boolean) {
    this.kept = kept;
    this.isShort = isShort;
    this.cluster = cluster;
    this.service = service;
    this.keptOf = new Int32Array(cluster.pools.length).fill(-1);
    this.missing = new Int32Array(kept.length);
    kept.forEach((spares, index) => {
      this.keptOf[spares.pool] = index;
      const [from, to] = sparesAtFirst(spares, cluster);
      for (let node = from; node < to; node++) service.add(node, NodeStatus.Reserved);
    });
  }

  /** Whether a node that comes back is a spare from now on. */
  keepBack(node: number, isSpare: boolean): boolean {
    const index = this.keptOf[this.cluster.nodePool[node]!]!;
    if (index === -1) return false;
    const isKept = !this.isShort() && (isSpare || this.missing[index]! > 0);
    this.missing[index]! += Number(isSpare) - Number(isKept);
    return isKept;
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
      this.intoService(spare);
    }
    return takeOverUs;
  }

  /** There are too few for all of them: those that there are go into service, for the gang to be started from the queue. */
  release(lost: readonly { readonly node: number }[]): void {
    for (const { node } of lost) {
      const spare = this.readyFor(node, new Set());
      if (spare !== undefined) this.intoService(spare);
    }
  }

  private intoService(spare: number): void {
    this.missing[this.keptOf[this.cluster.nodePool[spare]!]!]!++;
    this.service.remove(spare, NodeStatus.Reserved);
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
