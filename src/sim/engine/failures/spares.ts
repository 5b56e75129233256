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
 * few, what there is goes into service, and no node is kept as long as a stopped gang waits for room. Some spares are for
 * some jobs alone: those jobs take these first.
 */
export class Spares {
  private readonly kept: readonly SpareNodes[];
  private readonly isShort: () => boolean;
  private readonly cluster: Cluster;
  private readonly service: ServiceBoard;
  /** Per node that is a spare: which of `kept` it belongs to. */
  private readonly keptOf: Int32Array;
  /** Per one of `kept`: spares that it is short of. */
  private readonly missing: Int32Array;
  /** For the fault at hand: whom it has cost a node shared by several gangs has one spare for all of them. */
  private readonly standIns = new Map<number, number>();

  /** `isShort` says whether a stopped gang waits for room. */
  constructor(kept: readonly SpareNodes[], cluster: Cluster, service: ServiceBoard, isShort: () => boolean) {
    this.kept = kept;
    this.isShort = isShort;
    this.cluster = cluster;
    this.service = service;
    this.keptOf = new Int32Array(cluster.nodeCount);
    this.missing = new Int32Array(kept.length);
    sparesAtFirst(kept, cluster).forEach(([from, to], index) => {
      this.keptOf.fill(index, from, to);
      for (let node = from; node < to; node++) service.add(node, NodeStatus.Reserved);
    });
  }

  /** Whether a node that comes back is a spare from now on. */
  keepBack(node: number, isSpare: boolean): boolean {
    const pool = this.cluster.nodePool[node]!;
    // Those that the scenario lists first are filled up first.
    const lacks = ({ pool: ofPool }: SpareNodes, index: number): boolean => ofPool === pool && this.missing[index]! > 0;
    if (isSpare) this.missing[this.keptOf[node]!]!++;
    const index = isSpare ? this.keptOf[node]! : this.kept.findIndex(lacks);
    if (index === -1 || this.isShort()) return false;
    this.missing[index]!--;
    this.keptOf[node] = index;
    return true;
  }

  /** Another fault is at hand. */
  begin(): void {
    this.standIns.clear();
  }

  /** A spare for each of the nodes that a job has lost; undefined if there are not enough. */
  standInsFor(job: number, lost: readonly { readonly node: number }[]): StandIns | undefined {
    const found = new Map<number, number>();
    const taken = new Set<number>();
    for (const { node } of lost) {
      const spare = this.standIns.get(node) ?? this.readyFor(job, node, taken);
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
      takeOverUs = Math.max(takeOverUs, this.kept[this.keptOf[spare]!]!.takeOverUs);
      if (this.standIns.has(lost)) continue;
      this.standIns.set(lost, spare);
      this.intoService(spare);
    }
    return takeOverUs;
  }

  /** There are too few for all of them: those that there are go into service, for the gang to be started from the queue. */
  release(job: number, lost: readonly { readonly node: number }[]): void {
    for (const { node } of lost) {
      const spare = this.readyFor(job, node, new Set());
      if (spare !== undefined) this.intoService(spare);
    }
  }

  private intoService(spare: number): void {
    this.missing[this.keptOf[spare]!]!++;
    this.service.remove(spare, NodeStatus.Reserved);
  }

  /** The first spare of the lost node's pool that stands ready for the job: of its own, else of those for all. */
  private readyFor(job: number, lost: number, taken: ReadonlySet<number>): number | undefined {
    const { nodePool, nodeCount } = this.cluster;
    const pool = nodePool[lost]!;
    let forAll: number | undefined;
    for (let node = nodePool.indexOf(pool); node < nodeCount && nodePool[node] === pool; node++) {
      if (this.service.statusOf(node) !== NodeStatus.Reserved || taken.has(node)) continue;
      const { jobs } = this.kept[this.keptOf[node]!]!;
      if (jobs?.has(job) === true) return node;
      if (jobs === undefined) forAll ??= node;
    }
    return forAll;
  }
}
