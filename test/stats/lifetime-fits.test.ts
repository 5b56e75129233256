import { describe, expect, it } from 'vitest';
import { buildDistribution, type DistributionSpec } from '../../src/sim/kernel/distributions/registry.ts';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import {
  fitExponential,
  fitLognormal,
  fitWeibull,
  kaplanMeierDistance,
  lognormalCdf,
  weibullCdf,
  type LifetimeSample,
} from '../../src/stats/lifetime-fits.ts';

const COUNT = 20_000;

/** Draws that are looked at until an instant of their own, uniform up to `horizon`; Infinity: until they end. */
function sampleOf(spec: DistributionSpec, horizon = Infinity): LifetimeSample {
  const luck = new AleaStream('fits');
  const distribution = buildDistribution(spec);
  const sample = { ended: [] as number[], censored: [] as number[] };
  for (let draw = 0; draw < COUNT; draw++) {
    const value = distribution.sample(luck);
    const seen = horizon === Infinity ? Infinity : horizon * luck.uniform();
    if (value <= seen) sample.ended.push(value);
    else sample.censored.push(seen);
  }
  return sample;
}

/** The likelihood itself, term by term. */
function weibullLikelihood({ ended, censored }: LifetimeSample, shape: number, scale: number): number {
  const density = (x: number): number =>
    Math.log(shape / scale) + (shape - 1) * Math.log(x / scale) - (x / scale) ** shape;
  const survival = (x: number): number => -((x / scale) ** shape);
  return ended.reduce((sum, x) => sum + density(x), 0) + censored.reduce((sum, x) => sum + survival(x), 0);
}

describe('a fit by maximum likelihood', () => {
  it.each([
    [0.4, Infinity],
    [0.7, 30],
    [1, 10],
    [3, 12],
  ])('finds a Weibull of shape %f again, looked at for at most %f, and no neighbour is likelier', (shape, horizon) => {
    const sample = sampleOf({ kind: 'weibull', shape, scale: 8 }, horizon);
    expect(sample.censored.length > COUNT / 10).toBe(horizon !== Infinity);
    const fit = fitWeibull(sample);
    expect(fit.shape / shape).toBeCloseTo(1, 1);
    expect(fit.scale / 8).toBeCloseTo(1, 1);
    expect(fit.logLikelihood).toBeCloseTo(weibullLikelihood(sample, fit.shape, fit.scale), 4);
    for (const [k, s] of [
      [1.01, 1],
      [0.99, 1],
      [1, 1.01],
      [1, 0.99],
    ] as const) {
      expect(weibullLikelihood(sample, fit.shape * k, fit.scale * s)).toBeLessThan(fit.logLikelihood);
    }
    expect(kaplanMeierDistance(sample, weibullCdf(fit))).toBeLessThan(0.02);
  });

  it('of an exponential is the Weibull of shape 1: total time over what ended', () => {
    const sample = { ended: [1, 2, 3], censored: [6] };
    expect(fitExponential(sample)).toEqual({ mean: 4, logLikelihood: -3 * (Math.log(4) + 1) });
    expect(fitExponential(sample).logLikelihood).toBeCloseTo(weibullLikelihood(sample, 1, 4), 12);
    expect(fitWeibull(sample).logLikelihood).toBeGreaterThan(fitExponential(sample).logLikelihood);
  });

  it('finds a lognormal again', () => {
    const { ended } = sampleOf({ kind: 'lognormal', median: 60, sigma: 1.2 });
    const fit = fitLognormal(ended);
    expect(fit.median / 60).toBeCloseTo(1, 1);
    expect(fit.sigma).toBeCloseTo(1.2, 1);
    expect(kaplanMeierDistance({ ended, censored: [] }, lognormalCdf(fit))).toBeLessThan(0.02);
    expect(
      kaplanMeierDistance({ ended, censored: [] }, weibullCdf(fitWeibull({ ended, censored: [] }))),
    ).toBeGreaterThan(0.03);
  });

  it('is refused where there is nothing to fit', () => {
    expect(() => fitExponential({ ended: [], censored: [1] })).toThrow(RangeError);
    expect(() => fitWeibull({ ended: [1], censored: [] })).toThrow('a fit needs at least 2 times that ended');
    expect(() => fitWeibull({ ended: [2, 2, 2], censored: [] })).toThrow('the times are as good as equal');
    expect(() => fitLognormal([3, 3])).toThrow('the times are equal');
    expect(() => fitLognormal([3, 0])).toThrow('all above 0');
  });
});

describe('the distance from the Kaplan-Meier estimate', () => {
  it('is that of Kolmogorov and Smirnov where nothing is censored', () => {
    const uniform = (x: number): number => Math.min(1, Math.max(0, x));
    // At 0.2 two of three have ended, where a fifth should have.
    expect(kaplanMeierDistance({ ended: [0.9, 0.1, 0.2], censored: [] }, uniform)).toBeCloseTo(2 / 3 - 0.2, 12);
    expect(kaplanMeierDistance({ ended: [0.5, 0.5], censored: [] }, uniform)).toBeCloseTo(0.5, 12);
  });

  it('gives what is censored to those who are still there', () => {
    // One of four ends, one is lost to sight, one of two ends: 3/4 x 1/2 are left. Against what never ends.
    expect(kaplanMeierDistance({ ended: [1, 3], censored: [2, 5] }, () => 0)).toBeCloseTo(5 / 8, 12);
  });
});
