import { describe, expect, it } from 'vitest';
import {
  buildDistribution,
  distributionKinds,
  type DistributionSpec,
} from '../../src/sim/kernel/distributions/registry.ts';
import { residualLife } from '../../src/sim/kernel/distributions/residual-life.ts';
import { RandomStreams } from '../../src/sim/kernel/random.ts';
import { lowerGammaShare, normalCdf } from './special-functions.ts';

interface Example {
  readonly title: string;
  readonly spec: DistributionSpec;
  /** E[X²] / (2 E[X]), worked out apart from the code. */
  readonly mean: number;
  /** P(X > x) of the whole life. */
  readonly survival: (x: number) => number;
}

const examples: readonly Example[] = [
  { title: 'deterministic 3', spec: { kind: 'deterministic', value: 3 }, mean: 1.5, survival: (x) => (x < 3 ? 1 : 0) },
  {
    title: 'exponential of mean 2, which does not age',
    spec: { kind: 'exponential', mean: 2 },
    mean: 2,
    survival: (x) => Math.exp(-x / 2),
  },
  {
    title: 'uniform from 1 to 4',
    spec: { kind: 'uniform', min: 1, max: 4 },
    mean: 7 / 5,
    survival: (x) => Math.min(1, Math.max(0, (4 - x) / 3)),
  },
  {
    title: 'Weibull of shape 0.7',
    spec: { kind: 'weibull', shape: 0.7, scale: 2 },
    // scale · Γ(1 + 2/0.7) / (2 Γ(1 + 1/0.7))
    mean: 3.9730220509,
    survival: (x) => Math.exp(-((x / 2) ** 0.7)),
  },
  {
    title: 'Weibull of shape 3',
    spec: { kind: 'weibull', shape: 3, scale: 10 },
    mean: 5.0546808816,
    survival: (x) => Math.exp(-((x / 10) ** 3)),
  },
  {
    title: 'gamma of shape 0.4',
    spec: { kind: 'gamma', shape: 0.4, scale: 2 },
    mean: 1.4,
    survival: (x) => 1 - lowerGammaShare(0.4, x / 2),
  },
  {
    title: 'gamma of shape 2.5',
    spec: { kind: 'gamma', shape: 2.5, scale: 2 },
    mean: 3.5,
    survival: (x) => 1 - lowerGammaShare(2.5, x / 2),
  },
  {
    title: 'lognormal by mean 2 and scv 0.5',
    spec: { kind: 'lognormal', mean: 2, scv: 0.5 },
    mean: 1.5,
    survival: (x) => 1 - normalCdf((Math.log(x / 2) + Math.log(1.5) / 2) / Math.sqrt(Math.log(1.5))),
  },
  {
    title: 'lognormal by median 10 and sigma 0.5',
    spec: { kind: 'lognormal', median: 10, sigma: 0.5 },
    // (median / 2) · e^(1.5 sigma²)
    mean: 7.274957073,
    survival: (x) => 1 - normalCdf(Math.log(x / 10) / 0.5),
  },
  {
    title: 'Pareto of shape 6',
    spec: { kind: 'pareto', shape: 6, scale: 5 },
    mean: 3.125,
    survival: (x) => Math.min(1, (5 / x) ** 6),
  },
  {
    title: 'hyperexponential of two branches',
    spec: {
      kind: 'hyperexponential',
      branches: [
        { probability: 0.9, mean: 0.5 },
        { probability: 0.1, mean: 5.5 },
      ],
    },
    mean: 3.25,
    survival: (x) => 0.9 * Math.exp(-x / 0.5) + 0.1 * Math.exp(-x / 5.5),
  },
  {
    title: 'empirical of four values alike',
    spec: { kind: 'empirical', values: [8, 1, 4, 2] },
    mean: 85 / 30,
    survival: (x) => [8, 1, 4, 2].filter((value) => value > x).length / 4,
  },
  {
    title: 'empirical with weights, one of them a life of no length',
    spec: { kind: 'empirical', values: [8, 0, 4, 2], weights: [1, 5, 0, 4] },
    mean: 80 / 32,
    survival: (x) => (x < 8 ? 0.1 : 0) + (x < 2 ? 0.4 : 0),
  },
  {
    title: 'geometric of mean 4',
    spec: { kind: 'geometric', mean: 4 },
    mean: 3.5,
    survival: (x) => 0.75 ** Math.floor(x),
  },
];

const DRAWS = 100_000;

function samples({ title, spec }: Example): Float64Array {
  const residual = residualLife(spec);
  const stream = new RandomStreams(2026).stream('residual', title);
  return new Float64Array(DRAWS).map(() => residual.sample(stream));
}

/** P(residual > x): the survival function integrated from x on, over the whole of it; in steps, by the middle of each. */
function tailShare({ survival }: Example, lifeMean: number): (x: number) => number {
  const step = lifeMean / 2000;
  const below = [0];
  for (let at = 0; at < 200 * 2000 && below.length < 400_000; at++)
    below.push(below[at]! + survival((at + 0.5) * step) * step);
  return (x) => 1 - below[Math.min(below.length - 1, Math.round(x / step))]! / lifeMean;
}

it('every kind there is has an example below', () => {
  expect(new Set(examples.map(({ spec }) => spec.kind))).toEqual(new Set(distributionKinds));
});

describe.each(examples)('what is left of a life, $title', (example) => {
  const draws = samples(example);

  it('knows its mean', () => {
    expect(residualLife(example.spec).mean).toBeCloseTo(example.mean, 8);
  });

  it('draws with that mean', () => {
    const mean = draws.reduce((sum, value) => sum + value, 0) / DRAWS;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (DRAWS - 1);
    const standardError = Math.sqrt(variance / DRAWS);
    expect(standardError).toBeLessThanOrEqual(0.01 * example.mean);
    expect(Math.abs(mean - example.mean)).toBeLessThanOrEqual(4 * standardError);
  });

  it('is drawn with density P(X > x) / E[X] (Kolmogorov-Smirnov)', () => {
    const above = tailShare(example, buildDistribution(example.spec).mean);
    const distance = draws.toSorted().reduce((worst, x, index) => {
      const p = 1 - above(x);
      return Math.max(worst, (index + 1) / DRAWS - p, p - index / DRAWS);
    }, 0);
    // Passed by chance in 999 of 1,000 seeds, with 0.05 for the steps of the integral.
    expect(distance * Math.sqrt(DRAWS)).toBeLessThan(2);
  });
});

describe('lives without a residual', () => {
  it('a law without a mean is refused: its renewals never settle', () => {
    expect(() => residualLife({ kind: 'pareto', shape: 1, scale: 5 })).toThrow(
      'distribution pareto: its mean is Infinity; give a law with a finite mean',
    );
  });

  it('a Pareto with a mean and no variance has a residual of infinite mean, which can be drawn', () => {
    const residual = residualLife({ kind: 'pareto', shape: 1.5, scale: 5 });
    expect(residual.mean).toBe(Infinity);
    expect(residual.sample(new RandomStreams(1).stream('pareto'))).toBeGreaterThan(0);
  });

  it('of a life of no length nothing is left', () => {
    const none = residualLife({ kind: 'deterministic', value: 0 });
    expect(none.mean).toBe(0);
    expect(none.sample(new RandomStreams(1).stream('none'))).toBe(0);
  });
});
