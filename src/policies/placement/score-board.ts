import { type Gang, NO_NODE, type NodeClasses } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';

/** How a class of nodes is judged for a gang. Pure, and the same for all nodes of a class. */
export interface Judge {
  /** Whether a node can hold the gang now. */
  carries(gang: Gang, node: NodeId, nodes: NodeClasses): boolean;
  /** Higher is better; never NaN. Asked only of nodes that carry. */
  score(gang: Gang, node: NodeId, nodes: NodeClasses): number;
}

/** Kinds of gangs whose boards are kept at once; a power of two. */
const BOARDS = 128;
/** Places at which the board of a kind of gang may stand. */
const PROBES = 8;
const ABSENT = -1;

/**
 * The best class of nodes for each kind of gang. Placing a gang changes few classes, so a board only looks at those that
 * were touched since it was last asked; the cost does not grow with the number of classes. Forgetting a board costs time
 * and changes no answer.
 */
export class ScoreBoards {
  private readonly judge: Judge;
  /** Boards on the nodes as they are, and on those of a projection, which is asked in between. */
  private readonly rooms: { nodes: NodeClasses; readonly boards: (Board | undefined)[] }[] = [];

  constructor(judge: Judge) {
    this.judge = judge;
  }

  /** The node with the highest score, of several that which ranks first; NO_NODE if none carries the gang. */
  best(gang: Gang, nodes: NodeClasses): NodeId | typeof NO_NODE {
    return this.boardOf(gang, nodes).best(nodes, this.judge);
  }

  private boardOf(gang: Gang, nodes: NodeClasses): Board {
    const boards = this.boardsOf(nodes);
    const home = hashOf(gang);
    let place = home;
    for (let probe = 0; probe < PROBES; probe++) {
      place = (home + probe) & (BOARDS - 1);
      const board = boards[place];
      if (board === undefined) break;
      if (asksForTheSame(board.gang, gang)) return board;
      // All places are taken: the last one is given up.
    }
    return (boards[place] = new Board(gang, nodes.slots));
  }

  private boardsOf(nodes: NodeClasses): (Board | undefined)[] {
    const { rooms } = this;
    for (let at = 0; at < rooms.length; at++) if (rooms[at]!.nodes === nodes) return rooms[at]!.boards;
    const boards = new Array<Board | undefined>(BOARDS).fill(undefined);
    if (rooms.length === 2) rooms.shift();
    rooms.push({ nodes, boards });
    return boards;
  }
}

/** Classes that carry a gang, the best on top: a binary heap of slots, each of which knows its place. */
class Board {
  readonly gang: Gang;
  private heap: Int32Array;
  private size = 0;
  /** By slot: its place in the heap, or ABSENT. */
  private placeOf: Int32Array;
  /** By slot: the score, and the stamp for which it was worked out. */
  private scores: Float64Array;
  private stamps: Float64Array;
  /** By slot in the heap: the rank of its first node. */
  private ranks: Int32Array;
  /** Touches that have been looked at; -1: none ever. */
  private seen = -1;

  constructor(gang: Gang, slots: number) {
    this.gang = gang;
    this.heap = new Int32Array(slots);
    this.placeOf = new Int32Array(slots).fill(ABSENT);
    this.scores = new Float64Array(slots);
    this.stamps = new Float64Array(slots);
    this.ranks = new Int32Array(slots);
  }

  best(nodes: NodeClasses, judge: Judge): NodeId | typeof NO_NODE {
    if (this.placeOf.length < nodes.slots) this.widen(nodes.slots);
    const behind = nodes.touches - this.seen;
    if (this.seen === -1 || behind > nodes.touchesKept || behind > nodes.length) this.lookAtAll(nodes, judge);
    else for (let at = this.seen; at < nodes.touches; at++) this.lookAt(nodes.touched(at), nodes, judge);
    this.seen = nodes.touches;
    return this.size === 0 ? NO_NODE : nodes.first(this.heap[0]!);
  }

  private lookAtAll(nodes: NodeClasses, judge: Judge): void {
    this.size = 0;
    this.placeOf.fill(ABSENT);
    for (let index = 0; index < nodes.length; index++) this.lookAt(nodes.slot(index), nodes, judge);
  }

  /** A class has come or gone, or other nodes are in it. */
  private lookAt(slot: number, nodes: NodeClasses, judge: Judge): void {
    const place = this.placeOf[slot]!;
    const node = nodes.nodes(slot) > 0 ? nodes.first(slot) : NO_NODE;
    if (node === NO_NODE || !judge.carries(this.gang, node, nodes)) {
      if (place !== ABSENT) this.remove(slot, place);
      return;
    }
    const rank = nodes.rank(node);
    const isKnown = this.stamps[slot] === nodes.stamp(slot);
    if (place !== ABSENT && isKnown && this.ranks[slot] === rank) return;
    if (!isKnown) {
      this.scores[slot] = judge.score(this.gang, node, nodes);
      this.stamps[slot] = nodes.stamp(slot);
    }
    this.ranks[slot] = rank;
    this.sink(slot, this.rise(slot, place === ABSENT ? this.size++ : place));
  }

  private remove(slot: number, place: number): void {
    this.placeOf[slot] = ABSENT;
    const last = this.heap[--this.size]!;
    if (last !== slot) this.sink(last, this.rise(last, place));
  }

  private isBefore(one: number, other: number): boolean {
    const { scores, ranks } = this;
    return scores[one]! > scores[other]! || (scores[one] === scores[other] && ranks[one]! < ranks[other]!);
  }

  /** Puts a slot at a place or above it; where it stands then. */
  private rise(slot: number, from: number): number {
    const { heap, placeOf } = this;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const other = heap[parent]!;
      if (!this.isBefore(slot, other)) break;
      heap[place] = other;
      placeOf[other] = place;
      place = parent;
    }
    heap[place] = slot;
    placeOf[slot] = place;
    return place;
  }

  /** Puts a slot at a place or below it. */
  private sink(slot: number, from: number): void {
    const { heap, placeOf, size } = this;
    let place = from;
    for (let child = 2 * place + 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && this.isBefore(heap[child + 1]!, heap[child]!)) child++;
      const other = heap[child]!;
      if (!this.isBefore(other, slot)) break;
      heap[place] = other;
      placeOf[other] = place;
      place = child;
    }
    heap[place] = slot;
    placeOf[slot] = place;
  }

  private widen(slots: number): void {
    const wider = Math.max(slots, 2 * this.placeOf.length);
    const widened = <Column extends Int32Array | Float64Array>(from: Column, to: Column): Column => {
      to.set(from);
      return to;
    };
    this.heap = widened(this.heap, new Int32Array(wider));
    this.placeOf = widened(this.placeOf, new Int32Array(wider).fill(ABSENT));
    this.scores = widened(this.scores, new Float64Array(wider));
    this.stamps = widened(this.stamps, new Float64Array(wider));
    this.ranks = widened(this.ranks, new Int32Array(wider));
  }
}

function asksForTheSame(a: Gang, b: Gang): boolean {
  return (
    a.gpus === b.gpus &&
    a.shareMilli === b.shareMilli &&
    a.cpuMilli === b.cpuMilli &&
    a.memoryMiB === b.memoryMiB &&
    a.typeMask === b.typeMask
  );
}

function hashOf({ gpus, shareMilli, cpuMilli, memoryMiB, typeMask }: Gang): number {
  let hash = Math.imul(gpus, 0x9e3779b1) ^ shareMilli ^ Math.imul(typeMask, 0x27d4eb2f);
  hash = Math.imul(hash ^ (cpuMilli | 0), 0x85ebca6b);
  hash = Math.imul(hash ^ (memoryMiB | 0) ^ (hash >>> 15), 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) & (BOARDS - 1);
}
