import { IntegerSet } from '../kernel/integer-set.ts';
import type { NodeId } from '../model/brand.ts';
import type { Cluster } from '../model/cluster.ts';
import type { DomainLevel } from '../model/domains.ts';
import type { JobTable } from '../model/job-table.ts';
import { ClosedNodes } from './closed-nodes.ts';
import { CompanyBook } from './company-book.ts';
import { DomainIndex } from './domain-index.ts';
import { GpuLedger, WHOLE_MILLI } from './gpu-ledger.ts';
import { RUN } from './grants.ts';
import { RoomIndex } from './room-index.ts';
import { shareOf } from './share-of.ts';
import { StateClasses } from './state-classes.ts';
import type { FreeView, Gang, NO_NODE, NodeClasses, PlacementKeeps, PlacementPolicy } from '../contract/placement.ts';

/** What an index has to keep: totals alone are enough for a placement that only counts. */
export interface FreeIndexScope {
  readonly nodes: boolean;
  /** Nodes without a free GPU are looked for only by jobs that need no GPU. */
  readonly fullNodes: boolean;
  /** Some jobs share a GPU. If none does, GPUs are counted and not told apart. */
  readonly shares?: boolean;
  /** What the placement asks for beside it. Left out: nothing. */
  readonly keeps?: PlacementKeeps;
  /** Rank of each node among equals. Left out: its id. */
  readonly rankOf?: Int32Array;
}

/** What a placement needs an index of for these jobs. Shares are told apart only where there are any and it takes them. */
export function indexScope(
  jobs: JobTable,
  placement: PlacementPolicy,
  rankOf?: Int32Array,
): FreeIndexScope & { readonly shares: boolean; readonly nearData: boolean } {
  return {
    nodes: true,
    fullNodes: jobs.gpus.includes(0) && placement.granularity !== 'totals',
    shares: takesShares(jobs, placement),
    nearData: placement.patience !== undefined,
    ...(placement.keeps === undefined ? {} : { keeps: placement.keeps }),
    ...(rankOf === undefined ? {} : { rankOf }),
  };
}

/** Whether jobs stand beside each other on one GPU in a run. */
export function takesShares({ gpuMilli }: JobTable, placement: PlacementPolicy): boolean {
  return placement.shares === true && gpuMilli.some((milli) => milli > 0 && milli < WHOLE_MILLI);
}

/**
 * Free capacity of all nodes, indexed by (GPU type, free GPUs). Taking and giving cost a few steps a node; finding the
 * lowest node with so many GPUs free does not depend on the number of nodes.
 */
export class FreeIndex implements FreeView {
  readonly typeCount: number;
  /** Only where jobs share GPUs. */
  readonly ledger: GpuLedger | undefined;
  private readonly scope: FreeIndexScope;
  private readonly nodeType: Uint8Array;
  private readonly sizes: Int32Array;
  private readonly totals: Int32Array;
  /** Free thousandths of a type, kept only where jobs share GPUs. */
  private readonly milliTotals: Float64Array;
  private readonly cpuTotals: Float64Array;
  private readonly memoryTotals: Float64Array;
  private readonly nodeFree: Int32Array;
  private readonly cpuFree: Float64Array;
  private readonly memoryFree: Float64Array;
  /** Bucket of (type, free) at type x stride + free. */
  private readonly buckets: IntegerSet[] = [];
  private readonly stride: number;
  /** The same buckets by free cores and memory; made when a gang first asks for these. */
  private rooms: readonly RoomIndex[] | undefined;
  private readonly book: CompanyBook | undefined;
  private readonly states: StateClasses | undefined;
  private readonly levels: readonly { readonly level: DomainLevel; readonly index: DomainIndex }[] = [];
  private readonly closed: ClosedNodes;

  constructor(cluster: Cluster, scope: FreeIndexScope) {
    this.scope = scope;
    this.closed = new ClosedNodes(cluster);
    this.typeCount = cluster.gpuTypes.length;
    this.nodeType = cluster.nodeType;
    this.nodeFree = Int32Array.from(cluster.nodeGpus);
    this.cpuFree = Float64Array.from(cluster.nodeCpuMilli);
    this.memoryFree = Float64Array.from(cluster.nodeMemoryMiB);
    this.sizes = new Int32Array(this.typeCount);
    this.totals = new Int32Array(this.typeCount);
    this.milliTotals = new Float64Array(this.typeCount);
    this.ledger = scope.shares === true ? new GpuLedger(cluster) : undefined;
    this.cpuTotals = new Float64Array(this.typeCount);
    this.memoryTotals = new Float64Array(this.typeCount);
    for (let node = 0; node < cluster.nodeCount; node++) {
      const type = this.nodeType[node]!;
      this.totals[type] = this.totals[type]! + this.nodeFree[node]!;
      this.cpuTotals[type]! += this.cpuFree[node]!;
      this.memoryTotals[type]! += this.memoryFree[node]!;
      this.sizes[type] = Math.max(this.sizes[type]!, this.nodeFree[node]!);
    }
    this.totals.forEach((gpus, type) => (this.milliTotals[type] = WHOLE_MILLI * gpus));
    this.stride = this.sizes.reduce((max, size) => Math.max(max, size), 0) + 1;
    if (!scope.nodes) return;
    for (let type = 0; type < this.typeCount; type++) {
      for (let free = 0; free < this.stride; free++) {
        this.buckets.push(new IntegerSet(free <= this.sizes[type]! ? cluster.nodeCount : 0));
      }
    }
    for (let node = 0; node < cluster.nodeCount; node++) {
      if (this.nodeFree[node]! > 0 || scope.fullNodes) this.bucketOf(node).add(node);
    }
    this.levels = (scope.keeps?.domains ?? []).map((level) => ({ level, index: new DomainIndex(cluster, level) }));
    if (scope.keeps?.company === true) this.book = new CompanyBook(cluster.nodeCount);
    if (scope.keeps?.classes === true) this.states = this.stateClasses(cluster, scope.rankOf);
  }

  get classes(): NodeClasses {
    if (this.states === undefined) {
      throw new RangeError('nodes are not kept by state: the placement declares keeps: { classes: true, ... }');
    }
    return this.states;
  }

  domains(level: DomainLevel): DomainIndex {
    const found = this.levels.find((one) => one.level === level);
    if (found === undefined) throw new RangeError(`${level}s are not kept: the placement declares keeps.domains`);
    return found.index;
  }

  freeGpus(type: number): number {
    return this.totals[type]!;
  }

  freeMilli(type: number): number {
    return this.ledger === undefined ? WHOLE_MILLI * this.totals[type]! : this.milliTotals[type]!;
  }

  freeCpuMilli(type: number): number {
    return this.cpuTotals[type]!;
  }

  freeMemoryMiB(type: number): number {
    return this.memoryTotals[type]!;
  }

  freeGpusOn(node: NodeId): number {
    return this.nodeFree[node]!;
  }

  nodeSize(type: number): number {
    return this.sizes[type]!;
  }

  nodesWithFree(type: number, free: number): number {
    return this.buckets[type * this.stride + free]!.size;
  }

  nodeWithFree(type: number, free: number, gpus: number, gang: Gang, from: number): NodeId | typeof NO_NODE {
    const at = type * this.stride + free;
    if (gang.cpuMilli === 0 && gang.memoryMiB === 0) return this.buckets[at]!.next(from) as NodeId | typeof NO_NODE;
    const cpu = shareOf(gang.cpuMilli, gpus, gang.gpus);
    const memory = shareOf(gang.memoryMiB, gpus, gang.gpus);
    this.rooms ??= this.buckets.map((bucket) => new RoomIndex(bucket, this.cpuFree, this.memoryFree));
    return this.rooms[at]!.next(from, cpu, memory) as NodeId | typeof NO_NODE;
  }

  /** Whether a node has so many GPUs free, and the cores and memory that go with them. */
  hasRoomOn(node: number, gpus: number, gang: Gang): boolean {
    return (
      !this.closed.has(node) &&
      this.nodeFree[node]! >= gpus &&
      this.cpuFree[node]! >= shareOf(gang.cpuMilli, gpus, gang.gpus) &&
      this.memoryFree[node]! >= shareOf(gang.memoryMiB, gpus, gang.gpus)
    );
  }

  alike(node: NodeId, most: number): number {
    const bucket = this.bucketOf(node);
    return bucket.runFrom(node, most);
  }

  /** Takes a gang's runs out of what is free. */
  take(data: Int32Array, first: number, runs: number, gang: Gang): void {
    this.move(data, first, runs, gang, -1);
  }

  /** Gives a gang's runs back. */
  give(data: Int32Array, first: number, runs: number, gang: Gang): void {
    this.move(data, first, runs, gang, 1);
  }

  /**
   * A node takes no more work: nothing of it is free to anybody, whatever gangs on it give back, until `reopen`. Error
   * for an index that keeps totals alone, or shares.
   */
  close(node: number): void {
    const { states, closed, nodeFree, cpuFree, memoryFree } = this;
    if (!this.scope.nodes || this.ledger !== undefined) throw new Error('an index that closes nodes counts their GPUs');
    states?.leave(node);
    closed.add(node, nodeFree[node]!, cpuFree[node]!, memoryFree[node]!);
    this.turnOver(node, -1);
    // In no bucket, it is not found by those who ask for no GPU either.
    if (this.scope.fullNodes) this.bucketOf(node).removeRange(node, node + 1);
  }

  /** It takes work again: what nobody holds of it is free. */
  reopen(node: number): void {
    if (this.scope.fullNodes) this.bucketOf(node).add(node);
    this.turnOver(node, 1);
    this.closed.remove(node);
    this.states?.enter(node);
  }

  private move(data: Int32Array, first: number, runs: number, gang: Gang, sign: 1 | -1): void {
    if (runs === 0) return;
    const type = this.nodeType[data[first]!]!;
    if (this.ledger === undefined) this.totals[type]! += sign * gang.gpus;
    if (!this.scope.nodes) return;
    const end = first + RUN * runs;
    let named = end;
    for (let at = first; at < end; at += RUN) {
      const node = data[at]!;
      const nodes = data[at + 1]!;
      const gpus = data[at + 2]!;
      if (this.closed.count > 0) {
        this.moveAround(node, nodes, gpus, gang, sign);
        continue;
      }
      const { states } = this;
      if (states !== undefined) for (let each = node; each < node + nodes; each++) states.leave(each);
      if (this.ledger !== undefined) {
        this.moveNamed(this.ledger, data, at, named, sign * (gang.shareMilli > 0 ? gang.shareMilli : WHOLE_MILLI));
        named += nodes * gpus;
      } else if (gpus > 0) this.moveGpus(type, node, nodes, sign * gpus);
      this.moveRest(type, node, nodes, gpus, gang, sign);
      if (states !== undefined) for (let each = node; each < node + nodes; each++) states.enter(each);
    }
  }

  /** What changes on neighbours beside their GPUs. */
  private moveRest(type: number, node: number, nodes: number, gpus: number, gang: Gang, sign: 1 | -1): void {
    if (gang.cpuMilli > 0 || gang.memoryMiB > 0) this.moveShares(type, node, nodes, gpus, gang, sign);
    if (this.rooms !== undefined) this.noteRooms(this.rooms, node, nodes);
    if (this.book !== undefined) this.book.moveRange(node, nodes, gang, sign);
  }

  /** As `move`, for neighbours of which some may be closed. */
  private moveAround(first: number, nodes: number, gpus: number, gang: Gang, sign: 1 | -1): void {
    const { closed, states, book } = this;
    const type = this.nodeType[first]!;
    const end = first + nodes;
    for (let from = first, to = first; from < end; from = to) {
      to = closed.alikeFrom(from, end);
      if (closed.has(from)) {
        this.totals[type]! -= sign * gpus * (to - from);
        closed.move(from, to, gpus, gang, sign);
        book?.moveRange(from, to - from, gang, sign);
        continue;
      }
      if (states !== undefined) for (let each = from; each < to; each++) states.leave(each);
      if (gpus > 0) this.moveGpus(type, from, to - from, sign * gpus);
      this.moveRest(type, from, to - from, gpus, gang, sign);
      if (states !== undefined) for (let each = from; each < to; each++) states.enter(each);
    }
  }

  /** All that is free of a closed node goes (sign -1) or comes back. */
  private turnOver(node: number, sign: 1 | -1): void {
    const { closed, cpuFree, memoryFree } = this;
    const type = this.nodeType[node]!;
    const gpus = closed.freeGpus[node]!;
    const cpuMilli = closed.freeCpuMilli[node]!;
    const memoryMiB = closed.freeMemoryMiB[node]!;
    this.totals[type]! += sign * gpus;
    if (gpus > 0) this.moveGpus(type, node, 1, sign * gpus);
    cpuFree[node] = sign === 1 ? cpuMilli : 0;
    memoryFree[node] = sign === 1 ? memoryMiB : 0;
    // What is not modelled has no total.
    if (cpuMilli !== Infinity) this.cpuTotals[type]! += sign * cpuMilli;
    if (memoryMiB !== Infinity) this.memoryTotals[type]! += sign * memoryMiB;
    if (this.rooms !== undefined && sign === 1) this.noteRooms(this.rooms, node, 1);
  }

  /** Changes GPUs that are known by their index, those of the run at data[at], listed from data[named] on. */
  private moveNamed(ledger: GpuLedger, data: Int32Array, at: number, named: number, change: number): void {
    const first = data[at]!;
    const nodes = data[at + 1]!;
    const gpus = data[at + 2]!;
    const type = this.nodeType[first]!;
    let next = named;
    for (let node = first; node < first + nodes; node++) {
      for (let count = 0; count < gpus; count++) ledger.move(node, data[next++]!, change);
      const idle = ledger.idleOn(node) - this.nodeFree[node]!;
      this.totals[type]! += idle;
      if (idle !== 0) this.moveGpus(type, node, 1, idle);
    }
    this.milliTotals[type]! += change * gpus * nodes;
  }

  /** All nodes of a stretch with the same number free change bucket together. */
  private moveGpus(type: number, first: number, nodes: number, change: number): void {
    const { nodeFree, buckets, scope, levels } = this;
    const base = type * this.stride;
    const end = first + nodes;
    let from = first;
    while (from < end) {
      const before = nodeFree[from]!;
      const after = before + change;
      let to = from;
      while (to < end && nodeFree[to] === before) nodeFree[to++] = after;
      if (before > 0 || scope.fullNodes) buckets[base + before]!.removeRange(from, to);
      if (after > 0 || scope.fullNodes) buckets[base + after]!.addRange(from, to);
      for (let at = 0; at < levels.length; at++) levels[at]!.index.moved(from, to, before, after);
      from = to;
    }
  }

  private moveShares(type: number, first: number, nodes: number, gpus: number, gang: Gang, sign: 1 | -1): void {
    const cpu = sign * shareOf(gang.cpuMilli, gpus, gang.gpus);
    const memory = sign * shareOf(gang.memoryMiB, gpus, gang.gpus);
    for (let node = first; node < first + nodes; node++) {
      this.cpuFree[node]! += cpu;
      this.memoryFree[node]! += memory;
    }
    this.cpuTotals[type]! += cpu * nodes;
    this.memoryTotals[type]! += memory * nodes;
  }

  /** Nodes have come into other buckets, or have other cores and memory free. */
  private noteRooms(rooms: readonly RoomIndex[], first: number, nodes: number): void {
    const { nodeFree, nodeType, scope } = this;
    for (let node = first; node < first + nodes; node++) {
      const free = nodeFree[node]!;
      if (free > 0 || scope.fullNodes) rooms[nodeType[node]! * this.stride + free]!.rose(node);
    }
  }

  private stateClasses(cluster: Cluster, rankOf: Int32Array | undefined): StateClasses {
    const columns = { freeGpus: this.nodeFree, freeCpuMilli: this.cpuFree, freeMemoryMiB: this.memoryFree };
    const ranks = rankOf ?? Int32Array.from({ length: cluster.nodeCount }, (_, node) => node);
    return new StateClasses(cluster, columns, ranks, this.ledger, this.book);
  }

  private bucketOf(node: number): IntegerSet {
    return this.buckets[this.nodeType[node]! * this.stride + this.nodeFree[node]!]!;
  }
}
