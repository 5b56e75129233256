import { isSharedPart, type ComponentScope } from '../../../sim/model/fault-scope.ts';
import { fieldsOfLevel, nodesPer, type DomainLevel } from '../../../sim/model/domains.ts';
import type { Path } from '../../problems.ts';
import type { Scenario } from '../../schema/scenario-schema.ts';
import type { Fault } from '../../schema-problems.ts';

type Cluster = Scenario['cluster'];
type Pool = NonNullable<Cluster['pools']>[number];

/** A domain without members would never fail: that is a mistake and no wish. */
export function checkScope({ pools }: Cluster, scope: ComponentScope, path: Path): Fault[] {
  if (scope === 'gpu') return checkGpus(pools, path);
  if (scope === 'node' || scope === 'cluster' || isSharedPart(scope)) return [];
  if (pools === undefined) {
    const reason = `nodes from a list do not say their ${scope}; give pools, or the scope node or cluster`;
    return [{ path, reason }];
  }
  const bare = pools.find((pool) => missingFor(pool, scope).length > 0);
  if (bare === undefined) return [];
  const fields = missingFor(bare, scope).join(' and ');
  return [
    { path, reason: `pool ${bare.name} has no such domain: it does not say its ${fields}; give it, or another scope` },
  ];
}

/** Fields of an entry that say something of the nodes under a fault, where no node goes down with what all share. */
export function checkShared(scope: ComponentScope, given: Readonly<Record<string, boolean>>, path: Path): Fault[] {
  if (!isSharedPart(scope)) return [];
  const reason = `has no meaning with scope: ${scope}, which takes no node down; leave it out, or give another scope`;
  return Object.entries(given).flatMap(([key, isGiven]) => (isGiven ? [{ path: [...path, key], reason }] : []));
}

/** Some nodes may have no GPUs, but not all of them. */
function checkGpus(pools: readonly Pool[] | undefined, path: Path): Fault[] {
  if (pools === undefined || pools.some(({ gpusPerNode }) => gpusPerNode > 0)) return [];
  return [{ path, reason: 'no pool has GPUs; give gpusPerNode, or another scope' }];
}

function missingFor(pool: Pool, scope: DomainLevel | 'site'): string[] {
  if (scope === 'site') return pool.site === undefined ? ['site'] : [];
  return fieldsOfLevel[scope].filter((field) => pool[field] === 0);
}

/** Domains of a scope; undefined where the nodes come from a list. */
export function domainCount({ pools }: Cluster, scope: Exclude<ComponentScope, 'gpu'>): number | undefined {
  if (isSharedPart(scope)) return 1;
  if (pools === undefined) return undefined;
  if (scope === 'cluster') return 1;
  if (scope === 'site') return new Set(pools.map(({ site }) => site)).size;
  return pools.reduce((sum, pool) => {
    const size = scope === 'node' ? 1 : nodesPer(pool, scope);
    return sum + Math.ceil(pool.nodes / (size || pool.nodes || 1));
  }, 0);
}
