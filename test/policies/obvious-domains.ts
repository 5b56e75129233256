import { refusalNames, Refusal } from '../../src/sim/contract/refusal.ts';
import type { Gang } from '../../src/sim/contract/placement.ts';
import type { NodeGrant } from '../engine/fact-log.ts';
import { carries, type ObviousNode } from './obvious-node.ts';

type Nodes = readonly ObviousNode[];

const byNode = (a: ObviousNode, b: ObviousNode): number => a.node - b.node;
const sum = (nodes: Nodes, of: 'gpus' | 'cpuMilli' | 'memoryMiB'): number =>
  nodes.reduce((all, one) => all + one[of], 0);

/** The rules of `topology` and `spread` with their default parameters, by looking at all nodes; `types` holds those allowed. */
export function placeByDomains(rule: 'topology' | 'spread', gang: Gang, types: readonly Nodes[]): NodeGrant[] | string {
  const holding = types.flat().filter((one) => carries(one, gang.gpus, gang));
  const sign = rule === 'topology' ? 1 : -1;
  const [best] = holding.sort((a, b) => sign * (a.gpus - b.gpus) || byNode(a, b));
  if (best !== undefined) return [{ node: best.node, gpus: gang.gpus }];
  const roomy = types.filter(
    (mine) =>
      sum(mine, 'gpus') >= gang.gpus &&
      sum(mine, 'cpuMilli') >= gang.cpuMilli &&
      sum(mine, 'memoryMiB') >= gang.memoryMiB,
  );
  const larger = roomy.filter((mine) => gang.gpus > sizeOf(mine));
  const grants = rule === 'topology' ? withinLevels(gang, larger) : evenlyOver(gang, larger);
  return grants ?? refusalNames[roomy.length > 0 ? Refusal.Fragmented : Refusal.NoCapacity];
}

function sizeOf(nodes: Nodes): number {
  return Math.max(...nodes.map(({ size }) => size));
}

function domainsOf(nodes: Nodes, level: 'rack' | 'leaf' | 'spine'): Nodes[] {
  const domains = [...new Set(nodes.map((one) => one[level]))].sort((a, b) => a - b);
  return domains.map((domain) => nodes.filter((one) => one[level] === domain));
}

function withinLevels(gang: Gang, types: readonly Nodes[]): NodeGrant[] | undefined {
  for (const level of ['rack', 'leaf', 'spine'] as const) {
    for (const mine of types) {
      const roomy = domainsOf(mine, level).filter((domain) => sum(domain, 'gpus') >= gang.gpus);
      for (const domain of roomy.sort((a, b) => sum(a, 'gpus') - sum(b, 'gpus'))) {
        const grants = freestFirst(gang, domain);
        if (grants !== undefined) return grants;
      }
    }
  }
  for (const mine of types) {
    const grants = freestFirst(gang, mine);
    if (grants !== undefined) return grants;
  }
  return undefined;
}

function freestFirst(gang: Gang, nodes: Nodes): NodeGrant[] | undefined {
  const grants: NodeGrant[] = [];
  let left = gang.gpus;
  for (const one of nodes.toSorted((a, b) => b.gpus - a.gpus || byNode(a, b))) {
    if (one.gpus === 0 || !carries(one, Math.min(left, one.gpus), gang)) continue;
    if (left > one.gpus) {
      grants.push({ node: one.node, gpus: one.gpus });
      left -= one.gpus;
      continue;
    }
    const last = nodes.filter((other) => other.gpus <= one.gpus && carries(other, left, gang));
    const [tightest] = last
      .filter((other) => grants.every(({ node }) => node !== other.node))
      .sort((a, b) => a.gpus - b.gpus || byNode(a, b));
    return [...grants, { node: tightest!.node, gpus: left }];
  }
  return undefined;
}

function evenlyOver(gang: Gang, types: readonly Nodes[]): NodeGrant[] | undefined {
  for (const mine of types) {
    const grants = overRacks(gang, mine);
    if (grants !== undefined) return grants;
  }
  return undefined;
}

function overRacks(gang: Gang, nodes: Nodes): NodeGrant[] | undefined {
  const size = sizeOf(nodes);
  const wanted = Math.ceil(gang.gpus / size);
  const idleIn = (rack: Nodes): number => rack.filter((one) => one.gpus === one.size).length;
  const racks = domainsOf(nodes, 'rack').sort((a, b) => idleIn(b) - idleIn(a));
  const each = Array.from({ length: wanted }, (_, index) => index + 1).find(
    (most) => racks.reduce((all, rack) => all + Math.min(most, idleIn(rack)), 0) >= wanted,
  );
  if (each === undefined) return undefined;
  const grants: NodeGrant[] = [];
  let left = gang.gpus;
  for (const rack of racks) {
    let taken = 0;
    for (const one of rack) {
      const gpus = Math.min(size, left);
      if (left === 0 || taken === each || one.gpus !== size || !carries(one, gpus, gang)) continue;
      grants.push({ node: one.node, gpus });
      left -= gpus;
      taken++;
    }
  }
  return left === 0 ? grants : undefined;
}
