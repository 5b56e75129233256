import type { FaultScope } from '../../../sim/model/failure-model.ts';
import type { Path } from '../../problems.ts';
import type { Scenario } from '../../schema/scenario-schema.ts';
import type { Fault } from '../../schema-problems.ts';

/** A domain without members would never fail: that is a mistake and no wish. */
export function checkScope({ pools }: Scenario['cluster'], scope: FaultScope, path: Path): Fault[] {
  if (pools === undefined || scope === 'node' || scope === 'cluster') return [];
  const field = ({ rack: 'nodesPerRack', leaf: 'racksPerLeaf', spine: 'leavesPerSpine' } as const)[scope];
  const bare = pools.filter((pool) => (pool[field] ?? 0) === 0);
  if (bare.length === 0) return [];
  const reason = `is ${scope}, but pool ${bare[0]!.name} does not say its ${field}; give it, or another scope`;
  return [{ path, reason }];
}

/** Undefined where the nodes come from a list. */
export function domainCount({ pools }: Scenario['cluster'], scope: FaultScope): number | undefined {
  if (pools === undefined) return undefined;
  if (scope === 'cluster') return 1;
  return pools.reduce((sum, pool) => {
    const leaf = pool.nodesPerRack * (pool.racksPerLeaf ?? 0);
    const size = { node: 1, rack: pool.nodesPerRack, leaf, spine: leaf * (pool.leavesPerSpine ?? 0) }[scope];
    return sum + Math.ceil(pool.nodes / (size || pool.nodes || 1));
  }, 0);
}
