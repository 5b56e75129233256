import type { ImportedDownTimes } from '../../../traces/import-report.ts';
import {
  fitExponential,
  fitLognormal,
  fitWeibull,
  kaplanMeierDistance,
  lognormalCdf,
  weibullCdf,
  type ExponentialFit,
  type LifetimeSample,
  type LognormalFit,
  type WeibullFit,
} from '../../../stats/lifetime-fits.ts';

const US_PER_HOUR = 3600e6;
/** Records state minutes: what was over within one took one. */
const LEAST_H = 1 / 60;

/** What was fitted to a failure trace, times in h, and how far it lies from what was recorded. */
export interface TraceFit {
  readonly faults: number;
  /** Time in which the nodes worked, over their faults. */
  readonly workingPerFaultH: number;
  readonly timeToFault: {
    readonly exponential: ExponentialFit;
    readonly weibull: WeibullFit;
    /** Largest distance of the Weibull from the Kaplan-Meier estimate. */
    readonly distance: number;
  };
  readonly timeToRepair: { readonly lognormal: LognormalFit; readonly distance: number; readonly meanH: number };
}

/**
 * Fits working times and repairs of the nodes of a trace by maximum likelihood: every node works from the beginning, and
 * what has not failed by the end is censored. `nodes` counts those that never failed too, which a trace does not name.
 * RangeError for fewer nodes than the trace has, or too few faults to fit.
 */
export function fitTrace({ nodes: failed, lengthUs }: ImportedDownTimes, nodes: number): TraceFit {
  if (nodes < failed.length) throw new RangeError(`${nodes} nodes; the trace alone has ${failed.length}`);
  const lengthH = lengthUs / US_PER_HOUR;
  const working = { ended: [] as number[], censored: Array.from({ length: nodes - failed.length }, () => lengthH) };
  const repairs: number[] = [];
  for (const { downTimes } of failed) {
    let sinceUs = 0;
    for (const { fromUs, toUs } of downTimes) {
      // A record that begins with a fault says nothing of the time before it.
      if (fromUs > 0) working.ended.push(hoursOf(fromUs - sinceUs));
      if (toUs < lengthUs) repairs.push(hoursOf(toUs - fromUs));
      sinceUs = toUs;
    }
    if (sinceUs < lengthUs) working.censored.push(hoursOf(lengthUs - sinceUs));
  }
  return { faults: working.ended.length, ...fits(working, repairs) };
}

function fits(working: LifetimeSample, repairs: readonly number[]): Omit<TraceFit, 'faults'> {
  const weibull = fitWeibull(working);
  const lognormal = fitLognormal(repairs);
  const exponential = fitExponential(working);
  return {
    workingPerFaultH: exponential.mean,
    timeToFault: { exponential, weibull, distance: kaplanMeierDistance(working, weibullCdf(weibull)) },
    timeToRepair: {
      lognormal,
      distance: kaplanMeierDistance({ ended: repairs, censored: [] }, lognormalCdf(lognormal)),
      meanH: repairs.reduce((sum, value) => sum + value, 0) / repairs.length,
    },
  };
}

function hoursOf(us: number): number {
  return Math.max(LEAST_H, us / US_PER_HOUR);
}
