import type { RandomStream } from '../../sim/kernel/random.ts';
import type { Cluster } from '../../sim/model/cluster.ts';
import { domainsOf } from '../../sim/model/domains.ts';

/** Draws before all nodes are looked at: on a cluster of any size nearly every draw serves. */
const TRIES = 32;

/**
 * Nodes for so many copies of a block by the rule of HDFS: the first anywhere, the second in another rack, the third on
 * another node of that rack, more anywhere with at most (copies - 1) / racks + 2 in one rack. Where a rule cannot be
 * kept (one rack, few nodes) any node without a copy will do. At most one copy a node, so at most as many as nodes.
 */
export function spreadCopies(copies: number, cluster: Cluster, luck: RandomStream): number[] {
  const { domainOf, count } = domainsOf(cluster, 'rack');
  const chosen: number[] = [];
  const inRack = new Map<number, number>();
  const perRackMax = Math.floor((copies - 1) / count) + 2;
  const isNew = (node: number): boolean => !chosen.includes(node);
  const take = (suits: (rack: number) => boolean): void => {
    const node =
      drawnNode(cluster.nodeCount, luck, (one) => isNew(one) && suits(domainOf[one]!)) ??
      drawnNode(cluster.nodeCount, luck, isNew);
    if (node === undefined) return;
    chosen.push(node);
    inRack.set(domainOf[node]!, (inRack.get(domainOf[node]!) ?? 0) + 1);
  };
  for (let copy = 1; copy <= Math.min(copies, cluster.nodeCount); copy++) {
    if (copy === 1) take(() => true);
    else if (copy === 2) take((rack) => rack !== domainOf[chosen[0]!]);
    else if (copy === 3) take((rack) => rack === domainOf[chosen[1]!]);
    else take((rack) => (inRack.get(rack) ?? 0) < perRackMax);
  }
  return chosen;
}

/** One of the nodes that suit, each as likely as the others; undefined if none does. */
function drawnNode(nodeCount: number, luck: RandomStream, suits: (node: number) => boolean): number | undefined {
  for (let tries = 0; tries < TRIES; tries++) {
    const node = Math.floor(luck.uniform() * nodeCount);
    if (suits(node)) return node;
  }
  const left = Array.from({ length: nodeCount }, (_, node) => node).filter(suits);
  return left[Math.floor(luck.uniform() * left.length)];
}
