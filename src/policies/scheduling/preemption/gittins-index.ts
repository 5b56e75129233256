/** A renewed sample is worth a new index when it has grown by this part. */
const GROWTH = 0.1;

/**
 * Gittins index of a job that has had some service and has not ended, by how much service jobs have needed in the past:
 * the chance that it ends within a quantum of service more, over the service that it is expected to take of it. The
 * quantum is fixed or, if it is 0, the one that makes the index largest. Service is in any one unit, >= 0; the index is
 * in 1 / that unit. O(log n) for a fixed quantum; for the best one a walk along the hull of the sample.
 * Source: Gu et al., Tiresias, NSDI 2019, section 3.3; Gittins, J. Royal Statistical Society B 1979.
 */
export class GittinsIndex {
  private readonly quantum: number;
  private readonly learns: boolean;
  private readonly seen: number[];
  /** How many of those seen the index rests on. */
  private count = 0;
  private mean = 0;
  /** Needs in ascending order, and the sum of the first p of them at [p], p = 0 .. count. */
  private sizes = new Float64Array(0);
  private sums = new Float64Array(1);
  /** What all would have been given by the time the first p had ended, if all began at 0; and the hull's next p. */
  private spent = new Float64Array(1);
  private next = new Int32Array(1);

  /** With a sample nothing is learnt: it stands for all jobs. */
  constructor(quantum: number, sample: readonly number[]) {
    this.quantum = quantum;
    this.learns = sample.length === 0;
    this.seen = [...sample];
    this.renew();
  }

  /** A job has ended that needed so much. */
  learn(size: number): void {
    if (this.learns) this.seen.push(size);
  }

  /** Takes in what has been learnt if that is worth it. True if the index has changed. */
  update(): boolean {
    if (this.seen.length === this.count || this.seen.length < this.count * (1 + GROWTH)) return false;
    this.renew();
    return true;
  }

  /** The index after so much service; 0 if no job is known that needed more. */
  at(attained: number): number {
    const ended = this.endedBy(attained);
    if (ended === this.count) return 0;
    return this.quantum > 0 ? this.within(attained, ended) : this.best(attained, ended);
  }

  /** The index as a place in a queue, 0 < place <= 1, smaller first: without unit, so that samples of any scale do. */
  place(attained: number): number {
    return 1 / (1 + this.at(attained) * this.mean);
  }

  private within(attained: number, ended: number): number {
    const { quantum, sums, count } = this;
    const endedThen = this.endedBy(attained + quantum);
    const enders = endedThen - ended;
    if (enders === 0) return 0;
    return enders / (sums[endedThen]! - sums[ended]! - attained * enders + quantum * (count - endedThen));
  }

  /** The steepest way from what has been spent by now to a later end. It rises along the hull, and then falls. */
  private best(attained: number, ended: number): number {
    const { sums, spent, next, count } = this;
    const now = sums[ended]! + attained * (count - ended);
    let best = 0;
    for (let then = ended + 1; then <= count; then = next[then]!) {
      const index = (then - ended) / (spent[then]! - now);
      if (index < best) break;
      best = index;
    }
    return best;
  }

  /** How many of the sample need no more than this. */
  private endedBy(service: number): number {
    const { sizes } = this;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sizes[middle]! <= service) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private renew(): void {
    const sizes = Float64Array.from(this.seen).sort();
    const count = sizes.length;
    const sums = new Float64Array(count + 1);
    const spent = new Float64Array(count + 1);
    for (let p = 1; p <= count; p++) {
      sums[p] = sums[p - 1]! + sizes[p - 1]!;
      spent[p] = sums[p]! + (count - p) * sizes[p - 1]!;
    }
    this.sizes = sizes;
    this.sums = sums;
    this.spent = spent;
    this.next = hullOf(spent);
    this.count = count;
    this.mean = count === 0 ? 0 : sums[count]! / count;
  }
}

/** For each point (spent[p], p) the next one of the upper hull of it and all behind it; one past the last ends it. */
function hullOf(spent: Float64Array): Int32Array<ArrayBuffer> {
  const last = spent.length - 1;
  const next = new Int32Array(spent.length).fill(last + 1);
  for (let p = last - 1; p >= 1; p--) {
    let then = p + 1;
    for (let beyond = next[then]!; beyond <= last; then = beyond, beyond = next[then]!) {
      // Compared crosswise: points may stand above each other.
      if ((then - p) * (spent[beyond]! - spent[p]!) > (beyond - p) * (spent[then]! - spent[p]!)) break;
    }
    next[p] = then;
  }
  return next;
}
