import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import { warmUpLength } from '../../stats/warm-up.ts';
import type { RunOutcome } from './task.ts';

/**
 * The warm-up of a point, whole us, by MSER-5 on the mean of the jobs in system over its pilots; null if it is not over.
 * Pilots of unequal length are compared as far as all of them go, in buckets as wide as the widest.
 */
export function pilotWarmUpUs(pilots: readonly RunOutcome[]): number | null {
  const series = pilots.map(({ inSystem }) => inSystem!);
  const bucketS = Math.max(...series.map((one) => one.bucketS));
  const wide = series.map((one) => widened(one.jobs, Math.round(bucketS / one.bucketS)));
  const length = Math.min(...wide.map((jobs) => jobs.length));
  const mean = Array.from({ length }, (_, bucket) => wide.reduce((sum, jobs) => sum + jobs[bucket]!, 0) / wide.length);
  const cut = warmUpLength(mean);
  return Number.isNaN(cut) ? null : cut * bucketS * US_PER_SECOND;
}

/** Means of so many buckets each: buckets double, so that they fit. */
function widened(jobs: readonly number[], each: number): number[] {
  return Array.from({ length: Math.floor(jobs.length / each) }, (_, wide) => {
    let sum = 0;
    for (let index = 0; index < each; index++) sum += jobs[wide * each + index]!;
    return sum / each;
  });
}
