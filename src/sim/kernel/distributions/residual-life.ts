import { exp, ln, power } from '../portable-math.ts';
import type { RandomStream } from '../random.ts';
import { Empirical } from './empirical.ts';
import { Gamma } from './gamma.ts';
import { Geometric } from './geometric.ts';
import { Lognormal } from './lognormal.ts';
import { parameterError } from './parameters.ts';
import { Pareto } from './pareto.ts';
import { buildDistribution, type DistributionSpec } from './registry.ts';
import { WeightedChoice } from './weighted-choice.ts';

/** Time to the next renewal, from an instant at which renewals have been going on for ever. */
export interface ResidualLife {
  /** E[X], of a whole life. */
  readonly lifeMean: number;
  /** E[X²] / (2 E[X]), with X the whole life; Infinity where the integral diverges. */
  readonly mean: number;
  sample(stream: RandomStream): number;
}

type Draw = (stream: RandomStream) => number;
type Kind = DistributionSpec['kind'];

/**
 * The life that an instant falls into, by kind: a long one is met more often than a short one, in proportion to its
 * length (density x f(x) / E[X]). A kind without an entry does not compile.
 */
const livesMet: { readonly [K in Kind]: (spec: Extract<DistributionSpec, { kind: K }>) => Draw } = {
  deterministic:
    ({ value }) =>
    () =>
      value,
  exponential: ({ mean }) => drawOf(new Gamma({ kind: 'gamma', shape: 2, scale: mean })),
  uniform:
    ({ min, max }) =>
    (stream) =>
      Math.sqrt(min * min + (max * max - min * min) * stream.uniform()),
  weibull: ({ shape, scale }) => {
    // (X / scale)^shape, an exponential before, is now a gamma of 1 / shape more.
    const hazard = new Gamma({ kind: 'gamma', shape: 1 + 1 / shape, scale: 1 });
    return (stream) => scale * power(hazard.sample(stream), 1 / shape);
  },
  gamma: ({ shape, scale }) => drawOf(new Gamma({ kind: 'gamma', shape: shape + 1, scale })),
  lognormal: (spec) => {
    const squaredSigma = 'mean' in spec ? ln(1 + spec.scv) : spec.sigma * spec.sigma;
    const median = 'mean' in spec ? spec.mean / Math.sqrt(1 + spec.scv) : spec.median;
    const sigma = Math.sqrt(squaredSigma);
    return drawOf(new Lognormal({ kind: 'lognormal', median: median * exp(squaredSigma), sigma }));
  },
  pareto: ({ shape, scale }) => drawOf(new Pareto({ kind: 'pareto', shape: shape - 1, scale })),
  hyperexponential: ({ branches }) => {
    const choice = new WeightedChoice(branches.map(({ probability, mean }) => probability * mean));
    const lives = branches.map(({ mean }) => new Gamma({ kind: 'gamma', shape: 2, scale: mean }));
    return (stream) => lives[choice.pick(stream.uniform())]!.sample(stream);
  },
  empirical: ({ values, weights }) =>
    drawOf(
      new Empirical({
        kind: 'empirical',
        values,
        weights: values.map((value, index) => value * (weights?.[index] ?? 1)),
      }),
    ),
  // Two runs of failures, before the instant and after it, meet at the success between them.
  geometric: (spec) => {
    const half = new Geometric(spec);
    return (stream) => half.sample(stream) + half.sample(stream) - 1;
  },
};

/**
 * What is left of the life that an instant falls into: any part of it alike. Its density at x is P(X > x) / E[X].
 * RangeError as `buildDistribution`, and for a law without a mean: its renewals never settle.
 */
export function residualLife<K extends Kind>(spec: Extract<DistributionSpec, { kind: K }>): ResidualLife {
  const { mean, variance } = buildDistribution(spec);
  if (mean === Infinity) throw parameterError(spec.kind, 'its mean', mean, 'a law with a finite mean');
  if (mean === 0) return { lifeMean: 0, mean: 0, sample: () => 0 };
  const lifeMet = livesMet[spec.kind](spec);
  return {
    lifeMean: mean,
    mean: (variance + mean * mean) / (2 * mean),
    sample: (stream) => stream.uniform() * lifeMet(stream),
  };
}

function drawOf(law: { sample(stream: RandomStream): number }): Draw {
  return (stream) => law.sample(stream);
}
