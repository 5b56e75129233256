import { US_PER_SECOND } from '../../../sim/kernel/clock.ts';
import { buildDistribution } from '../../../sim/kernel/distributions/registry.ts';
import { residualLife } from '../../../sim/kernel/distributions/residual-life.ts';
import type { ComponentClass } from '../../../sim/model/failure-model.ts';
import { drawnLifetimes, stationaryStart } from '../../../sim/model/lifetimes.ts';
import type { FailuresEntry } from '../../schema/scenario-schema.ts';
import { durationSpec } from '../distribution-spec.ts';
import { microsecondsOf } from '../seconds.ts';

/** A class of components that break by luck. */
export function componentClass(entry: FailuresEntry['components'][number], isStationary: boolean): ComponentClass {
  const timeToFault = buildDistribution(durationSpec(entry.timeToFault));
  const drawn = drawnLifetimes(timeToFault, buildDistribution(durationSpec(entry.timeToRepair)));
  const standing = isStationary
    ? stationaryStart(residualLife(durationSpec(entry.timeToFault)), residualLife(durationSpec(entry.timeToRepair)))
    : undefined;
  return {
    name: entry.name,
    scope: entry.scope,
    perDomain: entry.perDomain,
    lifetimes: standing === undefined ? drawn : { ...drawn, standing },
    meanTimeToFaultUs: timeToFault.mean * US_PER_SECOND,
    detectionUs: microsecondsOf(entry.detection),
    needsTechnician: entry.technician,
  };
}
