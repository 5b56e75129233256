import { max, sum } from 'd3-array';
import type { TimeSeries } from '../../sim/record/summary.ts';

/** One step of a time series: time averages over [fromS, toS), and the longest queue in it. */
export interface Step {
  readonly fromS: number;
  readonly toS: number;
  readonly gpusBusy: number;
  readonly gpusIdle: number;
  readonly gpusQueued: number;
  readonly jobsQueued: number;
  readonly jobsQueuedMax: number;
  readonly jobsRunning: number;
}

/**
 * The series in at most `stepsMax` steps up to `endS`: neighbouring buckets are averaged by their length, and the
 * longest queue of a step is the longest of its buckets, so that a short crowd stays visible.
 */
export function stepsOf(series: TimeSeries, endS: number, stepsMax: number): Step[] {
  const together = Math.max(1, Math.ceil(series.startS.length / stepsMax));
  const steps: Step[] = [];
  for (let first = 0; first < series.startS.length; first += together) {
    const step = mergeBuckets(series, first, Math.min(first + together, series.startS.length), endS);
    if (step.toS > step.fromS) steps.push(step);
  }
  return steps;
}

function mergeBuckets(series: TimeSeries, first: number, end: number, endS: number): Step {
  const starts = series.startS.slice(first, end);
  const lengths = starts.map((startS) => Math.max(0, Math.min(series.bucketS, endS - startS)));
  const lengthS = sum(lengths);
  const average = (values: readonly number[]): number =>
    lengthS === 0 ? 0 : sum(lengths, (length, index) => length * (values[first + index] ?? 0)) / lengthS;
  const fromS = starts[0] ?? 0;
  return {
    fromS,
    toS: Math.min(endS, (starts.at(-1) ?? fromS) + series.bucketS),
    gpusBusy: average(series.gpusBusy),
    gpusIdle: average(series.gpusIdle),
    gpusQueued: average(series.gpusQueued),
    jobsQueued: average(series.jobsQueued),
    jobsQueuedMax: max(series.jobsQueuedMax.slice(first, end)) ?? 0,
    jobsRunning: average(series.jobsRunning),
  };
}

/** Six digits are more than a drawing shows; they keep the page small. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
