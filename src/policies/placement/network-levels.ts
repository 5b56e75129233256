import type { NodePool } from '../../sim/model/cluster.ts';
import { fieldsOfLevel, nodesPer } from '../../sim/contract/levels.ts';
import type { DomainLevel } from '../../sim/model/domains.ts';

/** Why a placement by domains of a level makes no sense on these pools, and the mend; undefined if one models them. */
export function objectionToLevel(level: DomainLevel, pools: readonly NodePool[], instead: string): string | undefined {
  if (pools.some((pool) => nodesPer(pool, level) > 0)) return undefined;
  return `no pool says which nodes share a ${level}; give ${fieldsOfLevel[level].join(' and ')}, or take ${instead}`;
}
