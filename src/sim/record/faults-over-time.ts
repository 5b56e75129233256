import { US_PER_SECOND } from '../kernel/clock.ts';
import { NodeFactKind, type Fact, type Fold, type NodeFact } from './fact.ts';

const BUCKETS_MAX = 64;

/** Faults by component class over time, in at most 64 equal buckets: a day wide at first, doubled when the run outgrows them. */
export class FaultsOverTime implements Fold {
  bucketUs = 86_400 * US_PER_SECOND;
  buckets = 0;
  /** Faults of class c in bucket b at b x classes + c. */
  readonly counts: Float64Array;
  private readonly classes: number;

  constructor(classes: number) {
    this.classes = classes;
    this.counts = new Float64Array(BUCKETS_MAX * classes);
  }

  step(_fact: Fact): void {}

  stepNode({ kind, timeUs, detail }: NodeFact): void {
    if (kind !== NodeFactKind.Fault) return;
    this.reach(timeUs);
    this.counts[Math.floor(timeUs / this.bucketUs) * this.classes + detail]!++;
  }

  done(endUs: number): void {
    if (endUs > 0) this.reach(endUs - 1);
    this.buckets = Math.ceil(endUs / this.bucketUs);
  }

  private reach(timeUs: number): void {
    while (timeUs >= this.bucketUs * BUCKETS_MAX) this.widen();
  }

  private widen(): void {
    const { counts, classes } = this;
    this.bucketUs *= 2;
    for (let bucket = 0; bucket < BUCKETS_MAX; bucket++) {
      for (let each = 0; each < classes; each++) {
        const left = 2 * bucket * classes + each;
        counts[bucket * classes + each] = 2 * bucket < BUCKETS_MAX ? counts[left]! + counts[left + classes]! : 0;
      }
    }
  }
}
