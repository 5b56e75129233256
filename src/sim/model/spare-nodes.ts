import type { TimeUs } from '../kernel/clock.ts';
import type { Cluster } from './cluster.ts';

/** Nodes of a pool that are kept out of scheduling until others of the pool break. */
export interface SpareNodes {
  /** Index into the cluster's pools; each at most once. */
  readonly pool: number;
  /** Below the pool's. */
  readonly nodes: number;
  /** From the moment a fault is found until the spare is at work, whole us. */
  readonly takeOverUs: TimeUs;
}

/** The nodes that are spares at first, from .. to-1: the last of their pool. */
export function sparesAtFirst({ pool, nodes }: SpareNodes, { pools }: Cluster): readonly [from: number, to: number] {
  const to = pools.slice(0, pool + 1).reduce((sum, one) => sum + one.nodes, 0);
  return [to - nodes, to];
}
