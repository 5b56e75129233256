import { describe, expect, it } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { settleDocument } from '../../src/scenario/settle.ts';
import { differenceOf, pairedBetter } from '../../src/study/comparison/difference.ts';
import { dominatedBy } from '../../src/study/comparison/pareto-front.ts';
import { rankPoints } from '../../src/study/comparison/ranking.ts';
import { changesBetween } from '../../src/study/comparison/scenario-changes.ts';
import type { SweptPoint } from '../../src/study/sweep.ts';

/** A point whose runs have these values of "wait" and "use". */
function point(index: number, wait: readonly (number | null)[], use: readonly number[], unstable = false): SweptPoint {
  const outcomes = wait.map((value, run) => ({ metrics: { wait: value, use: use[run]! } }));
  const mean = (values: readonly (number | null)[]): number | null =>
    values.includes(null) ? null : values.reduce((sum: number, value) => sum + value!, 0) / values.length;
  const metrics = { wait: { mean: mean(wait) }, use: { mean: mean(use) } };
  const result = { index, metrics, unstable: unstable ? { jobsPerHour: 3, gpusPerHour: 3 } : null };
  return { outcomes, result } as unknown as SweptPoint;
}

const wait = { text: 'wait', better: 'less' } as const;
const use = { text: 'use', better: 'more' } as const;
const base = point(0, [10, 20, 30, 40], [0.5, 0.6, 0.7, 0.8]);

describe('the difference of two points', () => {
  it('is certain where each pair of runs says the same, though the runs differ far more among themselves', () => {
    const shorter = point(1, [9, 18.9, 29.1, 39], [0.5, 0.6, 0.7, 0.8]);
    expect(differenceOf(wait, shorter, base, 0.95)).toMatchObject({ verdict: 'better', mean: -1, pairs: 4 });
    expect(differenceOf(wait, base, shorter, 0.95)).toMatchObject({ verdict: 'worse' });
    expect(differenceOf(use, shorter, base, 0.95)).toMatchObject({ verdict: 'same', mean: 0 });
  });

  it('is not certain where the pairs contradict each other, and more is better where the metric says so', () => {
    expect(differenceOf(wait, point(1, [0, 40, 10, 70], [1, 1, 1, 1]), base, 0.95).verdict).toBe('unsure');
    expect(differenceOf(use, point(1, [0, 0, 0, 0], [0.6, 0.71, 0.8, 0.9]), base, 0.95).verdict).toBe('better');
  });

  it('is of the replications that both have, and of none where one is unstable or has no value', () => {
    expect(differenceOf(wait, point(1, [9, 19], [1, 1]), base, 0.95)).toMatchObject({ pairs: 2, mean: -1 });
    expect(differenceOf(wait, point(1, [9, 19], [1, 1], true), base, 0.95).verdict).toBe('unstable');
    expect(differenceOf(wait, point(1, [9, null, 3, 4], [1, 1, 1, 1]), base, 0.95).verdict).toBe('none');
    expect(pairedBetter('less', [1], [2], 0.95).verdict).toBe('none');
  });
});

describe('a ranking', () => {
  it('puts the best first, leaves out what has no mean, and says whether the first place is certain', () => {
    const good = point(1, [8, 18.1, 28, 37.9], [0.4, 0.5, 0.6, 0.7]);
    const points = [base, good, point(2, [0, 0, 0, 0], [1, 1, 1, 1], true), point(3, [null, 1, 1, 1], [0, 0, 0, 0])];
    const [byWait, byUse] = rankPoints([wait, use], points, 0.95);
    expect(byWait).toMatchObject({ order: [{ index: 1, behind: null }, { index: 0 }], isCertain: true });
    expect(byUse!.order.map(({ index }) => index)).toEqual([0, 1, 3]);
    const close = rankPoints([wait], [base, point(1, [0, 40, 10, 45], [1, 1, 1, 1])], 0.95)[0]!;
    expect(close).toMatchObject({ order: [{ index: 1 }, { index: 0 }], isCertain: false });
  });
});

describe('the Pareto front', () => {
  it('holds what nothing else beats, equals among each other, and nothing that is unstable', () => {
    const points = [
      base,
      point(1, [10, 20, 30, 40], [0.5, 0.6, 0.7, 0.8]),
      point(2, [1, 1, 1, 1], [0.1, 0.1, 0.1, 0.1]),
      point(3, [30, 30, 30, 30], [0.5, 0.5, 0.5, 0.5]),
      point(4, [0, 0, 0, 0], [1, 1, 1, 1], true),
    ];
    const results = points.map(({ result }) => result);
    expect(dominatedBy([wait, use], results)).toEqual([null, null, null, 0, undefined]);
  });
});

describe('what changed in a scenario', () => {
  const settled = (text: string) => settleDocument(parseText('a.yaml', text)).data;
  const text = `name: a
cluster: { pools: [{ name: p, nodes: 2, gpusPerNode: 1 }] }
workload: { jobs: [{ id: one, gpus: 1, submit: 0, run: 1h }] }
policies: { scheduling: fifo, placement: count }
`;

  it('is told by path, with defaults filled in, but for its name and seed', () => {
    expect(changesBetween(settled(text), settled(text.replace('name: a', 'name: b\nseed: 9')))).toEqual([]);
    const other = text
      .replace('nodes: 2', 'nodes: 3')
      .replace('run: 1h }', 'run: 60m }, { id: two, gpus: 1, submit: 0, run: 1s }');
    const changes = changesBetween(settled(text), settled(other));
    expect(changes).toMatchObject([
      { path: 'cluster.pools[0].nodes', from: 2, to: 3 },
      { path: 'workload.jobs[1]', from: null, to: { gpus: 1 } },
    ]);
  });
});
