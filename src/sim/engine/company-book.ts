import { Company, type Gang } from '../contract/placement.ts';

const NOBODY = 0;

/**
 * The sizes of the gangs on each node: how many gangs of each, and which set of sizes that makes. Sets are numbered as
 * they come up, so that two nodes are compared by one number.
 */
export class CompanyBook {
  /** Sizes that the run has met, by size: 0 for shares, else GPUs of the gang. */
  private readonly sizeIndex = new Map<number, number>();
  /** Gangs of size index i on a node at i x nodeCount + node; wider with each new size. */
  private readonly gangs: Int32Array[] = [];
  private readonly sets: Int32Array;
  /** Members of each numbered set, in rising order, as text; and back. */
  private readonly members: number[][] = [[]];
  private readonly numberOf = new Map<string, number>([['', NOBODY]]);
  /** The set that a set becomes with a size added or taken away: next[set][size index], -1 while nobody has asked. */
  private readonly next: number[][] = [[]];

  constructor(nodeCount: number) {
    this.sets = new Int32Array(nodeCount);
  }

  /** The number of the set of sizes on a node; 0 for none. */
  setOf(node: number): number {
    return this.sets[node]!;
  }

  company(node: number, gang: Gang): Company {
    const set = this.sets[node]!;
    if (set === NOBODY) return Company.None;
    const size = this.sizeIndex.get(sizeOf(gang));
    if (size === undefined || this.gangs[size]![node] === 0) return Company.Others;
    return this.members[set]!.length === 1 ? Company.Own : Company.Mixed;
  }

  /** A gang comes to (sign -1: capacity is taken) or leaves (sign 1: given back) neighbouring nodes. */
  moveRange(first: number, nodes: number, gang: Gang, sign: 1 | -1): void {
    if (gang.gpus === 0) return;
    const size = this.sizeIndex.get(sizeOf(gang)) ?? this.meet(sizeOf(gang));
    const gangs = this.gangs[size]!;
    for (let node = first; node < first + nodes; node++) {
      const before = gangs[node]!;
      gangs[node] = before - sign;
      if (before === 0 || before === sign) this.sets[node] = this.toggled(this.sets[node]!, size);
    }
  }

  private meet(size: number): number {
    const index = this.gangs.push(new Int32Array(this.sets.length)) - 1;
    this.sizeIndex.set(size, index);
    return index;
  }

  private toggled(set: number, size: number): number {
    const known = this.next[set]![size];
    if (known !== undefined) return known;
    const before = this.members[set]!;
    const after = before.includes(size)
      ? before.filter((one) => one !== size)
      : [...before, size].sort((a, b) => a - b);
    const key = after.join(' ');
    let number = this.numberOf.get(key);
    if (number === undefined) {
      number = this.members.push(after) - 1;
      this.numberOf.set(key, number);
      this.next.push([]);
    }
    this.next[set]![size] = number;
    return number;
  }
}

function sizeOf(gang: Gang): number {
  return gang.shareMilli > 0 ? 0 : gang.gpus;
}
