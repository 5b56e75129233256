/** No member. */
export const NOBODY = -1;

const CHUNK = 64;
const SPARSE = 16;

/**
 * Small whole numbers kept in the order of (key, member), in chunks of at most 64 that stand in a row. Joining, leaving
 * and finding a neighbour cost a binary search over the chunks and one within a chunk, whatever the length.
 */
export class OrderedLine {
  length = 0;
  /** Entry i of chunk c at 64c + i. */
  private members = new Int32Array(16 * CHUNK);
  private keys = new Float64Array(16 * CHUNK);
  private counts = new Int32Array(16);
  /** Chunks in order: row[0 .. rows-1]. */
  private row = new Int32Array(16);
  private rows = 0;
  private chunks = 0;
  private freeChunks: number[] = [];

  /** Adds a member that is not in the line. */
  insert(key: number, member: number): void {
    this.length++;
    if (this.rows === 0) this.openChunk(0);
    let place = this.findRow(key, member);
    let chunk = this.row[place]!;
    if (this.counts[chunk] === CHUNK) {
      this.split(place);
      place = this.findRow(key, member);
      chunk = this.row[place]!;
    }
    const at = this.findIn(chunk, key, member);
    const end = chunk * CHUNK + this.counts[chunk]!++;
    this.members.copyWithin(at + 1, at, end);
    this.keys.copyWithin(at + 1, at, end);
    this.members[at] = member;
    this.keys[at] = key;
  }

  /** Removes a member by the key it was added with. False if it is not there. */
  remove(key: number, member: number): boolean {
    if (this.rows === 0) return false;
    const place = this.findRow(key, member);
    const chunk = this.row[place]!;
    const at = this.findIn(chunk, key, member);
    const end = chunk * CHUNK + this.counts[chunk]!;
    if (at === end || this.members[at] !== member || this.keys[at] !== key) return false;
    this.length--;
    this.members.copyWithin(at, at + 1, end);
    this.keys.copyWithin(at, at + 1, end);
    this.counts[chunk]!--;
    if (this.counts[chunk]! < SPARSE) this.thin(place);
    return true;
  }

  /** The first member, or NOBODY. */
  first(): number {
    return this.rows === 0 ? NOBODY : this.members[this.row[0]! * CHUNK]!;
  }

  /** The first member after (key, member), which need not be in the line; NOBODY if there is none. */
  after(key: number, member: number): number {
    if (this.rows === 0) return NOBODY;
    const place = this.findRow(key, member);
    const chunk = this.row[place]!;
    let at = this.findIn(chunk, key, member);
    const end = chunk * CHUNK + this.counts[chunk]!;
    if (at < end && this.keys[at] === key && this.members[at] === member) at++;
    if (at < end) return this.members[at]!;
    return place + 1 < this.rows ? this.members[this.row[place + 1]! * CHUNK]! : NOBODY;
  }

  /** The last member at or before (key, member); NOBODY if there is none. */
  upTo(key: number, member: number): number {
    if (this.rows === 0) return NOBODY;
    const place = this.findRow(key, member);
    const chunk = this.row[place]!;
    const base = chunk * CHUNK;
    const at = this.findIn(chunk, key, member);
    if (at < base + this.counts[chunk]! && this.keys[at] === key && this.members[at] === member) return member;
    // The row was chosen so that nothing before it can be nearer, unless this is the very first place.
    return at > base ? this.members[at - 1]! : NOBODY;
  }

  /** The last row whose first entry is not after (key, member); row 0 if there is none. */
  private findRow(key: number, member: number): number {
    let low = 0;
    let high = this.rows;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      const first = this.row[middle]! * CHUNK;
      const firstKey = this.keys[first]!;
      if (firstKey < key || (firstKey === key && this.members[first]! <= member)) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The first place in the chunk whose entry is not before (key, member). */
  private findIn(chunk: number, key: number, member: number): number {
    let low = chunk * CHUNK;
    let high = low + this.counts[chunk]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const middleKey = this.keys[middle]!;
      if (middleKey < key || (middleKey === key && this.members[middle]! < member)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Cuts a full chunk in two. */
  private split(place: number): void {
    const left = this.row[place]!;
    const right = this.openChunk(place + 1);
    const half = CHUNK / 2;
    const from = left * CHUNK + half;
    this.members.copyWithin(right * CHUNK, from, from + half);
    this.keys.copyWithin(right * CHUNK, from, from + half);
    this.counts[left] = half;
    this.counts[right] = half;
  }

  /** Joins a sparse chunk with the next one, or lets it go when it is empty. */
  private thin(place: number): void {
    const chunk = this.row[place]!;
    const count = this.counts[chunk]!;
    if (count === 0) {
      this.closeChunk(place);
      return;
    }
    if (place + 1 === this.rows) return;
    const next = this.row[place + 1]!;
    const more = this.counts[next]!;
    if (count + more > CHUNK / 2) return;
    this.members.copyWithin(chunk * CHUNK + count, next * CHUNK, next * CHUNK + more);
    this.keys.copyWithin(chunk * CHUNK + count, next * CHUNK, next * CHUNK + more);
    this.counts[chunk] = count + more;
    this.closeChunk(place + 1);
  }

  private openChunk(place: number): number {
    const chunk = this.freeChunks.pop() ?? this.chunks++;
    if (this.chunks > this.counts.length) this.grow();
    this.counts[chunk] = 0;
    this.row.copyWithin(place + 1, place, this.rows);
    this.row[place] = chunk;
    this.rows++;
    return chunk;
  }

  private closeChunk(place: number): void {
    this.freeChunks.push(this.row[place]!);
    this.row.copyWithin(place, place + 1, this.rows);
    this.rows--;
  }

  private grow(): void {
    const chunks = 2 * this.counts.length;
    const members = new Int32Array(chunks * CHUNK);
    members.set(this.members);
    this.members = members;
    const keys = new Float64Array(chunks * CHUNK);
    keys.set(this.keys);
    this.keys = keys;
    const counts = new Int32Array(chunks);
    counts.set(this.counts);
    this.counts = counts;
    const row = new Int32Array(chunks);
    row.set(this.row);
    this.row = row;
  }
}
