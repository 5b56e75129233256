import { trailingZeros, type IntegerSet } from '../kernel/integer-set.ts';

/** What is known of the nodes below each word of one level of the set. */
interface LevelBounds {
  /** No node below has more free cores (thousandths) or memory (MiB) than this; it may be less by now. */
  readonly cpuMost: Float64Array;
  readonly memoryMost: Float64Array;
  /** No node below has both of these free; Infinity where no search has failed. */
  readonly cpuFailed: Float64Array;
  readonly memoryFailed: Float64Array;
}

const NONE = -1;

/**
 * Finds, in a set of nodes, the lowest that has so many cores and so much memory free, without asking each. Every word of
 * the set's tree knows bounds of what is free below it. They rise when a node joins the set or is given something back,
 * and are lowered by searches that fail: such a search pays for the later ones that it spares.
 */
export class RoomIndex {
  private readonly members: IntegerSet;
  private readonly cpuFree: Float64Array;
  private readonly memoryFree: Float64Array;
  private readonly bounds: readonly LevelBounds[];

  /** The columns are those of all nodes, by id. */
  constructor(members: IntegerSet, cpuFree: Float64Array, memoryFree: Float64Array) {
    this.members = members;
    this.cpuFree = cpuFree;
    this.memoryFree = memoryFree;
    this.bounds = members.levels.map(({ length }) => ({
      cpuMost: new Float64Array(length).fill(NONE),
      memoryMost: new Float64Array(length).fill(NONE),
      cpuFailed: new Float64Array(length).fill(Infinity),
      memoryFailed: new Float64Array(length).fill(Infinity),
    }));
    for (let node = members.next(0); node !== NONE; node = members.next(node + 1)) this.rose(node);
  }

  /** Call when a node has joined the set and when one in it has more free than before. */
  rose(node: number): void {
    const cpu = this.cpuFree[node]!;
    const memory = this.memoryFree[node]!;
    let word = node;
    for (let level = 0; level < this.bounds.length; level++) {
      word >>>= 5;
      const { cpuMost, memoryMost, cpuFailed, memoryFailed } = this.bounds[level]!;
      if (cpu > cpuMost[word]!) cpuMost[word] = cpu;
      if (memory > memoryMost[word]!) memoryMost[word] = memory;
      if (cpu >= cpuFailed[word]! && memory >= memoryFailed[word]!) {
        cpuFailed[word] = Infinity;
        memoryFailed[word] = Infinity;
      }
    }
  }

  /** The lowest node of the set, id >= from, with so much (finite) of both free; -1 if there is none. */
  next(from: number, cpu: number, memory: number): number {
    if (from >= this.members.capacity) return NONE;
    return this.find(this.bounds.length - 1, 0, from, cpu, memory);
  }

  /** The same below one word of a level. */
  private find(level: number, word: number, from: number, cpu: number, memory: number): number {
    const { cpuMost, memoryMost, cpuFailed, memoryFailed } = this.bounds[level]!;
    if (cpu > cpuMost[word]! || memory > memoryMost[word]!) return NONE;
    if (cpu >= cpuFailed[word]! && memory >= memoryFailed[word]!) return NONE;
    // Below the word that holds `from`, all children are searched; in it, those from there on.
    const isWhole = from <= word << (5 * (level + 1));
    let children = this.members.levels[level]![word]!;
    if (!isWhole) children &= -1 << ((from >>> (5 * level)) & 31);
    for (; children !== 0; children &= children - 1) {
      const child = (word << 5) + trailingZeros(children);
      if (level === 0) {
        if (this.cpuFree[child]! >= cpu && this.memoryFree[child]! >= memory) return child;
      } else {
        const found = this.find(level - 1, child, from, cpu, memory);
        if (found !== NONE) return found;
      }
    }
    if (isWhole) this.failed(level, word, cpu, memory);
    return NONE;
  }

  /** No node below the word has so much of both free. */
  private failed(level: number, word: number, cpu: number, memory: number): void {
    const here = this.bounds[level]!;
    const cpus = level === 0 ? this.cpuFree : this.bounds[level - 1]!.cpuMost;
    const memories = level === 0 ? this.memoryFree : this.bounds[level - 1]!.memoryMost;
    let cpuMost = NONE;
    let memoryMost = NONE;
    for (let children = this.members.levels[level]![word]!; children !== 0; children &= children - 1) {
      const child = (word << 5) + trailingZeros(children);
      if (cpus[child]! > cpuMost) cpuMost = cpus[child]!;
      if (memories[child]! > memoryMost) memoryMost = memories[child]!;
    }
    here.cpuMost[word] = cpuMost;
    here.memoryMost[word] = memoryMost;
    here.cpuFailed[word] = cpu;
    here.memoryFailed[word] = memory;
  }
}
