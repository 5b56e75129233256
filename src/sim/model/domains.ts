import type { Cluster, NodePool } from './cluster.ts';

/** Levels of the network and of failure, from the smallest domain up. */
export const domainLevels = ['rack', 'leaf', 'spine'] as const;
export type DomainLevel = (typeof domainLevels)[number];

/** Stretches of neighbouring nodes of one pool; where a pool does not model the level, all of it is one domain. */
export interface Domains {
  readonly count: number;
  readonly domainOf: Int32Array;
  readonly firstNode: Int32Array;
  /** One past the last node of each domain. */
  readonly endNode: Int32Array;
}

/** The domains of a level. Domains do not reach over the border of a pool. */
export function domainsOf({ pools, nodeCount }: Cluster, level: DomainLevel): Domains {
  const domainOf = new Int32Array(nodeCount);
  const firstNode: number[] = [];
  const endNode: number[] = [];
  let first = 0;
  for (const pool of pools) {
    const size = nodesPer(pool, level) || pool.nodes;
    for (let from = first; from < first + pool.nodes; from += size) {
      const end = Math.min(from + size, first + pool.nodes);
      domainOf.fill(firstNode.length, from, end);
      firstNode.push(from);
      endNode.push(end);
    }
    first += pool.nodes;
  }
  return {
    count: firstNode.length,
    domainOf,
    firstNode: Int32Array.from(firstNode),
    endNode: Int32Array.from(endNode),
  };
}

/** Nodes in a domain of the level; 0 where the pool does not model it. */
function nodesPer({ nodesPerRack, racksPerLeaf = 0, leavesPerSpine = 0 }: NodePool, level: DomainLevel): number {
  switch (level) {
    case 'rack':
      return nodesPerRack;
    case 'leaf':
      return nodesPerRack * racksPerLeaf;
    case 'spine':
      return nodesPerRack * racksPerLeaf * leavesPerSpine;
    default:
      return level satisfies never;
  }
}
