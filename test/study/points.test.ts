import { describe, expect, it } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { studyOf } from '../../src/study/file/load-study.ts';
import { pointsOf } from '../../src/study/design/points.ts';
import { settlePoints } from '../../src/study/runs/settle-points.ts';

const head = 'name: s\nscenario: ../../scenarios/quickstart.yaml\n';
const study = (text: string) => studyOf(parseText('test/study/made-up.yaml', head + text));
const valuesOf = (text: string) => pointsOf(study(text).data).map(({ values }) => values);

const axes = `axes:
  a: { path: seed, values: [1, 2] }
  b: { path: 'cluster.pools[0].nodes', values: [3, 4] }
`;

describe('the points of a study', () => {
  it('are every combination of the axes, the last fastest', () => {
    expect(valuesOf(axes)).toEqual([
      { a: 1, b: 3 },
      { a: 1, b: 4 },
      { a: 2, b: 3 },
      { a: 2, b: 4 },
    ]);
  });

  it('are the values row by row in a list, without those that are excluded', () => {
    expect(valuesOf(`${axes}design: list\n`)).toEqual([
      { a: 1, b: 3 },
      { a: 2, b: 4 },
    ]);
    expect(valuesOf(`${axes}exclude: [{ a: 2 }, { a: 1, b: 3 }]\n`)).toEqual([{ a: 1, b: 4 }]);
  });

  it('of a Latin hypercube have one value in each slice of each axis, the same for the same seed', () => {
    const text = (seed: number): string => `seed: ${seed}
design: latin-hypercube
points: 8
axes:
  a: { path: seed, from: 0, to: 8 }
  b: { path: horizon, from: 1h, to: 9h }
`;
    const values = valuesOf(text(1)) as unknown as { readonly a: number; readonly b: string }[];
    expect(values.map(({ a }) => Math.floor(a)).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(values.map(({ b }) => /^(?:(\d)h)?/.exec(b)![1])).size).toBe(8);
    expect(valuesOf(text(1))).toEqual(values);
    expect(valuesOf(text(2))).not.toEqual(values);
  });

  it('of a range are evenly spaced, or by the same factor', () => {
    const range = (rest: string) => valuesOf(`axes:\n  a: { path: seed, ${rest} }\n`).map(({ a }) => a);
    expect(range('from: 0, to: 1')).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(range('from: 1, to: 1000, points: 4, scale: log')).toEqual([1, 10, 100, 1000]);
    expect(range('from: 1, to: 4, points: 7, whole: true')).toEqual([1, 2, 3, 4]);
    expect(range('from: 30m, to: 2h, points: 4')).toEqual(['30m', '1h', '1h30m', '2h']);
  });

  it('of variants have the changes of what they extend before their own', () => {
    const points = pointsOf(
      study(`set: { seed: 5 }
scenarios:
  small: { set: { 'cluster.pools[0].nodes': 30 } }
  slow: { extends: small, set: { policies.scheduling: fifo } }
`).data,
    );
    expect(points.map(({ variant }) => variant)).toEqual(['small', 'slow']);
    expect(points[1]!.changes.map(({ path }) => path)).toEqual([
      'seed',
      'cluster.pools[0].nodes',
      'policies.scheduling',
    ]);
  });

  it('are settled before the first run: a mistake is told at the line of the study', () => {
    const wrong = study(`axes:
  nodes:
    path: cluster.pools[0].nodez
    values: [3]
`);
    expect(() => settlePoints(wrong, pointsOf(wrong.data))).toThrow(
      'test/study/made-up.yaml:5  axes.nodes: cluster.pools[0].nodez is an unknown key; did you mean "nodes"?',
    );
    const negative = study("axes:\n  nodes: { path: 'cluster.pools[0].nodes', values: [3, -3] }\n");
    expect(() => settlePoints(negative, pointsOf(negative.data))).toThrow(
      'cluster.pools[0].nodes is -3; must be at least 0',
    );
  });
});

describe('a study file', () => {
  it.each([
    ['axis: {}\n', 'axis is an unknown key; did you mean "axes"?'],
    ['metrics: [p95(wiat)]\n', 'metrics[0] is "p95(wiat)"; "wiat" is no quantity of a job; did you mean "wait"?'],
    ['axes:\n  a: { path: seed }\n', 'axes.a has no values; give values, or from and to'],
    ['axes:\n  a: { path: seed, values: [1], from: 1, to: 2 }\n', 'axes.a has values and a range'],
    ['axes:\n  a: { path: seed, from: 3, to: 2 }\n', 'goes from 3 to 2; write the smaller value first'],
    ['axes:\n  a: { path: seed, from: 1h, to: 2 }\n', 'one end with a unit and one without'],
    ['axes:\n  a: { path: seed, from: 0, to: 2, scale: log }\n', 'begins above 0, not at 0'],
    [`${axes}exclude: [{ c: 1 }]\n`, 'exclude[0].c is no axis'],
    ['design: latin-hypercube\n', 'needs points'],
    ['points: 5\n', 'points is 5; has no meaning for the design product'],
    [
      'design: list\naxes:\n  a: { path: seed, values: [1] }\n  b: { path: horizon, values: [1h, 2h] }\n',
      'they have 1, 2',
    ],
    ['scenarios:\n  a: { extends: b }\n', 'is no scenario of the study'],
    ['scenarios:\n  a: { extends: b }\n  b: { extends: a }\n', 'extends itself: a -> b -> a'],
    ['replications: { atLeast: 5, atMost: 3 }\n', 'must not be below atLeast (5)'],
    ['replications: { metric: utilisation }\nmetrics: [ettr]\n', 'is none of the metrics'],
    ['warmUp: { method: fixed }\n', 'needs a length'],
    ['warmUp: { length: 1h }\n', 'has no meaning for the method none'],
    ['confidence: 95\n', 'confidence is 95; must be at most 0.9999'],
  ])('%j is refused: %s', (text, message) => {
    expect(() => study(text)).toThrow(message);
  });

  it('tells all mistakes at once, each with its line', () => {
    expect(() => study('warmUp: { method: fixed }\npoints: 3\nmetrics: [nothing]\n')).toThrow(
      /made-up.yaml:3 .*\n.*made-up.yaml:|made-up.yaml:4/,
    );
  });
});
