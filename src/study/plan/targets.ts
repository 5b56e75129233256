import { duration } from '../../scenario/quantities/duration.ts';
import { parseInstant } from '../../scenario/quantities/instant.ts';
import { parseQuantity } from '../../scenario/quantities/quantity.ts';
import { MetricError, parseMetric, type Metric } from '../metrics/expression.ts';

/** Something that must hold: the mean of a metric over replications is on the right side of a bound. */
export interface Target {
  /** As it was written. */
  readonly text: string;
  readonly metric: Metric;
  readonly sense: 'at-most' | 'at-least';
  /** In the metric's unit: seconds, a share 0..1, or a number. */
  readonly bound: number;
  /** Confidence with which it must hold, 0..1. */
  readonly confidence: number;
}

const FORM = /^\s*([A-Za-z][\w.]*\s*(?:\([^()]*\))?)\s*(<=|>=|≤|≥|<|>|=)\s*([^@]+?)\s*(?:@\s*(.*?)\s*)?$/u;

/**
 * Reads a target. MetricError with the reason. `start` is the date of instant 0, for bounds that are dates; `confidence`
 * holds where the target names none.
 */
export function parseTarget(text: string, confidence: number, start: string | undefined): Target {
  const match = FORM.exec(text);
  if (match === null) {
    throw new MetricError('is no target; write it like p95(wait) <= 1h @ 95%, or availability >= 99.9%');
  }
  const [, name = '', sign = '', bound = '', level] = match;
  const metric = parseMetric(name.trim());
  if (!/^(?:<=|>=|≤|≥)$/u.test(sign)) throw new MetricError(`${sign} bounds nothing; write <= or >=`);
  return {
    text: text.trim(),
    metric,
    sense: sign === '<=' || sign === '≤' ? 'at-most' : 'at-least',
    bound: boundOf(bound, metric, start),
    confidence: level === undefined ? confidence : levelOf(level),
  };
}

/** What targets say that cannot be true together; a sentence each. */
export function contradictions(
  targets: readonly Target[],
): readonly { readonly index: number; readonly reason: string }[] {
  return targets.flatMap((target, index) => {
    const against = targets
      .slice(0, index)
      .find(
        (other) =>
          other.metric.text.replaceAll(' ', '') === target.metric.text.replaceAll(' ', '') &&
          other.sense !== target.sense &&
          (target.sense === 'at-most' ? target.bound < other.bound : target.bound > other.bound),
      );
    return against === undefined
      ? []
      : [{ index, reason: `contradicts the target ${against.text}: nothing can be both` }];
  });
}

function boundOf(text: string, { unit, text: name }: Metric, start: string | undefined): number {
  if (unit === 's') return secondsOf(text, start);
  const percent = /^(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(%?)$/.exec(text);
  if (percent === null) throw new MetricError(`the bound ${text} is no number; ${name} is ${unitWords(unit)}`);
  const value = Number(percent[1]);
  if (percent[2] === '%' && unit !== 'share') throw new MetricError(`the bound ${text} is a share; ${name} is none`);
  const share = percent[2] === '%' ? Number((value / 100).toPrecision(12)) : value;
  if (unit === 'share' && (share < 0 || share > 1)) {
    throw new MetricError(`the bound ${text} is not between 0 and 1; write 99% or 0.99`);
  }
  return share;
}

function unitWords(unit: Metric['unit']): string {
  return unit === 'share' ? 'a share, like 0.99 or 99%' : 'a plain number';
}

function secondsOf(text: string, start: string | undefined): number {
  if (/^\d{4}-/.test(text)) {
    const instant = parseInstant(text);
    if ('reason' in instant) throw new MetricError(`the bound ${text} is ${instant.reason}`);
    if (start === undefined) {
      throw new MetricError(
        `the bound ${text} is a date, but the scenario has none; give it a start, or write a duration`,
      );
    }
    const seconds = (Date.parse(instant.iso) - Date.parse(start)) / 1000;
    if (seconds < 0) throw new MetricError(`the bound ${text} is before the scenario's start, ${start}`);
    return seconds;
  }
  const parsed = parseQuantity(duration, text);
  if ('reason' in parsed) throw new MetricError(`the bound ${text}: ${parsed.reason}`);
  return parsed.value / 1e6;
}

function levelOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text);
  const level = match === null ? NaN : match[2] === '%' ? Number(match[1]) / 100 : Number(match[1]);
  if (!(level >= 0.5 && level < 1)) {
    throw new MetricError(
      `the confidence ${text === '' ? 'behind @' : text} is not between 50% and 100%; write it like @ 95%`,
    );
  }
  return level;
}
