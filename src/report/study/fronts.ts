import { type capacityObjectives } from '../../study/plan/objective.ts';
import type { PointResult } from '../../study/results/point-result.ts';
import type { StudyResult } from '../../study/results/write-results.ts';
import type { Estimate, PageMetric } from '../value-scale.ts';

/** Something that points are weighed by: a metric, or what they cost. */
export interface Measure {
  readonly name: string;
  readonly metric: PageMetric;
  readonly of: (point: PointResult) => Estimate;
}

/** Two measures that pull in different directions, as far as is known. */
export type Pair = readonly [Measure, Measure];

const PAIRS_MAX = 3;

/** What costs least in the first: cost, else GPUs, else nodes, if points differ in it; then the metrics in their order. */
export function pairsOf({ points, metrics }: StudyResult): Pair[] {
  const measures = metrics.map((metric) => ({
    name: metric.text,
    metric,
    of: (point: PointResult) => point.metrics[metric.text]!,
  }));
  const size = sizeMeasure(points);
  const first = size ?? measures[0];
  if (first === undefined) return [];
  return measures
    .filter((measure) => measure !== first)
    .slice(0, size === null ? 1 : PAIRS_MAX)
    .map((measure) => [first, measure]);
}

const sizes = {
  cost: { name: 'cost an hour', of: ({ capacity }: PointResult) => capacity.costPerHour },
  gpus: { name: 'GPUs', of: ({ capacity }: PointResult) => capacity.gpus },
  nodes: { name: 'nodes', of: ({ capacity }: PointResult) => capacity.nodes },
} satisfies Partial<Record<(typeof capacityObjectives)[number], unknown>>;

function sizeMeasure(points: readonly PointResult[]): Measure | null {
  for (const { name, of } of Object.values(sizes)) {
    const values = points.map(of);
    if (values.includes(null) || new Set(values).size < 2) continue;
    const metric = { text: name, unit: 'number', better: 'less' } as const;
    return {
      name,
      metric,
      of: (point) => {
        const value = of(point);
        return { mean: value, low: null, high: null };
      },
    };
  }
  return null;
}

/**
 * For each point, by its place: null for one on the Pareto front of two measures, else the place of one that is at least
 * as good in both and better in one; undefined where it is unstable or lacks a mean. n log n.
 */
export function frontOf(points: readonly PointResult[], pair: Pair): readonly (number | null | undefined)[] {
  const costs = points.map((point) => {
    const means = pair.map(({ of, metric }) => {
      const { mean } = of(point);
      return mean === null ? NaN : metric.better === 'less' ? mean : -mean;
    });
    return { x: means[0]!, y: means[1]!, isKnown: point.unstable === null && !means.some(Number.isNaN) };
  });
  const order = costs.map((_, place) => place).filter((place) => costs[place]!.isKnown);
  order.sort((a, b) => costs[a]!.x - costs[b]!.x || costs[a]!.y - costs[b]!.y || a - b);
  const by: (number | null | undefined)[] = points.map(() => undefined);
  // The best so far is left of, or above, all that follow; only its equals are not worse than it.
  let best: number | undefined;
  for (const place of order) {
    const { x, y } = costs[place]!;
    const leader = best === undefined ? undefined : costs[best]!;
    const isFront = leader === undefined || y < leader.y || (y === leader.y && x === leader.x);
    by[place] = isFront ? null : best!;
    if (leader === undefined || y < leader.y) best = place;
  }
  return by;
}
