import type { ParameterSchema } from '../../sim/contract/definition.ts';
import {
  NO_DOMAIN,
  NO_NODE,
  type DomainView,
  type FreeView,
  type Gang,
  type GrantSink,
  type PlacementDefinition,
} from '../../sim/contract/placement.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import { domainLevels } from '../../sim/contract/levels.ts';
import type { DomainLevel } from '../../sim/model/domains.ts';
import { hasRoom, nobody, oneNode } from './gang-split.ts';
import { objectionToLevel } from './network-levels.ts';

const over: ParameterSchema = {
  type: 'string',
  enum: domainLevels,
  default: 'rack',
  description: 'The failure domains over which the nodes of a gang are spread.',
};
const nodesMax: ParameterSchema = {
  type: 'integer',
  minimum: 0,
  maximum: 1_000_000,
  default: 0,
  description: 'Most nodes of a gang in one domain; a gang that cannot be spread so far waits. 0: no limit.',
};

/** Spreads the nodes of a gang evenly over racks, so that the loss of one takes as little of it as can be. */
export const spread: PlacementDefinition = {
  name: 'spread',
  summary: 'Spreads the nodes of a gang evenly over failure domains: racks, leaves, spines, rows or rooms.',
  source: 'topology spread constraints of Kubernetes (even over domains), for gangs',
  parameters: { over, nodesMax },
  semantics: (parameters) => ({
    node: 'a gang that fits on a node takes the one with the most free GPUs (ties: lowest node)',
    spread:
      `a gang larger than a node takes whole idle nodes of as many ${String(parameters['over'])}s as there are, evenly, ` +
      'those with most idle nodes first; its remainder takes one idle node more',
    limit:
      Number(parameters['nodesMax']) > 0
        ? `at most ${String(parameters['nodesMax'])} nodes in one ${String(parameters['over'])}, or the gang waits`
        : 'none: where idle nodes are in few domains, these carry more',
    borders:
      'a domain does not reach over the border of a pool; a pool that does not model the level is one domain of it',
    types: 'a gang stays within one GPU type: the first allowed one that fits',
    shares: 'a job that asks for part of a GPU holds a whole one',
    'cpu and memory':
      'each node carries its part of the gang in proportion to its GPUs; a gang whose nodes cannot carry it waits',
  }),
  create(parameters) {
    const level = parameters['over'] as DomainLevel;
    const most = Number(parameters['nodesMax']) || Infinity;
    return {
      granularity: 'nodes',
      keeps: { classes: false, company: false, domains: [level] },
      objection: ({ pools }) => objectionToLevel(level, pools, 'worst-fit'),
      fits: (gang, free) => place(level, most, gang, free, nobody),
      place: (gang, free, grants) => place(level, most, gang, free, grants),
    };
  },
};

function place(level: DomainLevel, most: number, gang: Gang, free: FreeView, grants: GrantSink): Refusal {
  const node = oneNode('worst', gang, free);
  if (node !== NO_NODE) {
    grants.add(node, gang.gpus, 1);
    return Refusal.None;
  }
  let room = false;
  for (let type = 0; type < free.typeCount; type++) {
    if (!hasRoom(gang, free, type)) continue;
    room = true;
    if (gang.gpus <= free.nodeSize(type)) continue;
    // A type that fails half-way has written grants by then: try it dry first.
    if (!spreadOver(free.domains(level), most, gang, free, type, nobody)) continue;
    spreadOver(free.domains(level), most, gang, free, type, grants);
    return Refusal.None;
  }
  return room ? Refusal.Fragmented : Refusal.NoCapacity;
}

function spreadOver(
  domains: DomainView,
  most: number,
  gang: Gang,
  free: FreeView,
  type: number,
  grants: GrantSink,
): boolean {
  const size = free.nodeSize(type);
  const wanted = Math.ceil(gang.gpus / size);
  const each = evenly(domains, type, wanted);
  if (each === 0 || each > most) return false;
  let nodes = 0;
  let left = gang.gpus;
  for (let domain = domains.mostIdle(type); nodes < wanted && domain !== NO_DOMAIN; domain = domains.lessIdle(domain)) {
    const end = domains.endNode(domain);
    let taken = 0;
    let node = free.nodeWithFree(type, size, Math.min(size, left), gang, domains.firstNode(domain));
    while (nodes < wanted && taken < each && node !== NO_NODE && node < end) {
      grants.add(node, Math.min(size, left), 1);
      left -= Math.min(size, left);
      taken++;
      nodes++;
      node = free.nodeWithFree(type, size, Math.min(size, left), gang, node + 1);
    }
  }
  return left === 0;
}

/** The least number of nodes in one domain with which so many idle nodes can be had; 0 if there are too few. */
function evenly(domains: DomainView, type: number, wanted: number): number {
  for (let each = 1; each <= wanted; each++) {
    let nodes = 0;
    let domain = domains.mostIdle(type);
    while (nodes < wanted && domain !== NO_DOMAIN && domains.idleNodes(domain) > 0) {
      nodes += Math.min(each, domains.idleNodes(domain));
      domain = domains.lessIdle(domain);
    }
    if (nodes >= wanted) return each;
  }
  return 0;
}
