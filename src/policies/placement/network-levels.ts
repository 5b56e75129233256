import type { NodePool } from '../../sim/model/cluster.ts';
import type { DomainLevel } from '../../sim/model/domains.ts';

/** Why a placement by domains of a level makes no sense on these pools, and the mend; undefined if one models them. */
export function objectionToLevel(level: DomainLevel, pools: readonly NodePool[], instead: string): string | undefined {
  const models = pools.some(({ nodesPerRack, racksPerLeaf = 0, leavesPerSpine = 0 }) => {
    const leaf = nodesPerRack * racksPerLeaf;
    return { rack: nodesPerRack, leaf, spine: leaf * leavesPerSpine }[level] > 0;
  });
  if (models) return undefined;
  const fields = { rack: 'nodesPerRack', leaf: 'nodesPerRack and racksPerLeaf' };
  const needed = level === 'spine' ? `${fields.leaf} and leavesPerSpine` : fields[level];
  return `no pool says which nodes share a ${level}; give ${needed}, or take ${instead}`;
}
