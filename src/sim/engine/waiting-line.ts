import { IntegerSet } from '../kernel/integer-set.ts';
import type { TimeUs } from '../kernel/clock.ts';
import type { JobId } from '../model/brand.ts';
import type { NO_JOB } from '../contract/scheduling.ts';
import { CandidateIndex } from './candidate-index.ts';
import type { FillableQueue } from './planning-board.ts';
import type { Shapes } from './shapes.ts';

/**
 * Waiting jobs in the order the policy declared. Every job has a fixed rank in that order, so the queue is a set of
 * ranks: joining, leaving and coming back to one's place after a preemption cost a few steps each.
 */
export class WaitingLine implements FillableQueue {
  private readonly ranks: IntegerSet;
  /** Empty when the order is arrival order: then a job's rank is its id. */
  private readonly rankOf: Int32Array;
  private readonly jobAt: Int32Array;
  private readonly estimateUs: Float64Array;
  private readonly shapes: Shapes;
  /** Made when a policy first looks for candidates; others do not pay for it. */
  private candidates: CandidateIndex | undefined;

  constructor(jobCount: number, keyOf: (job: JobId) => number, estimateUs: Float64Array, shapes: Shapes) {
    this.ranks = new IntegerSet(jobCount);
    this.estimateUs = estimateUs;
    this.shapes = shapes;
    const keys = new Float64Array(jobCount);
    let inArrivalOrder = true;
    for (let job = 0; job < jobCount; job++) {
      keys[job] = keyOf(job as JobId);
      if (job > 0 && keys[job]! < keys[job - 1]!) inArrivalOrder = false;
    }
    this.jobAt = new Int32Array(inArrivalOrder ? 0 : jobCount);
    this.rankOf = new Int32Array(this.jobAt.length);
    if (inArrivalOrder) return;
    for (let job = 0; job < jobCount; job++) this.jobAt[job] = job;
    this.jobAt.sort((a, b) => keys[a]! - keys[b]! || a - b);
    this.jobAt.forEach((job, rank) => (this.rankOf[job] = rank));
  }

  get length(): number {
    return this.ranks.size;
  }

  has(job: number): boolean {
    // A job that is none has no rank, and must not be taken for the one of rank 0.
    const rank = this.rank(job);
    return rank >= 0 && rank < this.ranks.capacity && this.ranks.has(rank);
  }

  add(job: number): void {
    const rank = this.rank(job);
    this.ranks.add(rank);
    this.shapes.enter(this.shapes.of[job]!);
    this.candidates?.add(rank, this.shapes.of[job]!, this.estimateUs[job]!);
  }

  remove(job: number): void {
    const rank = this.rank(job);
    this.ranks.remove(rank);
    this.shapes.leave(this.shapes.of[job]!);
    this.candidates?.remove(rank, this.shapes.of[job]!);
  }

  reorder(): void {
    throw new Error('a queue of fixed ranks was to be put in another order; orderChanges: true gives another queue');
  }

  head(): JobId | typeof NO_JOB {
    return this.job(this.ranks.next(0));
  }

  after(job: JobId): JobId | typeof NO_JOB {
    return this.job(this.ranks.next(this.rank(job) + 1));
  }

  nextCandidate(job: JobId, gpusMax: number, estimateUsMax: TimeUs): JobId | typeof NO_JOB {
    this.candidates ??= this.indexCandidates();
    return this.job(this.candidates.next(this.rank(job) + 1, gpusMax, estimateUsMax));
  }

  private indexCandidates(): CandidateIndex {
    const { ranks, shapes, estimateUs } = this;
    const index = new CandidateIndex(ranks, shapes, (rank) => this.job(rank), estimateUs);
    for (let rank = ranks.next(0); rank !== -1; rank = ranks.next(rank + 1)) {
      const job = this.job(rank);
      index.add(rank, shapes.of[job]!, estimateUs[job]!);
    }
    return index;
  }

  private rank(job: number): number {
    return this.rankOf.length === 0 ? job : this.rankOf[job]!;
  }

  private job(rank: number): JobId | typeof NO_JOB {
    return (rank === -1 || this.jobAt.length === 0 ? rank : this.jobAt[rank]!) as JobId | typeof NO_JOB;
  }
}
