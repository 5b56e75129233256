import { buildDistribution } from '../../sim/kernel/distributions/registry.ts';
import type { FaultScope } from '../../sim/model/failure-model.ts';
import type { Path } from '../problems.ts';
import { durationSpec } from '../resolve/distribution-spec.ts';
import { secondsOf } from '../resolve/seconds.ts';
import type { FailuresEntry, Scenario } from '../schema/scenario-schema.ts';
import type { Fault } from '../schema-problems.ts';

/** What the numbers of `failures:` mean together. */
export function checkFailures({ failures, cluster }: Scenario): Fault[] {
  if (failures === undefined) return [];
  const faults: Fault[] = [];
  const names = new Set<string>();
  const at = (...rest: (string | number)[]): Path => ['failures', ...rest];
  const claim = (name: string, path: Path): void => {
    if (names.has(name)) faults.push({ path, reason: 'names a second component or outage; names are unique' });
    names.add(name);
  };
  failures.components.forEach((entry, index) => {
    claim(entry.name, at('components', index, 'name'));
    faults.push(...checkScope(cluster, entry.scope, at('components', index, 'scope')));
    faults.push(...checkTimes(entry, failures.start, at('components', index)));
  });
  failures.outages.forEach((entry, index) => {
    claim(entry.name, at('outages', index, 'name'));
    faults.push(...checkScope(cluster, entry.scope, at('outages', index, 'scope')));
    const domains = domainCount(cluster, entry.scope);
    if (domains !== undefined && entry.domain >= domains) {
      const reason = `must be below ${domains}: the cluster has so many (${entry.scope})`;
      faults.push({ path: at('outages', index, 'domain'), reason });
    }
    if (entry.every !== undefined && secondsOf(entry.every) <= secondsOf(entry.for)) {
      faults.push({ path: at('outages', index, 'every'), reason: `must be longer than for, which is ${entry.for}` });
    }
  });
  return faults;
}

function checkTimes(entry: FailuresEntry['components'][number], start: FailuresEntry['start'], path: Path): Fault[] {
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

/** A domain without members would never fail: that is a mistake and no wish. */
function checkScope({ pools }: Scenario['cluster'], scope: FaultScope, path: Path): Fault[] {
  if (pools === undefined || scope === 'node' || scope === 'cluster') return [];
  const field = ({ rack: 'nodesPerRack', leaf: 'racksPerLeaf', spine: 'leavesPerSpine' } as const)[scope];
  const bare = pools.filter((pool) => (pool[field] ?? 0) === 0);
  if (bare.length === 0) return [];
  const reason = `is ${scope}, but pool ${bare[0]!.name} does not say its ${field}; give it, or another scope`;
  return [{ path, reason }];
}

/** Undefined where the nodes come from a list. */
function domainCount({ pools }: Scenario['cluster'], scope: FaultScope): number | undefined {
  if (pools === undefined) return undefined;
  if (scope === 'cluster') return 1;
  return pools.reduce((sum, pool) => {
    const leaf = pool.nodesPerRack * (pool.racksPerLeaf ?? 0);
    const size = { node: 1, rack: pool.nodesPerRack, leaf, spine: leaf * (pool.leavesPerSpine ?? 0) }[scope];
    return sum + Math.ceil(pool.nodes / (size || pool.nodes || 1));
  }, 0);
}
