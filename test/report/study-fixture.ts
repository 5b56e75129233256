import type { PlainValue } from '../../src/scenario/document/plain-data.ts';
import type { MetricRanking } from '../../src/study/comparison/ranking.ts';
import type { Making } from '../../src/study/results/making.ts';
import type { PointResult } from '../../src/study/results/point-result.ts';
import type { StudyResult } from '../../src/study/results/write-results.ts';

export const made: Making = {
  scenario: 'cluster.yaml',
  codeVersion: '0123456789abcdef',
  seed: 7,
  replications: { atLeast: 5, atMost: 5, metric: 'mean(wait)', relativeHalfWidth: 0.05, batchMeans: false },
  warmUp: { method: 'none', lengthS: null },
  design: 'product',
  axes: [],
};

const metrics = [
  { text: 'mean(wait)', unit: 's', better: 'less' },
  { text: 'utilisation', unit: 'share', better: 'more' },
] as const;

/** A study over the product of some axes, with made-up means: the wait shrinks along every axis. */
export function studyResult(
  axes: Readonly<Record<string, readonly PlainValue[]>>,
  more: Partial<StudyResult> = {},
): StudyResult {
  const names = Object.keys(axes);
  let settings: Record<string, PlainValue>[] = [{}];
  for (const name of names)
    settings = settings.flatMap((one) => axes[name]!.map((value) => ({ ...one, [name]: value })));
  const points = settings.map((values, index) => point(index, values, axes));
  return {
    schema: 'plimsoll.study/1',
    plimsollVersion: '0.1.0',
    name: 'rooms',
    description: 'A made-up study.',
    confidence: 0.95,
    axes: names,
    metrics,
    made: { ...made, axes: names.map((name) => ({ name, path: `path.of[0].${name}`, isLog: false })) },
    points,
    rankings: metrics.map(({ text, better }) => ranking(text, better, points)),
    ...more,
  };
}

function point(
  index: number,
  values: Record<string, PlainValue>,
  axes: Readonly<Record<string, readonly PlainValue[]>>,
): PointResult {
  const places = Object.entries(values).map(([name, value]) => axes[name]!.indexOf(value));
  const wait = places.reduce((left, place, axis) => left / (1 + place * (0.3 + 0.2 * axis)), 7200);
  const busy = 0.9 * 0.97 ** places.reduce((sum, place) => sum + place, 0);
  return {
    index,
    variant: '',
    values,
    scenarioHash: `hash-${index}`,
    capacity: { nodes: 8 + (places[0] ?? 0), gpus: 64 + 8 * (places[0] ?? 0), costPerHour: null },
    replications: 5,
    metrics: {
      'mean(wait)': { count: 5, mean: wait, low: 0.8 * wait, high: 1.2 * wait },
      utilisation: { count: 5, mean: busy, low: busy - 0.02, high: busy + 0.02 },
    },
    unstable: null,
    warnings: [],
  };
}

function ranking(metric: string, better: 'less' | 'more', points: readonly PointResult[]): MetricRanking {
  const mean = (of: PointResult): number => of.metrics[metric]!.mean! * (better === 'less' ? 1 : -1);
  const order = points.toSorted((a, b) => mean(a) - mean(b));
  const best = order[0]!;
  return {
    metric,
    isCertain: true,
    order: order.map((one) => {
      const by = one.metrics[metric]!.mean! - best.metrics[metric]!.mean!;
      const behind = { verdict: 'worse', mean: by, low: 0.9 * by, high: 1.1 * by, pairs: 5 } as const;
      return { index: one.index, behind: one === best ? null : behind };
    }),
  };
}
