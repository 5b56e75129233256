import { type Gang, NO_NODE, type NodeClasses } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';

/**
 * What a placement keeps of all classes of nodes for one kind of gang. Placing a gang changes few classes, so a board only
 * looks at those that were touched since it was last asked; the cost does not grow with the number of classes. Forgetting
 * a board costs time and changes no answer.
 */
export abstract class GangBoard {
  readonly gang: Gang;
  /** Slots that there is room for. */
  private slots = 0;
  /** Touches that have been looked at; -1: none ever. */
  private seen = -1;

  constructor(gang: Gang) {
    this.gang = gang;
  }

  /** Looks at what has changed since the last time; call it before anything is read. */
  protected catchUp(nodes: NodeClasses): void {
    if (nodes.slots > this.slots) {
      this.slots = Math.max(nodes.slots, 2 * this.slots);
      this.widen(this.slots);
    }
    const behind = nodes.touches - this.seen;
    if (this.seen === -1 || behind > nodes.touchesKept || behind > nodes.length) {
      this.clear();
      for (let index = 0; index < nodes.length; index++) this.lookAtSlot(nodes.slot(index), nodes);
    } else for (let at = this.seen; at < nodes.touches; at++) this.lookAtSlot(nodes.touched(at), nodes);
    this.seen = nodes.touches;
  }

  private lookAtSlot(slot: number, nodes: NodeClasses): void {
    this.lookAt(slot, nodes.nodes(slot) > 0 ? nodes.first(slot) : NO_NODE, nodes);
  }

  /** Makes room for so many slots, without forgetting any. */
  protected abstract widen(slots: number): void;

  /** Forgets all classes: those that there are will be looked at. */
  protected abstract clear(): void;

  /** A class has come, or other nodes are in it, of which `node` ranks first; or it has gone: then it is NO_NODE. */
  protected abstract lookAt(slot: number, node: NodeId | typeof NO_NODE, nodes: NodeClasses): void;
}

/** Kinds of gangs whose boards are kept at once; a power of two. */
const BOARDS = 128;
/** Places at which the board of a kind of gang may stand. */
const PROBES = 8;

/** The boards of the kinds of gangs that were asked for last. */
export class GangBoards<Board extends GangBoard> {
  private readonly make: (gang: Gang) => Board;
  /** Boards on the nodes as they are, and on those of a projection, which is asked in between. */
  private readonly rooms: { nodes: NodeClasses; readonly boards: (Board | undefined)[] }[] = [];

  constructor(make: (gang: Gang) => Board) {
    this.make = make;
  }

  boardOf(gang: Gang, nodes: NodeClasses): Board {
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
    return (boards[place] = this.make(gang));
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

/** The same entries in a longer column. */
export function widened<Column extends Int32Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
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
