import { refusalNames, Refusal } from '../../src/sim/contract/refusal.ts';
import type { Gang } from '../../src/sim/contract/placement.ts';
import { domainLevels, domainsOf } from '../../src/sim/model/domains.ts';
import type { Cluster } from '../../src/sim/model/cluster.ts';
import type { NodeGrant } from '../engine/fact-log.ts';
import type { PlacementChoice } from '../engine/random-runs.ts';
import { carries, partOf, type ObviousNode } from './obvious-node.ts';
import { placeByDomains } from './obvious-domains.ts';
import { scores } from './obvious-scores.ts';

export function idleNodes(cluster: Cluster): ObviousNode[] {
  const [racks, leaves, spines] = domainLevels.map((level) => domainsOf(cluster, level).domainOf);
  return Array.from({ length: cluster.nodeCount }, (_, node) => ({
    node,
    type: cluster.nodeType[node]!,
    size: cluster.nodeGpus[node]!,
    rack: racks![node]!,
    leaf: leaves![node]!,
    spine: spines![node]!,
    cpuMilliSize: cluster.nodeCpuMilli[node]!,
    memoryMiBSize: cluster.nodeMemoryMiB[node]!,
    held: [],
    gpus: cluster.nodeGpus[node]!,
    cpuMilli: cluster.nodeCpuMilli[node]!,
    memoryMiB: cluster.nodeMemoryMiB[node]!,
  }));
}

/** Takes (sign -1) or gives back (+1) a gang's grants. */
export function move(nodes: ObviousNode[], grants: readonly NodeGrant[], gang: Gang, sign: 1 | -1): void {
  for (const { node, gpus } of grants) {
    const one = nodes[node]!;
    one.gpus += sign * gpus;
    one.cpuMilli += sign * partOf(gang.cpuMilli, gpus, gang);
    one.memoryMiB += sign * partOf(gang.memoryMiB, gpus, gang);
    if (gang.gpus === 0) continue;
    one.held = sign === -1 ? [...one.held, gang.gpus] : one.held.toSpliced(one.held.indexOf(gang.gpus), 1);
  }
}

const byRule: Record<string, (a: ObviousNode, b: ObviousNode) => number> = {
  'first-fit': (a, b) => a.node - b.node,
  'best-fit': (a, b) => a.gpus - b.gpus || a.node - b.node,
  'worst-fit': (a, b) => b.gpus - a.gpus || a.node - b.node,
};
byRule['consolidate'] = byRule['best-fit']!;
// Of gangs that read no data.
byRule['delay-scheduling'] = byRule['best-fit']!;

/** The rules of the placements as their semantics state them, by looking at all nodes each time. */
export function placeObviously(
  choice: PlacementChoice,
  gang: Gang,
  nodes: readonly ObviousNode[],
): NodeGrant[] | string {
  const [rule, { split }] = typeof choice === 'string' ? [choice, { split: '' }] : choice;
  const allowed = nodes.filter((one) => ((gang.typeMask >>> one.type) & 1) === 1);
  const types = [...new Set(nodes.map((one) => one.type))]
    .sort((a, b) => a - b)
    .map((type) => allowed.filter((one) => one.type === type))
    .filter((mine) => mine.length > 0);
  const sum = (mine: readonly ObviousNode[], of: 'gpus' | 'cpuMilli' | 'memoryMiB'): number =>
    mine.reduce((total, one) => total + one[of], 0);
  if (rule === 'count') {
    const mine = types.find((some) => sum(some, 'gpus') >= gang.gpus);
    if (mine === undefined) return refusalNames[Refusal.NoCapacity];
    return fill(mine.toSorted(byRule['worst-fit']), gang.gpus);
  }
  if (rule === 'topology' || rule === 'spread') return placeByDomains(rule, gang, types);
  const order = orderOf(rule, gang);
  const one = allowed.filter((some) => carries(some, gang.gpus, gang)).sort(order)[0];
  if (one !== undefined) return [{ node: one.node, gpus: gang.gpus }];
  const roomy = types.filter(
    (mine) =>
      sum(mine, 'gpus') >= gang.gpus &&
      sum(mine, 'cpuMilli') >= gang.cpuMilli &&
      sum(mine, 'memoryMiB') >= gang.memoryMiB,
  );
  for (const mine of roomy) {
    const grants = rule in scores ? spreadByScore(rule, gang, mine) : spread(split, order, gang, mine);
    if (grants !== undefined) return grants;
  }
  return refusalNames[roomy.length > 0 ? Refusal.Fragmented : Refusal.NoCapacity];
}

/** Which node comes first for a gang. */
function orderOf(rule: string, gang: Gang): Order {
  const score = scores[rule];
  return score === undefined ? byRule[rule]! : (a, b) => score(gang, b) - score(gang, a) || a.node - b.node;
}

/** Nodes that can hold the gang, as plain data. */
export function thatCarry(gang: Gang, nodes: readonly ObviousNode[]): number[] {
  return nodes
    .filter((one) => ((gang.typeMask >>> one.type) & 1) === 1 && carries(one, gang.gpus, gang))
    .map(({ node }) => node);
}

/** Takes what is free, node after node. */
function fill(nodes: readonly ObviousNode[], wanted: number): NodeGrant[] {
  let left = wanted;
  return nodes.flatMap(({ node, gpus: free }) => {
    const gpus = Math.min(left, free);
    left -= gpus;
    return gpus > 0 ? [{ node, gpus }] : [];
  });
}

type Order = (a: ObviousNode, b: ObviousNode) => number;

function spread(split: string, order: Order, gang: Gang, mine: readonly ObviousNode[]): NodeGrant[] | undefined {
  const size = Math.max(...mine.map((one) => one.size));
  if (gang.gpus <= size || size === 0) return undefined;
  const remainder = gang.gpus % size;
  if (split === 'anywhere') return gather(mine.toSorted(order), gang, Infinity);
  if (split === 'fewest-nodes' && remainder > 0) {
    return gather(mine.toSorted(byRule['worst-fit']), gang, Math.ceil(gang.gpus / size));
  }
  const idle = mine.filter((one) => one.gpus === size && carries(one, size, gang));
  const whole = idle.slice(0, Math.floor(gang.gpus / size));
  if (whole.length < Math.floor(gang.gpus / size)) return undefined;
  const grants = whole.map(({ node }) => ({ node, gpus: size }));
  if (remainder === 0) return grants;
  const other = mine.filter((one) => !whole.includes(one) && carries(one, remainder, gang)).sort(order)[0];
  return other && [...grants, { node: other.node, gpus: remainder }];
}

/** Whole idle nodes, and for the remainder the best of the nodes in use and the lowest idle one that is left. */
function spreadByScore(rule: string, gang: Gang, mine: readonly ObviousNode[]): NodeGrant[] | undefined {
  const size = Math.max(...mine.map((one) => one.size));
  if (gang.gpus <= size || size === 0) return undefined;
  const remainder = gang.gpus % size;
  const whole = mine
    .filter((one) => one.gpus === size && carries(one, size, gang))
    .slice(0, Math.floor(gang.gpus / size));
  if (whole.length < Math.floor(gang.gpus / size)) return undefined;
  const grants = whole.map(({ node }) => ({ node, gpus: size }));
  if (remainder === 0) return grants;
  const part = {
    ...gang,
    gpus: remainder,
    cpuMilli: partOf(gang.cpuMilli, remainder, gang),
    memoryMiB: partOf(gang.memoryMiB, remainder, gang),
  };
  const others = mine.filter((one) => !whole.includes(one) && carries(one, remainder, gang));
  const idle = others.filter((one) => one.gpus === size).slice(0, 1);
  const other = [...others.filter((one) => one.gpus < size), ...idle].sort(orderOf(rule, part))[0];
  return other && [...grants, { node: other.node, gpus: remainder }];
}

/** Node after node takes what is free there, if it can carry that much; all of the gang on at most so many nodes. */
function gather(nodes: readonly ObviousNode[], gang: Gang, nodesMax: number): NodeGrant[] | undefined {
  const grants: NodeGrant[] = [];
  let left = gang.gpus;
  for (const one of nodes) {
    const gpus = Math.min(left, one.gpus);
    if (gpus === 0 || grants.length === nodesMax || !carries(one, gpus, gang)) continue;
    grants.push({ node: one.node, gpus });
    left -= gpus;
  }
  return left === 0 ? grants : undefined;
}
