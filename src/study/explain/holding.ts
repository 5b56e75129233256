import type { Cluster } from '../../sim/model/cluster.ts';
import type { Fact } from '../../sim/record/fact.ts';
import type { HeldNodes } from './job-story.ts';

/** What a gang got, from the grants in a fact. */
export function holdingOf({ grants, grantsFirst, grantsEnd }: Fact, cluster: Cluster) {
  const nodes: HeldNodes[] = [];
  let gpus = 0;
  for (let at = grantsFirst; at < grantsEnd; at += 3) {
    const [node, count, each] = [grants[at]!, grants[at + 1]!, grants[at + 2]!];
    gpus += count * each;
    nodes.push({ node: nodeName(cluster, node), last: nodeName(cluster, node + count - 1), nodes: count, gpus: each });
  }
  const gpuType = nodes.length === 0 ? '' : cluster.gpuTypes[cluster.nodeType[grants[grantsFirst]!]!]!;
  return { gpuType, gpus, nodes };
}

/** A node's own name, or its pool's name and its number in the pool, counted from 0. */
function nodeName({ nodeNames, nodePool, pools }: Cluster, node: number): string {
  const own = nodeNames[node];
  if (own !== undefined && own !== '') return own;
  const pool = nodePool[node]!;
  const before = pools.slice(0, pool).reduce((sum, { nodes }) => sum + nodes, 0);
  return `${pools[pool]!.name}/${node - before}`;
}
