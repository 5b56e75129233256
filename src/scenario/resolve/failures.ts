import { buildDistribution } from '../../sim/kernel/distributions/registry.ts';
import { residualLife } from '../../sim/kernel/distributions/residual-life.ts';
import { NEVER, US_PER_SECOND } from '../../sim/kernel/clock.ts';
import type { RandomStreams } from '../../sim/kernel/random.ts';
import type { ComponentClass, FailureModel } from '../../sim/model/failure-model.ts';
import { drawnLifetimes, recordedLifetimes, repeatedLifetimes, stationaryStart } from '../../sim/model/lifetimes.ts';
import type { FailuresEntry } from '../schema/scenario-schema.ts';
import { durationSpec } from './distribution-spec.ts';
import { microsecondsOf } from './seconds.ts';

/** What breaks in a run, as the scenario says it. */
export function resolveFailures(entry: FailuresEntry, streams: RandomStreams): FailureModel {
  return {
    classes: [
      ...entry.components.map((component) => componentClass(component, entry.start === 'stationary')),
      ...entry.outages.map(outageClass),
    ],
    technicians: entry.technicians ?? Infinity,
    luck: (component) => streams.stream('failures', component),
  };
}

function componentClass(entry: FailuresEntry['components'][number], isStationary: boolean): ComponentClass {
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

function outageClass(entry: FailuresEntry['outages'][number]): ComponentClass {
  const fromUs = microsecondsOf(entry.at);
  const forUs = microsecondsOf(entry.for);
  return {
    name: entry.name,
    scope: entry.scope,
    only: entry.domain,
    perDomain: 1,
    lifetimes:
      entry.every === undefined
        ? recordedLifetimes([{ fromUs, toUs: fromUs + forUs }])
        : repeatedLifetimes(fromUs, forUs, microsecondsOf(entry.every)),
    meanTimeToFaultUs: NEVER,
    detectionUs: microsecondsOf(entry.detection),
    needsTechnician: false,
  };
}
