import type { JobView } from '../../sim/contract/scheduling.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { NO_TYPE, type ElasticRound } from './elastic-round.ts';

/** How jobs grow: to which size next, and what a step is worth for each GPU it takes. */
export interface GrowthRule {
  /** The size after this one, or 0 if there is none. */
  next(jobs: JobView, job: JobId, size: number): number;
  /** Worth of a step for each GPU more, > 0 if it is wanted. `type` is the GPU type it would have. */
  gain(jobs: JobView, job: JobId, type: number, size: number, next: number): number;
}

/**
 * Hands out free GPUs step by step, always to the entry with the greatest gain, the first on ties, until nobody gains
 * any more. A step for which not enough is free is passed over for good. O(steps · log entries).
 */
export class Growth {
  private readonly rule: GrowthRule;
  /** A heap of entries, the greatest gain on top. */
  private readonly heap: number[] = [];
  private readonly gain: number[] = [];

  constructor(rule: GrowthRule) {
    this.rule = rule;
  }

  /** With `waitingOnly`, running jobs keep the size they have in the round. */
  run(round: ElasticRound, jobs: JobView, waitingOnly = false): void {
    this.heap.length = 0;
    for (let entry = 0; entry < round.entries; entry++) {
      if (!waitingOnly || round.held[entry] === 0) this.offer(round, jobs, entry);
    }
    while (this.heap.length > 0) {
      const entry = this.pop();
      const job = round.job[entry]!;
      const next = this.rule.next(jobs, job, round.size[entry]!);
      // What was free when the entry was offered may be taken: then another type may do for a job that has none yet.
      const type = typeOf(round, jobs, entry, next);
      if (type === NO_TYPE || next - round.size[entry]! > round.free[type]!) continue;
      round.type[entry] = type;
      round.resize(entry, next);
      this.offer(round, jobs, entry);
    }
  }

  private offer(round: ElasticRound, jobs: JobView, entry: number): void {
    const job = round.job[entry]!;
    const size = round.size[entry]!;
    const next = this.rule.next(jobs, job, size);
    if (next === 0) return;
    const type = typeOf(round, jobs, entry, next);
    if (type === NO_TYPE) return;
    const gain = this.rule.gain(jobs, job, type, size, next);
    if (!(gain > 0)) return;
    this.gain[entry] = gain;
    this.push(entry);
  }

  private isBefore(one: number, other: number): boolean {
    const difference = this.gain[one]! - this.gain[other]!;
    return difference > 0 || (difference === 0 && one < other);
  }

  private push(entry: number): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.isBefore(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  private pop(): number {
    const { heap } = this;
    const top = heap[0]!;
    const entry = heap.pop()!;
    if (heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.isBefore(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
    return top;
  }
}

function typeOf(round: ElasticRound, jobs: JobView, entry: number, gpus: number): number {
  const type = round.type[entry]!;
  return type === NO_TYPE ? round.fastestType(jobs, round.job[entry]!, gpus) : type;
}
