import { buildDistribution } from '../../../sim/kernel/distributions/registry.ts';
import { pathText, type Path } from '../../problems.ts';
import { durationOrDistributionSpec, durationSpec } from '../../resolve/distribution-spec.ts';
import type { FailuresEntry, Scenario } from '../../schema/scenario-schema.ts';
import type { Fault } from '../../schema-problems.ts';
import { suggestion } from '../../suggestions.ts';
import { checkScope, checkShared } from './scopes.ts';

type ComponentEntry = FailuresEntry['components'][number];

/** What breaks by luck must be somewhere, and its times must have a law. */
export function checkComponents({ components, start }: FailuresEntry, cluster: Scenario['cluster']): Fault[] {
  return components.flatMap((entry, index) => {
    const path = ['failures', 'components', index];
    return [
      ...checkScope(cluster, entry.scope, [...path, 'scope']),
      ...checkShared(entry.scope, nodeFields(entry), path),
      ...checkTimes(entry, start, path),
      ...checkDelays(entry, path),
      ...checkMissed(entry, path),
      ...checkSlowness(entry, path),
      ...checkDestruction(entry, path),
      ...checkValidation(entry, path),
      ...(entry.burst === undefined ? [] : checkScope(cluster, entry.burst.within, [...path, 'burst', 'within'])),
      ...checkCascades(entry, components, path),
    ];
  });
}

/** Whether those fields are given that say what becomes of nodes. */
function nodeFields({ effect, destroysData, burst, falseAlarms, prediction }: ComponentEntry): Record<string, boolean> {
  return {
    effect: effect === 'slow' || effect === 'corrupt',
    destroysData,
    burst: burst !== undefined,
    falseAlarms: falseAlarms !== undefined,
    prediction: prediction !== undefined,
  };
}

/** How slow, and what then: where a fault slows gangs down, and nowhere else. */
function checkSlowness({ effect, slowFactor, onSlow }: ComponentEntry, path: Path): Fault[] {
  if (effect === 'slow' && slowFactor === undefined) {
    const reason = `${pathText([...path, 'slowFactor'])} is missing; say at what part of their speed gangs run on`;
    return [{ path: [...path, 'effect'], reason, whole: true }];
  }
  if (effect === 'slow') return [];
  const given = Object.entries({ slowFactor, onSlow }).filter(([, value]) => value !== undefined);
  return given.map(([key]) => {
    return {
      path: [...path, key],
      reason: `has no meaning with effect: ${effect}; give effect: slow, or leave it out`,
    };
  });
}

/** What is slow, or wrong without anybody seeing it, still has its data. */
function checkDestruction({ effect, destroysData }: ComponentEntry, path: Path): Fault[] {
  if (!destroysData || (effect !== 'slow' && effect !== 'corrupt')) return [];
  return [
    {
      path: [...path, 'destroysData'],
      reason: `has no meaning with effect: ${effect}; give effect: stop, or leave it out`,
    },
  ];
}

/** Nobody sees that something is wrong but who looks. */
function checkValidation({ effect, detection }: ComponentEntry, path: Path): Fault[] {
  if (effect !== 'corrupt' || detection !== undefined) return [];
  const reason = `${pathText([...path, 'detection'])} is missing; say how long after such a fault a validation finds it`;
  return [{ path: [...path, 'effect'], reason, whole: true }];
}

/** A share of missed faults, and when those are found: neither says anything without the other. */
function checkMissed({ missed, missedDetection }: ComponentEntry, path: Path): Fault[] {
  const at = pathText([...path, 'missedDetection']);
  if (missed > 0 && missedDetection === undefined) {
    const reason = `${at} is missing; say when the ${missed} of faults are found that the first check misses`;
    return [{ path: [...path, 'missed'], reason, whole: true }];
  }
  if (missed > 0 || missedDetection === undefined) return [];
  return [
    {
      path: [...path, 'missedDetection'],
      reason: `${at} is given, but no fault is missed; give missed too`,
      whole: true,
    },
  ];
}

/** Distributions that may stand where a duration does. */
function checkDelays(entry: ComponentEntry, path: Path): Fault[] {
  const { detection, missedDetection, falseAlarms, transient, reappears, cascades } = entry;
  const delays: [string | number | object | undefined, ...Path][] = [
    [detection, 'detection'],
    [missedDetection, 'missedDetection'],
    [falseAlarms?.check, 'falseAlarms', 'check'],
    [transient?.reset, 'transient', 'reset'],
    [reappears?.within, 'reappears', 'within'],
    ...cascades.map(({ after }, index): [typeof after, ...Path] => [after, 'cascades', index, 'after']),
  ];
  return delays.flatMap(([delay, ...at]) => {
    if (typeof delay !== 'object') return [];
    return faultsIn(() => buildDistribution(durationOrDistributionSpec(delay)), [...path, ...at]);
  });
}

/** What follows from a fault must be something else, and must not lead back to it: there would be no end. */
function checkCascades(entry: ComponentEntry, components: readonly ComponentEntry[], path: Path): Fault[] {
  const names = components.map(({ name }) => name);
  return entry.cascades.flatMap(({ to }, index) => {
    const at = [...path, 'cascades', index, 'to'];
    if (!names.includes(to)) return [{ path: at, reason: suggestion(to, names) }];
    // Every circle goes back in the list somewhere: that is where it is told, once.
    if (names.indexOf(to) > names.indexOf(entry.name) || !leadsTo(to, entry.name, components)) return [];
    const reason = `leads back to ${entry.name}; a fault must not follow from itself: for others of the class give burst`;
    return [{ path: at, reason }];
  });
}

function leadsTo(from: string, to: string, components: readonly ComponentEntry[]): boolean {
  const met = new Set([from]);
  for (const name of met) {
    if (name === to) return true;
    for (const next of components.find((one) => one.name === name)?.cascades ?? []) met.add(next.to);
  }
  return false;
}

function faultsIn(build: () => unknown, path: Path): Fault[] {
  try {
    build();
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ path, reason: error.message }];
  }
}

function checkTimes(entry: ComponentEntry, start: FailuresEntry['start'], path: Path): Fault[] {
  const faults: Fault[] = [];
  for (const key of ['timeToFault', 'timeToRepair'] as const) {
    try {
      const { mean } = buildDistribution(durationSpec(entry[key]));
      if (key === 'timeToFault' && !(mean > 0))
        faults.push({ path: [...path, key], reason: 'must have a mean above 0s' });
      if (mean === Infinity && start === 'stationary') {
        const reason = 'has no finite mean, so that nothing is stationary; give it a shape above 1, or start: fresh';
        faults.push({ path: [...path, key], reason });
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      faults.push({ path: [...path, key], reason: error.message });
    }
  }
  return faults;
}
