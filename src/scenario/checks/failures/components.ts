import { buildDistribution } from '../../../sim/kernel/distributions/registry.ts';
import type { Path } from '../../problems.ts';
import { durationSpec } from '../../resolve/distribution-spec.ts';
import type { FailuresEntry, Scenario } from '../../schema/scenario-schema.ts';
import type { Fault } from '../../schema-problems.ts';
import { checkScope } from './scopes.ts';

type ComponentEntry = FailuresEntry['components'][number];

/** What breaks by luck must be somewhere, and its times must have a law. */
export function checkComponents({ components, start }: FailuresEntry, cluster: Scenario['cluster']): Fault[] {
  return components.flatMap((entry, index) => {
    const path = ['failures', 'components', index];
    return [...checkScope(cluster, entry.scope, [...path, 'scope']), ...checkTimes(entry, start, path)];
  });
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
