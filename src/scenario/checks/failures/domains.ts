import { domainLevels, fieldsOfLevel } from '../../../sim/model/domains.ts';
import { pathText, type Path } from '../../problems.ts';
import type { Scenario } from '../../schema/scenario-schema.ts';
import type { Fault } from '../../schema-problems.ts';

type Cluster = Scenario['cluster'];
type Pool = NonNullable<Cluster['pools']>[number];

/** What is wrong with the domains that pools declare: counts of what is not there, and sites in pieces. */
export function checkDomains({ pools = [] }: Cluster): Fault[] {
  return [...pools.flatMap((pool, index) => checkCounts(pool, ['cluster', 'pools', index])), ...checkSites(pools)];
}

/** Racks of a row are counted in vain where nobody says which nodes share a rack. */
function checkCounts(pool: Pool, path: Path): Fault[] {
  const told = new Set<string>();
  return domainLevels.flatMap((level) => {
    const fields = fieldsOfLevel[level];
    const last = fields.at(-1)!;
    const missing = fields.find((field) => pool[field] === 0);
    if (missing === undefined || pool[last] === 0 || told.has(last)) return [];
    told.add(last);
    const reason = `the pool has no ${level}, for it does not say its ${missing}; give that too`;
    return [{ path: [...path, last], reason }];
  });
}

/** A site is a stretch of neighbouring pools. */
function checkSites(pools: readonly Pool[]): Fault[] {
  return pools.flatMap(({ site }, index) => {
    if (site === undefined || index === 0 || pools[index - 1]!.site === site) return [];
    const earlier = pools.findIndex((other) => other.site === site);
    if (earlier === index) return [];
    const other = pathText(['cluster', 'pools', earlier]);
    const reason = `${other} is there too, with other pools between them; list the pools of a site together`;
    return [{ path: ['cluster', 'pools', index, 'site'], reason }];
  });
}
