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

  /** Adds from .. to-1, none of which is in the set. */
  addRange(from: number, to: number): void {
    if (to - from === 1) {
      this.add(from);
      return;
    }
    this.size += to - from;
    const words = this.levels[0]!;
    for (let at = from; at < to;) {
      const end = Math.min(to, (at | 31) + 1);
      const before = words[at >>> 5]!;
      words[at >>> 5] = before | maskOf(at & 31, end - at);
      if (before === 0) this.#raise(at >>> 5);
      at = end;
    }
  }

  /** Removes from .. to-1, all of which are in the set. */
  removeRange(from: number, to: number): void {
    if (to - from === 1) {
      this.remove(from);
      return;
    }
    this.size -= to - from;
    const words = this.levels[0]!;
    for (let at = from; at < to;) {
      const end = Math.min(to, (at | 31) + 1);
      const after = words[at >>> 5]! & ~maskOf(at & 31, end - at);
      words[at >>> 5] = after;
      if (after === 0) this.#lower(at >>> 5);
      at = end;
    }
  }

  /** How many of from, from+1, ... are members without a gap, at most `most`. */
  runFrom(from: number, most: number): number {
    const words = this.levels[0]!;
    let length = 0;
    while (length < most) {
      const at = from + length;
      if (at >= this.capacity) break;
      // Ones from here up become trailing zeros of the complement.
      const gaps = ~(words[at >>> 5]! >>> (at & 31));
      const ones = Math.min(gaps === 0 ? 32 : trailingZeros(gaps), 32 - (at & 31));
      length += ones;
      if (ones < 32 - (at & 31)) break;
    }
    return Math.min(length, most);
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

  /** Word `index` of level 0 is no longer empty. */
  #raise(index: number): void {
    const levels = this.levels;
    let member = index;
    for (let level = 1; level < levels.length; level++) {
      const words = levels[level]!;
      const before = words[member >>> 5]!;
      words[member >>> 5] = before | (1 << (member & 31));
      if (before !== 0) return;
      member >>>= 5;
    }
  }

  /** Word `index` of level 0 has become empty. */
  #lower(index: number): void {
    const levels = this.levels;
    let member = index;
    for (let level = 1; level < levels.length; level++) {
      const words = levels[level]!;
      const after = words[member >>> 5]! & ~(1 << (member & 31));
      words[member >>> 5] = after;
      if (after !== 0) return;
      member >>>= 5;
    }
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

/** `length` set bits (1 .. 32) from bit `from` up. */
function maskOf(from: number, length: number): number {
  return length === 32 ? -1 : ((1 << length) - 1) << from;
}
