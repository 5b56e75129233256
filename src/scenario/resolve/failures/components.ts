import { US_PER_SECOND, type TimeUs } from '../../../sim/kernel/clock.ts';
import { buildDistribution } from '../../../sim/kernel/distributions/registry.ts';
import { residualLife } from '../../../sim/kernel/distributions/residual-life.ts';
import type { ComponentClass, DrawUs, Lifetimes } from '../../../sim/model/failure-model.ts';
import { isSharedPart } from '../../../sim/model/fault-scope.ts';
import {
  drawnLifetimes,
  drawnTime,
  hastened,
  hastenedResidual,
  stationaryStart,
} from '../../../sim/model/lifetimes.ts';
import type { FailuresEntry } from '../../schema/scenario-schema.ts';
import { durationOrDistributionSpec, durationSpec } from '../distribution-spec.ts';
import { microsecondsOf } from '../seconds.ts';
import { predictionOf } from './node-care.ts';

type ComponentEntry = FailuresEntry['components'][number];

/** Nobody sees a hang: it is known when a collective times out. */
const HANG_DETECTION = '10m';

/** The classes of components that break by luck, and those of their false alarms behind them. */
export function componentClasses({ components, start, repair }: FailuresEntry): ComponentClass[] {
  const names = components.map(({ name }) => name);
  const classes = components.map((entry) => ({
    ...componentClass(entry, start === 'stationary', names),
    // Nodes are tried out, not what they share.
    burnInUs: repair === undefined || isSharedPart(entry.scope) ? 0 : microsecondsOf(repair.burnIn),
  }));
  return [...classes, ...components.flatMap(falseAlarms)];
}

function componentClass(entry: ComponentEntry, isStationary: boolean, names: readonly string[]): ComponentClass {
  const { missed, missedDetection, transient, reappears, lemons, burst, cascades, slowFactor, onSlow } = entry;
  const timeToFault = buildDistribution(durationSpec(entry.timeToFault));
  // On average, lemons among them.
  const haste = lemons === undefined ? 1 : 1 + lemons.share * (lemons.factor - 1);
  const meanTimeToFaultUs = (timeToFault.mean * US_PER_SECOND) / haste;
  return {
    name: entry.name,
    scope: entry.scope,
    perDomain: entry.perDomain,
    lifetimes: lifetimesOf(entry, isStationary, 1),
    meanTimeToFaultUs,
    detectionUs: meanDetectionUs(entry),
    ...(typeof entry.detection === 'object' && { drawDetectionUs: drawUs(entry.detection) }),
    ...(entry.effect === 'corrupt' && { corrupts: true }),
    ...(slowFactor !== undefined && { slow: { factor: slowFactor, isIgnored: onSlow === 'ignore' } }),
    needsTechnician: entry.technician,
    priority: entry.priority,
    meanRepairUs: buildDistribution(durationSpec(entry.timeToRepair)).mean * US_PER_SECOND,
    destroysData: entry.destroysData,
    ...(entry.prediction && { announced: predictionOf(entry.prediction, meanTimeToFaultUs) }),
    ...(missedDetection !== undefined && { missed: { share: missed, detectionUs: drawUs(missedDetection) } }),
    ...(transient && { transient: { share: transient.share, resetUs: drawUs(transient.reset) } }),
    ...(reappears && { reappears: { share: reappears.share, withinUs: drawUs(reappears.within) } }),
    ...(lemons && { lemons: { share: lemons.share, lifetimes: lifetimesOf(entry, isStationary, lemons.factor) } }),
    ...(burst && { burst }),
    ...(cascades.length > 0 && {
      cascades: cascades.map(({ to, probability, after }) => {
        return { to: names.indexOf(to), probability, afterUs: drawUs(after) };
      }),
    }),
  };
}

/** False alarms are a class of their own, of things that are as good as ever: its times to fault are times to the alarm. */
function falseAlarms(entry: ComponentEntry): ComponentClass[] {
  if (entry.falseAlarms === undefined) return [];
  const { meanTimeBetween, check } = entry.falseAlarms;
  const timeToAlarm = buildDistribution({ kind: 'exponential', mean: microsecondsOf(meanTimeBetween) / US_PER_SECOND });
  return [
    {
      name: `${entry.name}, false alarm`,
      scope: entry.scope,
      perDomain: entry.perDomain,
      lifetimes: drawnLifetimes(timeToAlarm, buildDistribution(durationOrDistributionSpec(check))),
      meanTimeToFaultUs: microsecondsOf(meanTimeBetween),
      detectionUs: 0,
      needsTechnician: false,
      isFalseAlarm: true,
    },
  ];
}

/** Lives of a component that breaks `factor` times as often as the scenario's times to fault say. */
function lifetimesOf({ timeToFault, timeToRepair }: ComponentEntry, isStationary: boolean, factor: number): Lifetimes {
  const fault = durationSpec(timeToFault);
  const repair = durationSpec(timeToRepair);
  const drawn = drawnLifetimes(hastened(buildDistribution(fault), factor), buildDistribution(repair));
  if (!isStationary) return drawn;
  return { ...drawn, standing: stationaryStart(hastenedResidual(residualLife(fault), factor), residualLife(repair)) };
}

/** On average, those that the first check misses among them. */
function meanDetectionUs(entry: ComponentEntry): TimeUs {
  const { detection = entry.effect === 'hang' ? HANG_DETECTION : 0, missed, missedDetection = 0 } = entry;
  return Math.round(US_PER_SECOND * ((1 - missed) * meanOf(detection) + missed * meanOf(missedDetection)));
}

/** In s. */
function meanOf(entry: string | number | object): number {
  return buildDistribution(durationOrDistributionSpec(entry)).mean;
}

function drawUs(entry: string | number | object): DrawUs {
  return drawnTime(buildDistribution(durationOrDistributionSpec(entry)));
}
