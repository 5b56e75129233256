import { type Gang, NO_NODE, type NodeClasses } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import { GangBoard, GangBoards, widened } from './gang-board.ts';
import type { Judge } from './score-board.ts';

/** For each kind of gang, how many nodes of each class carry it. */
export class DrawBoards {
  private readonly boards: GangBoards<DrawBoard>;

  constructor(carries: Judge['carries']) {
    this.boards = new GangBoards((gang) => new DrawBoard(gang, carries));
  }

  /** Nodes that carry the gang. */
  count(gang: Gang, nodes: NodeClasses): number {
    return this.boards.boardOf(gang, nodes).count(nodes);
  }

  /**
   * Of the nodes that carry the gang that at `drawn`, in [0, 1), of the line in which they stand in no particular order;
   * NO_NODE if none does. With an even draw each is as likely as the others.
   */
  drawn(gang: Gang, nodes: NodeClasses, drawn: number): NodeId | typeof NO_NODE {
    return this.boards.boardOf(gang, nodes).drawn(nodes, drawn);
  }
}

/** Nodes by slot in a Fenwick tree: a class changes, and the n-th node is found, in as many steps as slots have bits. */
class DrawBoard extends GangBoard {
  private readonly carries: Judge['carries'];
  /** By slot: nodes that carry the gang. */
  private carrying = new Int32Array(0);
  /** At slot + 1 the nodes of it and of as many slots before it as its lowest set bit says, less one. */
  private sums = new Int32Array(1);
  /** The largest power of two that `sums` has a place for. */
  private widest = 0;
  private total = 0;

  constructor(gang: Gang, carries: Judge['carries']) {
    super(gang);
    this.carries = carries;
  }

  count(nodes: NodeClasses): number {
    this.catchUp(nodes);
    return this.total;
  }

  drawn(nodes: NodeClasses, drawn: number): NodeId | typeof NO_NODE {
    this.catchUp(nodes);
    const { sums, total } = this;
    if (total === 0) return NO_NODE;
    let before = Math.floor(drawn * total);
    let slot = 0;
    for (let width = this.widest; width > 0; width >>>= 1) {
      const end = slot + width;
      if (end >= sums.length || sums[end]! > before) continue;
      before -= sums[end]!;
      slot = end;
    }
    return nodes.member(slot, before);
  }

  protected clear(): void {
    this.total = 0;
    this.carrying.fill(0);
    this.sums.fill(0);
  }

  protected lookAt(slot: number, node: NodeId | typeof NO_NODE, nodes: NodeClasses): void {
    const count = node !== NO_NODE && this.carries(this.gang, node, nodes) ? nodes.nodes(slot) : 0;
    const more = count - this.carrying[slot]!;
    if (more === 0) return;
    this.carrying[slot] = count;
    this.add(slot, more);
  }

  private add(slot: number, more: number): void {
    const { sums } = this;
    this.total += more;
    for (let at = slot + 1; at < sums.length; at += at & -at) sums[at] = sums[at]! + more;
  }

  protected widen(slots: number): void {
    this.carrying = widened(this.carrying, new Int32Array(slots));
    this.sums = new Int32Array(slots + 1);
    this.widest = 1 << (31 - Math.clz32(slots));
    this.total = 0;
    for (let slot = 0; slot < slots; slot++) if (this.carrying[slot]! > 0) this.add(slot, this.carrying[slot]!);
  }
}
