import { NEVER } from '../../../sim/kernel/clock.ts';
import type { ComponentClass } from '../../../sim/model/failure-model.ts';
import { recordedLifetimes, repeatedLifetimes } from '../../../sim/model/lifetimes.ts';
import type { FailuresEntry } from '../../schema/scenario-schema.ts';
import { microsecondsOf } from '../seconds.ts';

/** A fault at an instant that is known beforehand. */
export function outageClass(entry: FailuresEntry['outages'][number]): ComponentClass {
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
    destroysData: entry.destroysData,
  };
}
