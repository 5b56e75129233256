import type { Company, Gang, NodeClasses } from '../contract/placement.ts';
import type { NodeId } from '../model/brand.ts';
import type { Cluster } from '../model/cluster.ts';
import type { CompanyBook } from './company-book.ts';
import type { GpuLedger } from './gpu-ledger.ts';
import { RankHeap } from './rank-heap.ts';

/** What of the free index a node's state is made of. */
export interface NodeColumns {
  readonly freeGpus: Int32Array;
  readonly freeCpuMilli: Float64Array;
  readonly freeMemoryMiB: Float64Array;
}

const NO_SLOT = -1;
const WHOLE_MILLI = 1000;
/** A power of two. */
const TOUCHES_KEPT = 4096;

/**
 * Nodes by state. A node leaves its class before its state changes and enters another after; finding that costs one
 * look into a hash table, in which a class is known by any of its nodes.
 */
export class StateClasses implements NodeClasses {
  changes = 0;
  slots = 0;
  touches = 0;
  readonly touchesKept = TOUCHES_KEPT;
  /** The slot of touch t at t modulo TOUCHES_KEPT. */
  private readonly touchLog = new Int32Array(TOUCHES_KEPT);
  private readonly cluster: Cluster;
  private readonly columns: NodeColumns;
  private readonly ledger: GpuLedger | undefined;
  private readonly book: CompanyBook | undefined;
  private readonly rankOf: Int32Array;
  /** Nodes that were alike before anything was placed have the same kind. */
  private readonly kindOf: Int32Array;
  /** Per node. */
  private readonly slotOf: Int32Array;
  private readonly placeOf: Int32Array;
  /** Per slot: its nodes, its hash, its place in `listed`, and how often slots have been given out when it was. */
  private readonly heaps: RankHeap[] = [];
  private hashes = new Int32Array(64);
  private listPlace = new Int32Array(64);
  private stamps = new Float64Array(64);
  private given = 0;
  private readonly unused: number[] = [];
  /** Slots in use: listed[0 .. length-1]. */
  private listed = new Int32Array(64);
  private count = 0;
  /** Open addressing over slots; its length is a power of two. */
  private table = new Int32Array(256).fill(NO_SLOT);

  constructor(
    cluster: Cluster,
    columns: NodeColumns,
    rankOf: Int32Array,
    ledger: GpuLedger | undefined,
    book: CompanyBook | undefined,
  ) {
    this.cluster = cluster;
    this.columns = columns;
    this.rankOf = rankOf;
    this.ledger = ledger;
    this.book = book;
    this.kindOf = kindsOf(cluster);
    this.slotOf = new Int32Array(cluster.nodeCount);
    this.placeOf = new Int32Array(cluster.nodeCount);
    const byRank = new Int32Array(cluster.nodeCount);
    rankOf.forEach((rank, node) => (byRank[rank] = node));
    for (const node of byRank) this.enter(node);
  }

  get length(): number {
    return this.count;
  }

  slot(index: number): number {
    return this.listed[index]!;
  }

  stamp(slot: number): number {
    return this.stamps[slot]!;
  }

  nodes(slot: number): number {
    return this.heaps[slot]!.size;
  }

  first(slot: number): NodeId {
    return this.heaps[slot]!.nodes[0]! as NodeId;
  }

  member(slot: number, index: number): NodeId {
    return this.heaps[slot]!.nodes[index]! as NodeId;
  }

  touched(index: number): number {
    return this.touchLog[index & (TOUCHES_KEPT - 1)]!;
  }

  rank(node: NodeId): number {
    return this.rankOf[node]!;
  }

  type(node: NodeId): number {
    return this.cluster.nodeType[node]!;
  }

  gpus(node: NodeId): number {
    return this.cluster.nodeGpus[node]!;
  }

  idleGpus(node: NodeId): number {
    return this.columns.freeGpus[node]!;
  }

  freeMilli(node: NodeId): number {
    return this.ledger === undefined ? WHOLE_MILLI * this.columns.freeGpus[node]! : this.ledger.milliOn(node);
  }

  gpuMilli(node: NodeId, gpu: number): number {
    // Without shares which GPUs are busy is nobody's business: the lowest are said to be free.
    return this.ledger === undefined ? this.kthFreest(node, gpu) : this.ledger.gpuMilli(node, gpu);
  }

  kthFreest(node: NodeId, k: number): number {
    if (this.ledger !== undefined) return this.ledger.kthFreest(node, k);
    return k < this.columns.freeGpus[node]! ? WHOLE_MILLI : 0;
  }

  cpuMilli(node: NodeId): number {
    return this.cluster.nodeCpuMilli[node]!;
  }

  memoryMiB(node: NodeId): number {
    return this.cluster.nodeMemoryMiB[node]!;
  }

  freeCpuMilli(node: NodeId): number {
    return this.columns.freeCpuMilli[node]!;
  }

  freeMemoryMiB(node: NodeId): number {
    return this.columns.freeMemoryMiB[node]!;
  }

  company(node: NodeId, gang: Gang): Company {
    if (this.book === undefined) throw new RangeError('a placement that asks for company declares keeps.company: true');
    return this.book.company(node, gang);
  }

  /** Takes a node out of its class: its state is about to change. */
  leave(node: number): void {
    this.changes++;
    const slot = this.slotOf[node]!;
    const heap = this.heaps[slot]!;
    this.touch(slot);
    if (heap.size === 1) this.close(slot);
    heap.remove(this.placeOf[node]!, this.rankOf, this.placeOf);
  }

  /** Puts a node into the class of its state. */
  enter(node: number): void {
    const hash = this.hashOf(node);
    const mask = this.table.length - 1;
    let at = hash & mask;
    for (let slot = this.table[at]!; slot !== NO_SLOT; slot = this.table[at]!) {
      if (this.hashes[slot] === hash && this.alike(node, this.heaps[slot]!.nodes[0]!)) {
        this.slotOf[node] = slot;
        this.heaps[slot]!.add(node, this.rankOf, this.placeOf);
        this.touch(slot);
        return;
      }
      at = (at + 1) & mask;
    }
    this.open(node, hash, at);
  }

  private touch(slot: number): void {
    this.touchLog[this.touches++ & (TOUCHES_KEPT - 1)] = slot;
  }

  private open(node: number, hash: number, at: number): void {
    let slot = this.unused.pop();
    if (slot === undefined) {
      slot = this.slots++;
      if (slot === this.hashes.length) this.grow();
      this.heaps.push(new RankHeap());
    }
    this.table[at] = slot;
    this.hashes[slot] = hash;
    this.stamps[slot] = ++this.given;
    this.listPlace[slot] = this.count;
    this.listed[this.count++] = slot;
    this.slotOf[node] = slot;
    this.heaps[slot]!.add(node, this.rankOf, this.placeOf);
    this.touch(slot);
    if (2 * this.count > this.table.length) this.rehash();
  }

  /** Forgets a slot whose last node is about to leave. */
  private close(slot: number): void {
    const { table } = this;
    const mask = table.length - 1;
    let hole = this.hashes[slot]! & mask;
    while (table[hole] !== slot) hole = (hole + 1) & mask;
    // Entries behind the hole move up, unless that would put them before the place where their search begins.
    for (let at = (hole + 1) & mask; table[at] !== NO_SLOT; at = (at + 1) & mask) {
      const home = this.hashes[table[at]!]! & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      table[hole] = table[at]!;
      hole = at;
    }
    table[hole] = NO_SLOT;
    const last = this.listed[--this.count]!;
    const place = this.listPlace[slot]!;
    this.listed[place] = last;
    this.listPlace[last] = place;
    this.unused.push(slot);
  }

  private rehash(): void {
    const table = new Int32Array(2 * this.table.length).fill(NO_SLOT);
    const mask = table.length - 1;
    for (let index = 0; index < this.count; index++) {
      const slot = this.listed[index]!;
      let at = this.hashes[slot]! & mask;
      while (table[at] !== NO_SLOT) at = (at + 1) & mask;
      table[at] = slot;
    }
    this.table = table;
  }

  private grow(): void {
    const slots = 2 * this.hashes.length;
    const hashes = new Int32Array(slots);
    hashes.set(this.hashes);
    this.hashes = hashes;
    const listPlace = new Int32Array(slots);
    listPlace.set(this.listPlace);
    this.listPlace = listPlace;
    const stamps = new Float64Array(slots);
    stamps.set(this.stamps);
    this.stamps = stamps;
    const listed = new Int32Array(slots);
    listed.set(this.listed);
    this.listed = listed;
  }

  private hashOf(node: number): number {
    const { columns, ledger, book } = this;
    let hash = mix(this.kindOf[node]!, columns.freeGpus[node]!);
    hash = mixNumber(hash, columns.freeCpuMilli[node]!);
    hash = mixNumber(hash, columns.freeMemoryMiB[node]!);
    if (book !== undefined) hash = mix(hash, book.setOf(node));
    if (ledger === undefined) return hash;
    const gpus = this.cluster.nodeGpus[node]!;
    for (let k = 0; k < gpus; k++) hash = mix(hash, ledger.kthFreest(node, k));
    return hash;
  }

  private alike(one: number, other: number): boolean {
    const { columns, ledger, book } = this;
    if (
      this.kindOf[one] !== this.kindOf[other] ||
      columns.freeGpus[one] !== columns.freeGpus[other] ||
      columns.freeCpuMilli[one] !== columns.freeCpuMilli[other] ||
      columns.freeMemoryMiB[one] !== columns.freeMemoryMiB[other] ||
      book?.setOf(one) !== book?.setOf(other)
    ) {
      return false;
    }
    if (ledger === undefined) return true;
    for (let k = this.cluster.nodeGpus[one]! - 1; k >= 0; k--) {
      if (ledger.kthFreest(one, k) !== ledger.kthFreest(other, k)) return false;
    }
    return true;
  }
}

/** Numbers the sets of nodes with the same type, GPUs, cores and memory. */
function kindsOf({ nodeCount, nodePool, nodeType, nodeGpus, nodeCpuMilli, nodeMemoryMiB }: Cluster): Int32Array {
  const kinds = new Map<string, number>();
  const kindOf = new Int32Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    // Nodes of a pool are alike: the key is made once a pool.
    if (node > 0 && nodePool[node] === nodePool[node - 1]) {
      kindOf[node] = kindOf[node - 1]!;
      continue;
    }
    const key = `${nodeType[node]} ${nodeGpus[node]} ${nodeCpuMilli[node]} ${nodeMemoryMiB[node]}`;
    const kind = kinds.get(key) ?? kinds.size;
    kinds.set(key, kind);
    kindOf[node] = kind;
  }
  return kindOf;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** Mixes in a number >= 0 beyond 32 bits; not modelled (Infinity) counts as 0. */
function mixNumber(hash: number, value: number): number {
  if (value === Infinity) return mix(hash, 0);
  return mix(mix(hash, value | 0), Math.floor(value / 0x1_0000_0000));
}
