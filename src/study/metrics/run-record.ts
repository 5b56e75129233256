import { usToSeconds } from '../../sim/kernel/clock.ts';
import type { JobTable } from '../../sim/model/job-table.ts';
import { Outcome } from '../../sim/record/job-outcomes.ts';
import { Column } from '../../sim/record/occupancy.ts';
import type { RunMetrics } from '../../sim/record/run-metrics.ts';
import type { RunFigures } from '../../sim/record/summary.ts';

/**
 * What a run leaves for metrics to be made of. With a warm-up the run is one of a steady state: only jobs submitted after
 * it count, and averages over time are taken from its end to the last submission; without, everything counts.
 */
export class RunRecord {
  readonly figures: RunFigures;
  readonly jobs: JobTable;
  /** Whole us; 0 for a run that is looked at from beginning to end. */
  readonly warmUpUs: number;
  readonly gpuCount: number;
  private readonly metrics: RunMetrics;

  constructor(metrics: RunMetrics, figures: RunFigures, jobs: JobTable, gpuCount: number, warmUpUs: number) {
    this.metrics = metrics;
    this.figures = figures;
    this.jobs = jobs;
    this.gpuCount = gpuCount;
    this.warmUpUs = warmUpUs;
  }

  /** Jobs that count, in the order of their submission. Replicas of services do not. */
  get counted(): Int32Array {
    const { submitUs } = this.jobs;
    return this.warmUpUs === 0
      ? this.metrics.batch
      : this.metrics.batch.filter((job) => submitUs[job]! >= this.warmUpUs);
  }

  hasStarted(job: number): boolean {
    return this.metrics.outcomes.firstStartUs[job]! >= 0;
  }

  isDone(job: number): boolean {
    return this.metrics.outcomes.outcome[job] === Outcome.Done;
  }

  waitS(job: number): number {
    return usToSeconds(this.metrics.outcomes.waitUs[job]!);
  }

  ranS(job: number): number {
    return usToSeconds(this.metrics.outcomes.ranUs[job]!);
  }

  completionS(job: number): number {
    return usToSeconds(this.metrics.outcomes.endUs[job]! - this.jobs.submitUs[job]!);
  }

  /** Null if there is no such job, or it does not finish. */
  finishS(id: string): number | null {
    const job = this.jobs.ids.indexOf(id);
    return job < 0 || !this.isDone(job) ? null : usToSeconds(this.metrics.outcomes.endUs[job]!);
  }

  get jobsQueued(): number {
    return this.average(Column.JobsQueued);
  }

  get jobsRunning(): number {
    return this.average(Column.JobsRunning);
  }

  get utilisation(): number {
    if (this.warmUpUs === 0) return this.figures.utilisation;
    return this.gpuCount > 0 ? this.average(Column.GpusBusy) / this.gpuCount : 0;
  }

  get jobsInSystemOverTime(): Float64Array {
    const running = this.steady(Column.JobsRunning);
    return this.steady(Column.JobsQueued).map((queued, bucket) => queued + running[bucket]!);
  }

  /** Averages over equal buckets of time, from the end of the warm-up to the last submission. */
  steady(column: number): Float64Array {
    const { bucketUs, values } = this.whileArriving(column);
    const [from] = this.arrivalBuckets();
    return values.subarray(Math.max(0, Math.ceil(this.warmUpUs / bucketUs) - from));
  }

  /** Averages over equal buckets of time, from the first submission to the last: the time in which load comes in. */
  whileArriving(column: number): { readonly bucketUs: number; readonly values: Float64Array } {
    const { occupancy } = this.metrics;
    const [from, to] = this.arrivalBuckets();
    const values = new Float64Array(Math.max(0, to - from));
    for (let bucket = from; bucket < to; bucket++) {
      values[bucket - from] = occupancy.integrals[bucket * 4 + column]! / occupancy.bucketUs;
    }
    return { bucketUs: occupancy.bucketUs, values };
  }

  private average(column: number): number {
    const { occupancy } = this.metrics;
    if (this.warmUpUs === 0) {
      const spanUs = this.figures.makespanS * 1e6;
      return spanUs > 0 ? occupancy.totals[column]! / spanUs : 0;
    }
    const [first, to] = this.arrivalBuckets();
    const from = Math.max(first, Math.ceil(this.warmUpUs / occupancy.bucketUs));
    let sum = 0;
    for (let bucket = from; bucket < to; bucket++) sum += occupancy.integrals[bucket * 4 + column]!;
    return to > from ? sum / ((to - from) * occupancy.bucketUs) : 0;
  }

  /** Whole buckets between the first and the last submission. */
  private arrivalBuckets(): readonly [number, number] {
    const { occupancy } = this.metrics;
    const { submitUs, count } = this.jobs;
    const lastUs = Math.min(submitUs[count - 1]!, occupancy.endUs);
    return [Math.ceil(submitUs[0]! / occupancy.bucketUs), Math.floor(lastUs / occupancy.bucketUs)];
  }
}
