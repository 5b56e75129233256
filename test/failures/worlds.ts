import { NEVER } from '../../src/sim/kernel/clock.ts';
import { RandomStreams } from '../../src/sim/kernel/random.ts';
import type { ComponentClass, FailureModel } from '../../src/sim/model/failure-model.ts';
import type { Distribution } from '../../src/sim/kernel/distributions/distribution.ts';
import { buildDistribution, type DistributionSpec } from '../../src/sim/kernel/distributions/registry.ts';
import { drawnLifetimes } from '../../src/sim/model/lifetimes.ts';

type ClassSketch = Partial<ComponentClass> & Pick<ComponentClass, 'lifetimes'>;

/** A failure model of such classes; nodes that are found broken at once, and technicians for all, unless it is said. */
export function worldOf(classes: readonly ClassSketch[], seed = 1, technicians = Infinity): FailureModel {
  const streams = new RandomStreams(seed);
  return {
    classes: classes.map((kind) => ({
      name: 'node',
      scope: 'node',
      perDomain: 1,
      meanTimeToFaultUs: NEVER,
      detectionUs: 0,
      needsTechnician: true,
      ...kind,
    })),
    technicians,
    luck: (component) => streams.stream('failures', component),
  };
}

/** A storage and a control plane that break so often, us, with two components each; NEVER: none does. */
export function sharedParts(meanUs: number, repair: Distribution, detectionUs = 0): ClassSketch[] {
  if (meanUs === NEVER) return [];
  const fault = buildDistribution({ kind: 'exponential', mean: meanUs / 1e6 });
  return (['storage', 'control-plane'] as const).map((scope) => {
    return { name: scope, scope, perDomain: 2, detectionUs, lifetimes: drawnLifetimes(fault, repair) };
  });
}

/** Nodes with exponential times to fault of this mean, and repair times of this distribution, in hours. */
export function nodesThatFail(mtbfHours: number, repair: DistributionSpec): ClassSketch {
  const fault = buildDistribution({ kind: 'exponential', mean: mtbfHours * 3600 });
  return { lifetimes: drawnLifetimes(fault, buildDistribution(repair)), meanTimeToFaultUs: mtbfHours * 3600e6 };
}
