import { US_PER_SECOND } from '../kernel/clock.ts';
import { FactKind, NodeFactKind, type Fact, type Fold, type NodeFact } from './fact.ts';

const BUCKETS_MAX = 64;

/** Faults by component class, and crashes of jobs by cause, over time, in at most 64 equal buckets: a day wide at first, doubled when the run outgrows them. */
export class FaultsOverTime implements Fold {
  bucketUs = 86_400 * US_PER_SECOND;
  buckets = 0;
  /** Faults of class c in bucket b at b x classes + c. */
  readonly counts: Float64Array;
  private readonly classes: number;
  private readonly components: number;

  /** The first so many of the classes are those of components. */
  constructor(classes: number, components: number) {
    this.classes = classes;
    this.components = components;
    this.counts = new Float64Array(BUCKETS_MAX * classes);
  }

  step({ kind, timeUs, detail }: Fact): void {
    if (kind === FactKind.Stall && detail >= this.components) this.count(timeUs, detail);
  }

  stepNode({ kind, timeUs, detail }: NodeFact): void {
    if (kind === NodeFactKind.Fault) this.count(timeUs, detail);
  }

  done(endUs: number): void {
    if (endUs > 0) this.reach(endUs - 1);
    this.buckets = Math.ceil(endUs / this.bucketUs);
  }

  private count(timeUs: number, index: number): void {
    this.reach(timeUs);
    this.counts[Math.floor(timeUs / this.bucketUs) * this.classes + index]!++;
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
