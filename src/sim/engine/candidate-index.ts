import type { IntegerSet } from '../kernel/integer-set.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Shapes } from './shapes.ts';

const CLASSES_MAX = 16;
const BLOCK_SHIFT = 5;
const SUPER_SHIFT = 10;
/** Above every estimate, below the mark of an empty block (Infinity). */
const UNLIMITED = Number.MAX_VALUE;
const CLOSED = -1;
/** What a class holds: nothing that fits now, only what must end by the reserved instant, or what may run past it. */
const NONE_FITS = 0;
const SHORT_ONLY = 1;
const ANY_LENGTH = 2;

/**
 * Finds the next waiting job that could be started, in a queue of any length. Shapes fall into at most 16 classes by
 * GPUs; each block of 32 and of 1,024 ranks knows the least estimate of each class in it, so stretches of the queue
 * in which no job can qualify are passed over at a glance.
 */
export class CandidateIndex {
  private readonly ranks: IntegerSet;
  private readonly shapes: Shapes;
  private readonly jobAt: (rank: number) => number;
  private readonly estimateUs: Float64Array;
  private readonly classes: number;
  private readonly classOf: Uint8Array;
  private readonly classGpusMin: Int32Array;
  /** Least estimate of class c in block b, at b x classes + c. */
  private readonly blockLeast: Float64Array;
  private readonly superLeast: Float64Array;
  private readonly open: Uint8Array;
  private openAt = -1;
  private besideAt = -1;
  /** Largest estimate by which a job of the class still qualifies. */
  private readonly limits: Float64Array;

  constructor(ranks: IntegerSet, shapes: Shapes, jobAt: (rank: number) => number, estimateUs: Float64Array) {
    this.ranks = ranks;
    this.shapes = shapes;
    this.jobAt = jobAt;
    this.estimateUs = estimateUs;
    const count = shapes.gangs.length;
    this.classes = Math.min(CLASSES_MAX, count);
    this.classOf = new Uint8Array(count);
    this.classGpusMin = new Int32Array(this.classes).fill(0x7fffffff);
    const bySize = shapes.gangs.map((_, shape) => shape).sort((a, b) => shapes.gangs[a]!.gpus - shapes.gangs[b]!.gpus);
    bySize.forEach((shape, place) => {
      const group = Math.floor((place * this.classes) / count);
      const { gpus } = shapes.gangs[shape]!;
      this.classOf[shape] = group;
      this.classGpusMin[group] = Math.min(this.classGpusMin[group]!, gpus);
    });
    this.open = new Uint8Array(this.classes);
    this.limits = new Float64Array(this.classes);
    const blocks = (ranks.capacity >>> BLOCK_SHIFT) + 1;
    this.blockLeast = new Float64Array(blocks * this.classes).fill(Number.POSITIVE_INFINITY);
    this.superLeast = new Float64Array(((ranks.capacity >>> SUPER_SHIFT) + 1) * this.classes).fill(
      Number.POSITIVE_INFINITY,
    );
  }

  add(rank: number, shape: number, estimateUs: number): void {
    const group = this.classOf[shape]!;
    lower(this.blockLeast, (rank >>> BLOCK_SHIFT) * this.classes + group, estimateUs);
    lower(this.superLeast, (rank >>> SUPER_SHIFT) * this.classes + group, estimateUs);
  }

  /** Call after the rank has left the set. */
  remove(rank: number, shape: number): void {
    const group = this.classOf[shape]!;
    const estimateUs = this.estimateUs[this.jobAt(rank)]!;
    const block = rank >>> BLOCK_SHIFT;
    const at = block * this.classes + group;
    if (estimateUs > this.blockLeast[at]!) return;
    let least = Number.POSITIVE_INFINITY;
    const end = (block + 1) << BLOCK_SHIFT;
    for (let other = this.ranks.next(block << BLOCK_SHIFT); other !== -1 && other < end;) {
      const job = this.jobAt(other);
      if (this.classOf[this.shapes.of[job]!] === group) least = Math.min(least, this.estimateUs[job]!);
      other = this.ranks.next(other + 1);
    }
    this.blockLeast[at] = least;
    const superAt = (rank >>> SUPER_SHIFT) * this.classes + group;
    if (estimateUs > this.superLeast[superAt]!) return;
    least = Number.POSITIVE_INFINITY;
    const blockEnd = Math.min(
      (((rank >>> SUPER_SHIFT) + 1) << (SUPER_SHIFT - BLOCK_SHIFT)) * this.classes,
      this.blockLeast.length,
    );
    let from = ((rank >>> SUPER_SHIFT) << (SUPER_SHIFT - BLOCK_SHIFT)) * this.classes + group;
    for (; from < blockEnd; from += this.classes) least = Math.min(least, this.blockLeast[from]!);
    this.superLeast[superAt] = least;
  }

  /** The first rank >= from whose job may fit and needs at most gpusMax GPUs or at most estimateUsMax; -1 if none. */
  next(from: number, gpusMax: number, estimateUsMax: number): number {
    if (!this.setLimits(gpusMax, estimateUsMax)) return -1;
    const { ranks, shapes } = this;
    let rank = ranks.next(from);
    while (rank !== -1) {
      if (!this.mayHold(this.superLeast, rank >>> SUPER_SHIFT)) {
        rank = ranks.next(((rank >>> SUPER_SHIFT) + 1) << SUPER_SHIFT);
      } else if (!this.mayHold(this.blockLeast, rank >>> BLOCK_SHIFT)) {
        rank = ranks.next(((rank >>> BLOCK_SHIFT) + 1) << BLOCK_SHIFT);
      } else {
        const job = this.jobAt(rank);
        const shape = shapes.of[job]!;
        const qualifies =
          this.estimateUs[job]! <= estimateUsMax ||
          (shapes.gangs[shape]!.gpus <= gpusMax && shapes.mayRunBeside(shape));
        if (qualifies && shapes.refusalNow(shape) === Refusal.None) return rank;
        rank = ranks.next(rank + 1);
      }
    }
    return -1;
  }

  /** False if no class can hold a candidate. */
  private setLimits(gpusMax: number, estimateUsMax: number): boolean {
    const { shapes, open, limits } = this;
    if (this.openAt !== shapes.changes || this.besideAt !== shapes.besideRefusals + shapes.reservation) {
      open.fill(NONE_FITS);
      for (let index = 0; index < shapes.listed; index++) {
        const shape = shapes.list[index]!;
        if (shapes.refusalNow(shape) !== Refusal.None) continue;
        const group = this.classOf[shape]!;
        open[group] = Math.max(open[group]!, shapes.mayRunBeside(shape) ? ANY_LENGTH : SHORT_ONLY);
      }
      this.openAt = shapes.changes;
      this.besideAt = shapes.besideRefusals + shapes.reservation;
    }
    let any = false;
    const byEstimate = Math.min(estimateUsMax, UNLIMITED);
    for (let group = 0; group < this.classes; group++) {
      let limit = CLOSED;
      if (open[group] === ANY_LENGTH && this.classGpusMin[group]! <= gpusMax) limit = UNLIMITED;
      else if (open[group] !== NONE_FITS) limit = byEstimate;
      limits[group] = limit;
      any ||= limit >= 0;
    }
    return any;
  }

  private mayHold(least: Float64Array, stretch: number): boolean {
    const { classes, limits } = this;
    const base = stretch * classes;
    for (let group = 0; group < classes; group++) {
      if (least[base + group]! <= limits[group]!) return true;
    }
    return false;
  }
}

function lower(values: Float64Array, at: number, value: number): void {
  if (value < values[at]!) values[at] = value;
}
