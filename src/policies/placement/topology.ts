import type { ParameterSchema, ParameterValues } from '../../sim/contract/definition.ts';
import {
  NO_DOMAIN,
  NO_NODE,
  type FreeView,
  type Gang,
  type GrantSink,
  type PlacementDefinition,
} from '../../sim/contract/placement.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import type { Cluster } from '../../sim/model/cluster.ts';
import type { DomainLevel } from '../../sim/model/domains.ts';
import { hasRoom, nobody, oneNode } from './gang-split.ts';
import { objectionToLevel } from './network-levels.ts';

const LEVELS: readonly DomainLevel[] = ['rack', 'leaf', 'spine'];

const required: ParameterSchema = {
  type: 'string',
  enum: ['none', ...LEVELS],
  default: 'none',
  description: 'A gang must lie within one domain of this level, or it waits. none: it need not.',
};
const preferred: ParameterSchema = {
  type: 'string',
  enum: ['none', ...LEVELS],
  default: 'rack',
  description:
    'The smallest level tried for a gang larger than a node; then the next larger. none: only what is required.',
};

/** Keeps a gang within the smallest rack, leaf or spine that holds it. */
export const topology: PlacementDefinition = {
  name: 'topology',
  summary:
    'Keeps a gang on one node, or within the smallest rack, leaf or spine that holds it; best fit at each level.',
  source:
    'rules of topology-aware scheduling in Kueue (required, preferred, unconstrained) and of the Slurm tree plug-in',
  parameters: { required, preferred },
  semantics: (parameters) => ({
    node: 'a gang that fits on a node takes the one with the fewest free GPUs that still holds it (ties: lowest node)',
    levels: `tried from the smallest up: ${levelsOf(parameters).join(', ') || 'none'}${
      parameters['required'] === 'none' ? ', then all nodes of a type' : '; beyond them a gang waits'
    }`,
    domain:
      'of the domains with enough free GPUs the one with the fewest; in it most free nodes first, the rest best fit',
    borders:
      'a domain does not reach over the border of a pool; a pool that does not model a level is one domain of it',
    types: 'a gang stays within one GPU type; at each level the first allowed type that fits',
    shares: 'a job that asks for part of a GPU holds a whole one',
    'cpu and memory':
      'each node carries its part of the gang in proportion to its GPUs; a domain that cannot is passed over',
  }),
  create(parameters) {
    const levels = levelsOf(parameters);
    const confined = parameters['required'] !== 'none';
    return {
      granularity: 'nodes',
      keeps: { classes: false, company: false, domains: levels },
      objection: (cluster) => objectionTo(levels, cluster),
      fits: (gang, free) => place(levels, confined, gang, free, nobody),
      place: (gang, free, grants) => place(levels, confined, gang, free, grants),
    };
  },
};

/** The levels to try, from the smallest up: the preferred one and those above it, up to the required one. */
function levelsOf(parameters: ParameterValues): DomainLevel[] {
  const most = LEVELS.findIndex((level) => level === parameters['required']);
  const least = LEVELS.findIndex((level) => level === parameters['preferred']);
  const end = most === -1 ? LEVELS.length : most + 1;
  if (least === -1) return most === -1 ? [] : LEVELS.slice(most, end);
  return LEVELS.slice(Math.min(least, end - 1), end);
}

function objectionTo([level]: readonly DomainLevel[], { pools }: Cluster): string | undefined {
  if (level === undefined) return 'it requires and prefers no level; name one, or take best-fit';
  return objectionToLevel(level, pools, 'best-fit');
}

function place(
  levels: readonly DomainLevel[],
  confined: boolean,
  gang: Gang,
  free: FreeView,
  grants: GrantSink,
): Refusal {
  const node = oneNode('best', gang, free);
  if (node !== NO_NODE) {
    grants.add(node, gang.gpus, 1);
    return Refusal.None;
  }
  for (const level of levels) if (placeWithin(level, gang, free, grants)) return Refusal.None;
  let room = false;
  for (let type = 0; type < free.typeCount; type++) {
    if (!hasRoom(gang, free, type)) continue;
    room = true;
    if (confined || gang.gpus <= free.nodeSize(type)) continue;
    if (!gather(gang, free, type, 0, Infinity, nobody)) continue;
    gather(gang, free, type, 0, Infinity, grants);
    return Refusal.None;
  }
  return room ? Refusal.Fragmented : Refusal.NoCapacity;
}

/** Places the gang in the tightest domain of the level that holds it. */
function placeWithin(level: DomainLevel, gang: Gang, free: FreeView, grants: GrantSink): boolean {
  const domains = free.domains(level);
  for (let type = 0; type < free.typeCount; type++) {
    if (gang.gpus <= free.nodeSize(type) || !hasRoom(gang, free, type)) continue;
    let domain = domains.tightest(type, gang.gpus);
    for (; domain !== NO_DOMAIN; domain = domains.looser(domain)) {
      const from = domains.firstNode(domain);
      const end = domains.endNode(domain);
      if (!gather(gang, free, type, from, end, nobody)) continue;
      return gather(gang, free, type, from, end, grants);
    }
  }
  return false;
}

/** Takes GPUs of the nodes from .. end-1, most free first, and for the last part the tightest node. False if too few. */
function gather(gang: Gang, free: FreeView, type: number, from: number, end: number, grants: GrantSink): boolean {
  let left = gang.gpus;
  for (let size = free.nodeSize(type); size > 0; size--) {
    let node = free.nodeWithFree(type, size, Math.min(size, left), gang, from);
    while (node !== NO_NODE && node < end) {
      if (left <= size) {
        grants.add(tightestNode(left, node, size, gang, free, type, from, end), left, 1);
        return true;
      }
      grants.add(node, size, 1);
      left -= size;
      node = free.nodeWithFree(type, size, Math.min(size, left), gang, node + 1);
    }
  }
  return false;
}

/** The node with the fewest free GPUs that holds the last part; `node` has `size` free and holds it. */
function tightestNode(
  left: number,
  node: NodeId,
  size: number,
  gang: Gang,
  free: FreeView,
  type: number,
  from: number,
  end: number,
): NodeId {
  for (let fewer = left; fewer < size; fewer++) {
    const other = free.nodeWithFree(type, fewer, left, gang, from);
    if (other !== NO_NODE && other < end) return other;
  }
  return node;
}
