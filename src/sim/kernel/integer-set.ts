/**
 * An ordered set of whole numbers 0 .. capacity-1, as a tree of 32-bit words: bit i of a word on level k says that word
 * i below is not empty. Adding, removing and finding the next member cost one step a level: 4 for a million.
 */
export class IntegerSet {
  readonly capacity: number;
  /** Level 0 holds the members; each level above summarises the one below; the last is a single word. */
  readonly levels: readonly Int32Array[];
  size = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    const levels: Int32Array[] = [];
    let words = Math.max(1, capacity);
    do {
      words = (words + 31) >>> 5;
      levels.push(new Int32Array(words));
    } while (words > 1);
    this.levels = levels;
  }

  has(member: number): boolean {
    return ((this.levels[0]![member >>> 5]! >>> (member & 31)) & 1) === 1;
  }

  /** Adds a member that is not in the set (adding one twice would miscount: callers know). */
  add(member: number): void {
    this.size++;
    const levels = this.levels;
    let index = member;
    for (let level = 0; level < levels.length; level++) {
      const words = levels[level]!;
      const at = index >>> 5;
      const before = words[at]!;
      words[at] = before | (1 << (index & 31));
      if (before !== 0) return;
      index = at;
    }
  }

  /** Removes a member that is in the set. */
  remove(member: number): void {
    this.size--;
    const levels = this.levels;
    let index = member;
    for (let level = 0; level < levels.length; level++) {
      const words = levels[level]!;
      const at = index >>> 5;
      const after = words[at]! & ~(1 << (index & 31));
      words[at] = after;
      if (after !== 0) return;
      index = at;
    }
  }

  /** The smallest member >= from, or -1. */
  next(from: number): number {
    if (from >= this.capacity) return -1;
    const levels = this.levels;
    let index = from;
    for (let level = 0; level < levels.length; level++) {
      const words = levels[level]!;
      const at = index >>> 5;
      if (at >= words.length) return -1;
      const rest = words[at]! & (-1 << (index & 31));
      if (rest !== 0) return this.#descend(level, (at << 5) + trailingZeros(rest));
      index = at + 1;
    }
    return -1;
  }

  #descend(level: number, index: number): number {
    let found = index;
    for (let below = level - 1; below >= 0; below--) {
      found = (found << 5) + trailingZeros(this.levels[below]![found]!);
    }
    return found;
  }
}

/** Place of the lowest set bit, 0 .. 31, of a word that is not 0. */
export function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
