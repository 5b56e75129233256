import { Deterministic, type DeterministicSpec } from './deterministic.ts';
import type { Distribution } from './distribution.ts';
import { Empirical, type EmpiricalSpec } from './empirical.ts';
import { Exponential, type ExponentialSpec } from './exponential.ts';
import { Gamma, type GammaSpec } from './gamma.ts';
import { Geometric, type GeometricSpec } from './geometric.ts';
import { Hyperexponential, type HyperexponentialSpec } from './hyperexponential.ts';
import { Lognormal, type LognormalSpec } from './lognormal.ts';
import { Pareto, type ParetoSpec } from './pareto.ts';
import { Uniform, type UniformSpec } from './uniform.ts';
import { Weibull, type WeibullSpec } from './weibull.ts';

/** A distribution as plain data, told apart by `kind`. Parameters are in the unit of the draws. */
export type DistributionSpec =
  | DeterministicSpec
  | ExponentialSpec
  | UniformSpec
  | WeibullSpec
  | GammaSpec
  | LognormalSpec
  | ParetoSpec
  | HyperexponentialSpec
  | EmpiricalSpec
  | GeometricSpec;

type Kind = DistributionSpec['kind'];

/** How each kind is built; a kind without an entry does not compile. */
const builders: { readonly [K in Kind]: (spec: Extract<DistributionSpec, { kind: K }>) => Distribution } = {
  deterministic: (spec) => new Deterministic(spec),
  exponential: (spec) => new Exponential(spec),
  uniform: (spec) => new Uniform(spec),
  weibull: (spec) => new Weibull(spec),
  gamma: (spec) => new Gamma(spec),
  lognormal: (spec) => new Lognormal(spec),
  pareto: (spec) => new Pareto(spec),
  hyperexponential: (spec) => new Hyperexponential(spec),
  empirical: (spec) => new Empirical(spec),
  geometric: (spec) => new Geometric(spec),
};

/** Every kind there is, in the order in which they are documented. */
export const distributionKinds = Object.keys(builders) as readonly Kind[];

/**
 * The distribution that `spec` describes. RangeError with the parameter, its value and the mend if a parameter is out
 * of its range, or for a kind that does not exist.
 */
export function buildDistribution<K extends Kind>(spec: Extract<DistributionSpec, { kind: K }>): Distribution {
  if (!Object.hasOwn(builders, spec.kind)) {
    throw new RangeError(`distribution kind is ${JSON.stringify(spec.kind)}; known: ${distributionKinds.join(', ')}`);
  }
  return builders[spec.kind](spec);
}
