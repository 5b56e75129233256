import type { QuotaTree } from '../../sim/model/quota-tree.ts';

/**
 * Whether a queue is served before a sibling; `leaf` and `siblingLeaf` are the queues without children, at or below
 * them, whose turn it would be.
 */
export type TurnOrder = (queue: number, sibling: number, leaf: number, siblingLeaf: number) => boolean;

/**
 * Whose turn it is: down the tree, at each level to the open queue that comes first, the earlier one on ties. What was
 * found is kept, so that a turn costs a look at the siblings on one way up, however many queues there are.
 */
export class QueueTurns {
  private readonly tree: QuotaTree;
  private readonly comesBefore: TurnOrder;
  /** First child and next sibling of each queue, -1 where there is none. */
  private readonly firstChild: Int32Array;
  private readonly sibling: Int32Array;
  private readonly top: number;
  private readonly isOpen: Uint8Array;
  /** Whose turn it is at or below each queue, -1 if nobody is open. */
  private readonly turn: Int32Array;

  constructor(tree: QuotaTree, comesBefore: TurnOrder) {
    this.tree = tree;
    this.comesBefore = comesBefore;
    this.firstChild = new Int32Array(tree.count).fill(-1);
    this.sibling = new Int32Array(tree.count).fill(-1);
    this.isOpen = new Uint8Array(tree.count);
    this.turn = new Int32Array(tree.count);
    let top = -1;
    for (let queue = tree.count - 1; queue >= 0; queue--) {
      const parent = tree.parent[queue]!;
      this.sibling[queue] = parent < 0 ? top : this.firstChild[parent]!;
      if (parent < 0) top = queue;
      else this.firstChild[parent] = queue;
    }
    this.top = top;
  }

  /** Opens all queues without children of which `isOpen` says so, and closes the others. */
  openWhere(isOpen: (queue: number) => boolean): void {
    const { tree, firstChild, turn } = this;
    for (let queue = tree.count - 1; queue >= 0; queue--) {
      if (firstChild[queue]! < 0) this.isOpen[queue] = isOpen(queue) ? 1 : 0;
      turn[queue] = this.turnAt(queue);
    }
  }

  /** Something about a queue without children has changed: what it asks for, what it holds, or that it is closed now. */
  changed(queue: number, isOpen: boolean): void {
    this.isOpen[queue] = isOpen ? 1 : 0;
    for (let at = queue; at >= 0; at = this.tree.parent[at]!) this.turn[at] = this.turnAt(at);
  }

  /** The queue whose turn it is, one without children; -1 if none is open. */
  next(): number {
    return this.firstOf(this.top);
  }

  private turnAt(queue: number): number {
    const child = this.firstChild[queue]!;
    if (child >= 0) return this.firstOf(child);
    return this.isOpen[queue] === 1 ? queue : -1;
  }

  private firstOf(level: number): number {
    const { sibling, turn, comesBefore } = this;
    let best = -1;
    for (let queue = level; queue >= 0; queue = sibling[queue]!) {
      if (turn[queue]! < 0) continue;
      if (best < 0 || comesBefore(queue, best, turn[queue]!, turn[best]!)) best = queue;
    }
    return best < 0 ? -1 : turn[best]!;
  }
}
