import { pairedDifference } from '../../stats/paired-difference.ts';
import type { RunOutcome } from '../runs/task.ts';
import type { SweptPoint } from '../sweep.ts';

/** What is told of a metric: its name as written and which way is better. */
export interface Measure {
  readonly text: string;
  readonly better: 'less' | 'more';
}

/**
 * How the mean of a metric differs from another's, over runs that share their luck. Plain data. `better` and `worse` are
 * said where the interval does not hold 0, `same` where no pair of runs differs at all, `unstable` where one of the two
 * grows without end (its means say nothing), and `none` where there are not two pairs of runs that both have a value.
 */
export interface Difference {
  readonly verdict: 'better' | 'worse' | 'unsure' | 'same' | 'unstable' | 'none';
  /** Mean of value minus the other's; null, like its bounds, for `unstable` and `none`. */
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Pairs of runs that it was made of. */
  readonly pairs: number;
}

/** How a point differs from another in a metric, replication by replication. */
export function differenceOf(measure: Measure, point: SweptPoint, against: SweptPoint, level: number): Difference {
  const values = valuesOf(measure, point.outcomes);
  const others = valuesOf(measure, against.outcomes);
  const pairs = Math.min(values.length, others.length);
  if ([point, against].some(({ result }) => result.unstable !== null)) {
    return { verdict: 'unstable', mean: null, low: null, high: null, pairs };
  }
  return pairedBetter(measure.better, values.slice(0, pairs), others.slice(0, pairs), level);
}

/** The same of values, pair by pair; null where a run has none. */
export function pairedBetter(
  better: Measure['better'],
  values: readonly (number | null)[],
  against: readonly (number | null)[],
  level: number,
): Difference {
  const pairs = values.length;
  const isWhole = [...values, ...against].every((value) => value !== null);
  if (pairs < 2 || !isWhole) return { verdict: 'none', mean: null, low: null, high: null, pairs };
  const { interval, verdict } = pairedDifference(values as number[], against as number[], level);
  const { estimate: mean, low, high } = interval;
  if (values.every((value, index) => value === against[index])) return { verdict: 'same', mean, low, high, pairs };
  return { verdict: verdict === 'unsure' ? 'unsure' : verdict === better ? 'better' : 'worse', mean, low, high, pairs };
}

function valuesOf({ text }: Measure, outcomes: readonly RunOutcome[]): (number | null)[] {
  return outcomes.map(({ metrics }) => metrics[text] ?? null);
}
