import { pairedBetter, type Difference } from '../comparison/difference.ts';
import type { Study } from '../file/load-study.ts';
import type { Metric } from '../metrics/expression.ts';
import { StoreError } from '../results/journal.ts';
import type { SweptPoint } from '../sweep.ts';
import { keyOf, type Baseline, type BaselinePoint } from './baseline.ts';

/** What became of one metric at one point since the baseline. */
export interface CheckedMetric {
  readonly point: SweptPoint;
  readonly metric: Metric;
  readonly verdict: 'worse' | 'better' | 'unchanged' | 'unsure';
  /** Now minus earlier, over the seeds that both have. */
  readonly difference: Difference;
  /** What a difference cannot say: it became unstable, it has no value any more, its scenario was changed. */
  readonly notes: readonly string[];
}

/**
 * Holds a study's runs against a baseline, pair by pair of the same seed. A metric is worse where the interval of its
 * difference lies on the bad side by more than `tolerance` (a share of the baseline's mean), where its point became
 * unstable, or where it has lost its value. StoreError where the baseline lacks a point, a metric or two common seeds.
 */
export function checkAgainst(
  baseline: Baseline,
  path: string,
  study: Study,
  swept: readonly SweptPoint[],
  tolerance: number,
): CheckedMetric[] {
  const known = new Map(baseline.points.map((point) => [keyOf(point), point]));
  return swept.flatMap((point) => {
    const before = known.get(keyOf(point.result));
    if (before === undefined) {
      const setting = JSON.stringify({ scenario: point.result.variant, ...point.result.values });
      throw new StoreError(`${path}: has no point ${setting}; the study was changed: write it anew with --update`);
    }
    return study.metrics.map((metric) => {
      const values = before.metrics[metric.text];
      if (values === undefined) {
        throw new StoreError(`${path}: has no metric ${metric.text}; write it anew with --update`);
      }
      const offset = study.data.seed - baseline.seed;
      const [now, earlier] = commonSeeds(
        point.outcomes.map(({ metrics }) => metrics[metric.text] ?? null),
        values,
        offset,
      );
      if (now.length < 2) {
        throw new StoreError(`${path}: has fewer than two seeds in common with the study; write it anew with --update`);
      }
      const difference = pairedBetter(metric.better, now, earlier, study.data.confidence);
      return verdictOf(point, metric, before, difference, { now, earlier }, tolerance);
    });
  });
}

/** Values of the seeds that both sides have; `offset` is by how much the first side's seeds begin later. */
function commonSeeds<T>(now: readonly T[], earlier: readonly T[], offset: number): readonly [T[], T[]] {
  const seeds = now.map((_, index) => index).filter((index) => index + offset >= 0 && index + offset < earlier.length);
  return [seeds.map((index) => now[index]!), seeds.map((index) => earlier[index + offset]!)];
}

function verdictOf(
  point: SweptPoint,
  metric: Metric,
  before: BaselinePoint,
  difference: Difference,
  { now, earlier }: { readonly now: readonly (number | null)[]; readonly earlier: readonly (number | null)[] },
  tolerance: number,
): CheckedMetric {
  const { result } = point;
  const notes = result.scenarioHash === before.scenarioHash ? [] : ['its scenario was changed since'];
  const checked = (verdict: CheckedMetric['verdict'], ...more: readonly string[]): CheckedMetric => {
    return { point, metric, verdict, difference, notes: [...more, ...notes] };
  };
  const isUnstable = result.unstable !== null;
  const wasUnstable = before.unstable !== null;
  if (isUnstable && wasUnstable) return checked('unsure', 'unstable, as it was');
  if (isUnstable) return checked('worse', 'became unstable');
  if (wasUnstable) return checked('better', 'was unstable');
  if (now.includes(null)) {
    return earlier.includes(null) ? checked('unsure', 'no value in some runs') : checked('worse', 'has lost its value');
  }
  if (earlier.includes(null)) return checked('unsure', 'had no value in some runs');
  const mean = earlier.reduce((sum: number, value) => sum + value!, 0) / earlier.length;
  const allowed = tolerance * Math.abs(mean);
  const { low, high, verdict } = difference;
  // The end of the interval that is nearer to 0.
  const least = metric.better === 'less' ? low! : -high!;
  if (verdict === 'worse') return checked(least > allowed ? 'worse' : 'unchanged');
  return checked(verdict === 'better' ? 'better' : verdict === 'same' ? 'unchanged' : 'unsure');
}
