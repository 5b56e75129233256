import { type Gang, NO_NODE, type NodeClasses } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import { GangBoard, GangBoards, widened } from './gang-board.ts';

/** How a class of nodes is judged for a gang. Pure, and the same for all nodes of a class. */
export interface Judge {
  /** Whether a node can hold the gang now. */
  carries(gang: Gang, node: NodeId, nodes: NodeClasses): boolean;
  /** Higher is better; never NaN. Asked only of nodes that carry. */
  score(gang: Gang, node: NodeId, nodes: NodeClasses): number;
}

const ABSENT = -1;

/** The best class of nodes for each kind of gang. */
export class ScoreBoards {
  private readonly boards: GangBoards<ScoreBoard>;

  constructor(judge: Judge) {
    this.boards = new GangBoards((gang) => new ScoreBoard(gang, judge));
  }

  /** The node with the highest score, of several that which ranks first; NO_NODE if none carries the gang. */
  best(gang: Gang, nodes: NodeClasses): NodeId | typeof NO_NODE {
    return this.boards.boardOf(gang, nodes).best(nodes);
  }
}

/** Classes that carry a gang, the best on top: a binary heap of slots, each of which knows its place. */
class ScoreBoard extends GangBoard {
  private readonly judge: Judge;
  private heap = new Int32Array(0);
  private size = 0;
  /** By slot: its place in the heap, or ABSENT. */
  private placeOf = new Int32Array(0);
  /** By slot: the score, and the stamp for which it was worked out. */
  private scores = new Float64Array(0);
  private stamps = new Float64Array(0);
  /** By slot in the heap: the rank of its first node. */
  private ranks = new Int32Array(0);

  constructor(gang: Gang, judge: Judge) {
    super(gang);
    this.judge = judge;
  }

  best(nodes: NodeClasses): NodeId | typeof NO_NODE {
    this.catchUp(nodes);
    return this.size === 0 ? NO_NODE : nodes.first(this.heap[0]!);
  }

  protected clear(): void {
    this.size = 0;
    this.placeOf.fill(ABSENT);
  }

  protected lookAt(slot: number, node: NodeId | typeof NO_NODE, nodes: NodeClasses): void {
    const { judge, gang } = this;
    const place = this.placeOf[slot]!;
    if (node === NO_NODE || !judge.carries(gang, node, nodes)) {
      if (place !== ABSENT) this.remove(slot, place);
      return;
    }
    const rank = nodes.rank(node);
    const isKnown = this.stamps[slot] === nodes.stamp(slot);
    if (place !== ABSENT && isKnown && this.ranks[slot] === rank) return;
    if (!isKnown) {
      this.scores[slot] = judge.score(gang, node, nodes);
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

  protected widen(slots: number): void {
    this.heap = widened(this.heap, new Int32Array(slots));
    this.placeOf = widened(this.placeOf, new Int32Array(slots).fill(ABSENT));
    this.scores = widened(this.scores, new Float64Array(slots));
    this.stamps = widened(this.stamps, new Float64Array(slots));
    this.ranks = widened(this.ranks, new Int32Array(slots));
  }
}
