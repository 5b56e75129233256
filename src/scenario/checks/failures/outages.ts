import { secondsOf } from '../../resolve/seconds.ts';
import type { FailuresEntry, Scenario } from '../../schema/scenario-schema.ts';
import type { Fault } from '../../schema-problems.ts';
import { checkScope, checkShared, domainCount } from './scopes.ts';

/** Outages must strike something, and end before they begin anew. */
export function checkOutages({ outages }: FailuresEntry, cluster: Scenario['cluster']): Fault[] {
  return outages.flatMap((entry, index) => {
    const path = ['failures', 'outages', index];
    const faults = checkScope(cluster, entry.scope, [...path, 'scope']);
    faults.push(...checkShared(entry.scope, { destroysData: entry.destroysData }, path));
    const domains = domainCount(cluster, entry.scope);
    if (domains !== undefined && entry.domain >= domains) {
      const reason = `must be below ${domains}: the cluster has so many (${entry.scope})`;
      faults.push({ path: [...path, 'domain'], reason });
    }
    if (entry.every !== undefined && secondsOf(entry.every) <= secondsOf(entry.for)) {
      faults.push({ path: [...path, 'every'], reason: `must be longer than for, which is ${entry.for}` });
    }
    return faults;
  });
}
