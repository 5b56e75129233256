import type { TimeUs } from '../kernel/clock.ts';
import type { Cluster } from './cluster.ts';

/** Nodes of a pool that are kept out of scheduling until others of the pool break. */
export interface SpareNodes {
  /** Index into the cluster's pools. */
  readonly pool: number;
  /** With those of all other spares of the pool, below the pool's. */
  readonly nodes: number;
  /** From the moment a fault is found until the spare is at work, whole us. */
  readonly takeOverUs: TimeUs;
  /** The only jobs that they stand in for. Left out: all. */
  readonly jobs?: ReadonlySet<number>;
}

/** The nodes that are spares at first, from .. to-1: the last of their pool, those that come first behind those after them. */
export function sparesAtFirst(all: readonly SpareNodes[], { pools }: Cluster): (readonly [from: number, to: number])[] {
  const end = pools.map((_, pool) => pools.slice(0, pool + 1).reduce((sum, one) => sum + one.nodes, 0));
  return all.map(({ pool, nodes }) => {
    const to = end[pool]!;
    end[pool] = to - nodes;
    return [to - nodes, to];
  });
}
