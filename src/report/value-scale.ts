import { max, min } from 'd3-array';
import { durationScale, durationTicks, tickBelow } from './charts/duration-axis.ts';

/** A metric as pages need it: what it is called, what its number counts, and which way is better. */
export interface PageMetric {
  readonly text: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
}

/** A mean with its interval, as results hold it. */
export interface Estimate {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Where the values of a metric stand in a drawing. */
export interface ValueScale {
  /** Title of the axis: the unit, and whether it is logarithmic. */
  readonly title: string;
  readonly isLog: boolean;
  /** From a value in the metric's unit to one on the axis; what lies outside stands at the edge. */
  readonly place: (value: number) => number;
  /** Right or upper end, where values stand that are beyond all measure. */
  readonly end: number;
  readonly scale: object;
  readonly axis: object;
}

/** Durations over a wider range than this stand on a logarithmic axis. */
const WIDE_RATIO = 30;
/** Intervals that reach further than this many times the largest mean are cut off. */
const REACH_MAX = 2.5;

const DURATION_UNITS = [
  { name: 'days', seconds: 86_400 },
  { name: 'hours', seconds: 3600 },
  { name: 'minutes', seconds: 60 },
  { name: 'seconds', seconds: 1 },
] as const;

/**
 * The axis for some estimates of one metric; `others` are values that must be on it too, such as a bound. No metric is
 * below zero and no share above one, so intervals are drawn no further than that.
 */
export function valueScale(estimates: readonly Estimate[], unit: string, others: readonly number[] = []): ValueScale {
  const known = estimates.filter((one): one is Estimate & { mean: number } => one.mean !== null);
  const means = [...known.map(({ mean }) => mean), ...others];
  const most = Math.max(max(means) ?? 0, Number.MIN_VALUE);
  const ceiling = unit === 'share' ? 1 : Infinity;
  const top = Math.min(ceiling, REACH_MAX * most, Math.max(most, max(known, ({ high }) => high ?? 0) ?? 0));
  const bottom = Math.max(0, Math.min(min(means) ?? 0, min(known, ({ mean, low }) => low ?? mean) ?? 0));
  const least = min(means.filter((value) => value > 0)) ?? most;
  if (unit === 's' && most / least > WIDE_RATIO) return wideDurations(Math.max(bottom, least / 3), 1.15 * top);
  const { name, size } = unitOf(unit, most);
  // An axis that may begin at zero does, unless that squeezes all there is to see into its upper half.
  const from = bottom < 0.5 * top ? 0 : Math.max(0, bottom - 0.08 * (top - bottom));
  const to = Math.min(ceiling, top + 0.06 * (top - from)) || 1;
  const domain = from < to ? [from * size, to * size] : [0, Math.max(1, 2 * to * size)];
  return {
    title: name,
    isLog: false,
    place: placer(domain, size),
    end: domain[1]!,
    scale: { domain, nice: false, zero: false },
    axis: { tickCount: 5 },
  };
}

function wideDurations(fromS: number, toS: number): ValueScale {
  const bottom = tickBelow(fromS);
  return {
    title: 'log scale',
    isLog: true,
    place: placer([bottom, toS], 1),
    end: toS,
    scale: { ...durationScale, domain: [bottom, toS] },
    axis: durationTicks(bottom, toS),
  };
}

function placer([from, to]: readonly number[], size: number): (value: number) => number {
  return (value) => Number(Math.min(to!, Math.max(from!, value * size)).toPrecision(6));
}

/** How the axis is called and how many of its units one of the metric is. */
export function unitOf(unit: string, most: number): { readonly name: string; readonly size: number } {
  if (unit === 'share') return { name: '%', size: 100 };
  if (unit !== 's') return { name: unit === 'number' ? '' : unit, size: 1 };
  const found = DURATION_UNITS.find(({ seconds }) => most >= 2 * seconds);
  if (found !== undefined) return { name: found.name, size: 1 / found.seconds };
  return most < 0.1 ? { name: 'milliseconds', size: 1000 } : { name: 'seconds', size: 1 };
}
