import type { Cluster, NodePool } from './cluster.ts';

/**
 * Levels within a pool, from the smallest domain up: the network counts racks, leaves and spines, the building racks,
 * rows and rooms.
 */
export const domainLevels = ['rack', 'leaf', 'spine', 'row', 'room'] as const;
export type DomainLevel = (typeof domainLevels)[number];

/** Stretches of neighbouring nodes; where a pool does not model the level, all of it is one domain. */
export interface Domains {
  readonly count: number;
  readonly domainOf: Int32Array;
  readonly firstNode: Int32Array;
  /** One past the last node of each domain. */
  readonly endNode: Int32Array;
}

/** The fields by which a pool says that it models a level: each counts the domains of the one before, or nodes. */
export const fieldsOfLevel = {
  rack: ['nodesPerRack'],
  leaf: ['nodesPerRack', 'racksPerLeaf'],
  spine: ['nodesPerRack', 'racksPerLeaf', 'leavesPerSpine'],
  row: ['nodesPerRack', 'racksPerRow'],
  room: ['nodesPerRack', 'racksPerRow', 'rowsPerRoom'],
} as const satisfies Readonly<Record<DomainLevel, readonly (keyof NodePool)[]>>;

type LevelFields = Readonly<Partial<Record<(typeof fieldsOfLevel)[DomainLevel][number], number>>>;

/** Nodes in a domain of the level; 0 where the pool does not model it. */
export function nodesPer(pool: LevelFields, level: DomainLevel): number {
  return fieldsOfLevel[level].reduce((nodes, field) => nodes * (pool[field] ?? 0), 1);
}

/** The domains of a level. Domains do not reach over the border of a pool. */
export function domainsOf({ pools, nodeCount }: Cluster, level: DomainLevel): Domains {
  const firstNode: number[] = [];
  let first = 0;
  for (const pool of pools) {
    const size = nodesPer(pool, level) || pool.nodes;
    for (let from = first; from < first + pool.nodes; from += size) firstNode.push(from);
    first += pool.nodes;
  }
  return stretchesFrom(firstNode, nodeCount);
}

/** The sites: each all the pools of one name, which stand one after another. */
export function sitesOf({ pools, nodeCount }: Cluster): Domains {
  const firstNode: number[] = [];
  let first = 0;
  let before: string | undefined;
  for (const { nodes, site } of pools) {
    if (nodes > 0 && (site === undefined || site !== before)) firstNode.push(first);
    if (nodes > 0) before = site;
    first += nodes;
  }
  return stretchesFrom(firstNode, nodeCount);
}

/** Each stretch ends where the next begins. */
function stretchesFrom(firstNode: readonly number[], nodeCount: number): Domains {
  const endNode = [...firstNode.slice(1), nodeCount].slice(0, firstNode.length);
  const domainOf = new Int32Array(nodeCount);
  firstNode.forEach((from, domain) => domainOf.fill(domain, from, endNode[domain]));
  return {
    count: firstNode.length,
    domainOf,
    firstNode: Int32Array.from(firstNode),
    endNode: Int32Array.from(endNode),
  };
}
