import type { ParameterSchema, ParameterValues } from '../../sim/contract/definition.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import {
  NO_NODE,
  type FreeView,
  type Gang,
  type GrantSink,
  type PlacementPolicy,
} from '../../sim/contract/placement.ts';

type FoundNode = ReturnType<FreeView['nodeWithFree']>;

/** In which order nodes are tried: lowest node, fewest free GPUs, or most free GPUs (ties: lowest node). */
export type NodeOrder = 'first' | 'best' | 'worst';
/** How a gang larger than a node is spread. */
export type Split = 'whole-nodes' | 'fewest-nodes' | 'anywhere';

export function splitParameter(preset: Split): ParameterSchema {
  return {
    type: 'string',
    enum: ['whole-nodes', 'fewest-nodes', 'anywhere'],
    default: preset,
    description:
      'How a gang larger than a node is spread. whole-nodes: as many fully idle nodes as it fills, the remainder on one other node. ' +
      'fewest-nodes: multiples of a node on idle nodes, others on the least number of nodes, most free first. ' +
      'anywhere: over any nodes, in the order of the rule.',
  };
}

export function splitSemantics(parameters: ParameterValues): Readonly<Record<string, string>> {
  const sentences: Record<Split, string> = {
    'whole-nodes':
      'a gang larger than a node takes whole idle nodes, lowest first, and its remainder one other node by the rule',
    'fewest-nodes':
      'a gang larger than a node takes idle nodes, lowest first, if it fills them; else the least number of nodes, most free first',
    anywhere: 'a gang larger than a node takes what is free on any nodes, in the order of the rule',
  };
  return {
    split: sentences[parameters['split'] as Split],
    types:
      'a gang stays within one GPU type; on one node any allowed type by the rule, on several the first allowed type that fits',
    shares: 'a job that asks for part of a GPU holds a whole one',
    'cpu and memory':
      'each node carries its part of the gang in proportion to its GPUs; a node that cannot is passed over',
  };
}

/** A placement that tries nodes in the given order. */
export function nodePlacement(order: NodeOrder, parameters: ParameterValues): PlacementPolicy {
  const split = parameters['split'] as Split;
  const place = (gang: Gang, free: FreeView, grants: GrantSink): Refusal => {
    const node = oneNode(order, gang, free);
    if (node !== NO_NODE) {
      grants.add(node, gang.gpus, 1);
      return Refusal.None;
    }
    let room = false;
    for (let type = 0; type < free.typeCount; type++) {
      if (!hasRoom(gang, free, type)) continue;
      room = true;
      if (gang.gpus <= free.nodeSize(type)) continue;
      // A type that fails half-way has written grants by then, and the next would be added to them: try it dry first.
      if (free.typeCount > 1 && !spread(split, order, gang, free, type, nobody)) continue;
      if (spread(split, order, gang, free, type, grants)) return Refusal.None;
    }
    return room ? Refusal.Fragmented : Refusal.NoCapacity;
  };
  return { granularity: 'nodes', place, fits: (gang, free) => place(gang, free, nobody) };
}

/** Takes grants that nobody wants to know. */
export const nobody: GrantSink = { add: () => undefined };

function allows(gang: Gang, type: number): boolean {
  return ((gang.typeMask >>> type) & 1) === 1;
}

export function hasRoom(gang: Gang, free: FreeView, type: number): boolean {
  return (
    allows(gang, type) &&
    free.freeGpus(type) >= gang.gpus &&
    free.freeCpuMilli(type) >= gang.cpuMilli &&
    free.freeMemoryMiB(type) >= gang.memoryMiB
  );
}

/** The node of any allowed type that can hold the whole gang and comes first in the order. */
export function oneNode(order: NodeOrder, gang: Gang, free: FreeView): FoundNode {
  let largest = -1;
  for (let type = 0; type < free.typeCount; type++) {
    if (allows(gang, type)) largest = Math.max(largest, free.nodeSize(type));
  }
  let found: FoundNode = NO_NODE;
  for (let step = 0; step <= largest - gang.gpus; step++) {
    const size = order === 'worst' ? largest - step : gang.gpus + step;
    for (let type = 0; type < free.typeCount; type++) {
      if (!allows(gang, type) || size > free.nodeSize(type)) continue;
      const node = free.nodeWithFree(type, size, gang.gpus, gang, 0);
      if (node !== NO_NODE && (found === NO_NODE || node < found)) found = node;
    }
    if (found !== NO_NODE && order !== 'first') return found;
  }
  return found;
}

/** Spreads a gang larger than a node over nodes of one type. False if it does not fit (what was written is dropped). */
function spread(split: Split, order: NodeOrder, gang: Gang, free: FreeView, type: number, grants: GrantSink): boolean {
  const size = free.nodeSize(type);
  if (size === 0) return false;
  const remainder = gang.gpus % size;
  switch (split) {
    case 'anywhere':
      return gather(order, gang, free, type, grants, Infinity);
    case 'fewest-nodes':
      if (remainder > 0) return gather('worst', gang, free, type, grants, Math.ceil(gang.gpus / size));
      return wholeNodes(gang, free, type, grants, gang.gpus / size) !== NO_NODE;
    case 'whole-nodes':
      return wholeAndOther(order, gang, free, type, grants, remainder);
    default:
      return split satisfies never;
  }
}

/** Idle nodes, lowest first, and one other node for the remainder. */
function wholeAndOther(
  order: NodeOrder,
  gang: Gang,
  free: FreeView,
  type: number,
  grants: GrantSink,
  remainder: number,
): boolean {
  const after = wholeNodes(gang, free, type, grants, (gang.gpus - remainder) / free.nodeSize(type));
  if (after === NO_NODE || remainder === 0) return after !== NO_NODE;
  const other = remainderNode(order, remainder, gang, free, type, after);
  if (other === NO_NODE) return false;
  grants.add(other, remainder, 1);
  return true;
}

/** Takes so many idle nodes of the largest size, lowest first. One past the last of them, or NO_NODE if they are too few. */
export function wholeNodes(gang: Gang, free: FreeView, type: number, grants: GrantSink, wanted: number): number {
  const size = free.nodeSize(type);
  if (free.nodesWithFree(type, size) < wanted) return NO_NODE;
  const plain = gang.cpuMilli === 0 && gang.memoryMiB === 0;
  let after = 0;
  for (let count = 0; count < wanted;) {
    const node = free.nodeWithFree(type, size, size, gang, after);
    if (node === NO_NODE) return NO_NODE;
    const nodes = plain ? free.alike(node, wanted - count) : 1;
    grants.add(node, size, nodes);
    count += nodes;
    after = node + nodes;
  }
  return after;
}

/** The first node in the order with room for the remainder; idle nodes below `idleFrom` that carry a whole share are taken. */
function remainderNode(
  order: NodeOrder,
  remainder: number,
  gang: Gang,
  free: FreeView,
  type: number,
  idleFrom: number,
): FoundNode {
  const size = free.nodeSize(type);
  let found: FoundNode = NO_NODE;
  for (let step = 0; step <= size - remainder; step++) {
    const here = order === 'worst' ? size - step : remainder + step;
    const node =
      here === size
        ? idleRemainderNode(remainder, gang, free, type, idleFrom)
        : free.nodeWithFree(type, here, remainder, gang, 0);
    if (node !== NO_NODE && (found === NO_NODE || node < found)) found = node;
    if (found !== NO_NODE && order !== 'first') return found;
  }
  return found;
}

/** The lowest idle node that can carry the remainder and is not one of those that carry a whole share below `idleFrom`. */
export function idleRemainderNode(
  remainder: number,
  gang: Gang,
  free: FreeView,
  type: number,
  idleFrom: number,
): FoundNode {
  const size = free.nodeSize(type);
  if (gang.cpuMilli === 0 && gang.memoryMiB === 0) return free.nodeWithFree(type, size, remainder, gang, idleFrom);
  let node = free.nodeWithFree(type, size, remainder, gang, 0);
  while (node !== NO_NODE && node < idleFrom && free.nodeWithFree(type, size, size, gang, node) === node) {
    node = free.nodeWithFree(type, size, remainder, gang, node + 1);
  }
  return node;
}

/** Takes what is free, node after node in the order, on at most so many nodes. */
function gather(
  order: NodeOrder,
  gang: Gang,
  free: FreeView,
  type: number,
  grants: GrantSink,
  nodesMax: number,
): boolean {
  const size = free.nodeSize(type);
  let left = gang.gpus;
  let nodes = 0;
  if (order === 'first') {
    let node = lowestWithAny(gang, free, type, left, 0);
    while (node !== NO_NODE && left > 0 && nodes < nodesMax) {
      const gpus = Math.min(left, free.freeGpusOn(node));
      grants.add(node, gpus, 1);
      left -= gpus;
      nodes++;
      node = lowestWithAny(gang, free, type, left, node + 1);
    }
    return left === 0;
  }
  for (let step = 0; step < size && left > 0; step++) {
    const here = order === 'worst' ? size - step : 1 + step;
    let node = free.nodeWithFree(type, here, Math.min(here, left), gang, 0);
    while (node !== NO_NODE && left > 0 && nodes < nodesMax) {
      const gpus = Math.min(left, here);
      grants.add(node, gpus, 1);
      left -= gpus;
      nodes++;
      node = free.nodeWithFree(type, here, Math.min(here, left), gang, node + 1);
    }
  }
  return left === 0;
}

/** The lowest node, id >= from, with any GPU free that can carry what it would take of the `left` GPUs. */
function lowestWithAny(gang: Gang, free: FreeView, type: number, left: number, from: number): FoundNode {
  let found: FoundNode = NO_NODE;
  for (let size = free.nodeSize(type); size > 0; size--) {
    const node = free.nodeWithFree(type, size, Math.min(size, left), gang, from);
    if (node !== NO_NODE && (found === NO_NODE || node < found)) found = node;
  }
  return found;
}
