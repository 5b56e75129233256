import { NO_NODE, type FreeView, type Gang, type GrantSink } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import type { NodeStretches } from '../../sim/model/data-sets.ts';
import { hasRoom, nobody, type NodeOrder } from './gang-split.ts';

type FoundNode = ReturnType<FreeView['nodeWithFree']>;

/**
 * Places a gang on nodes of the stretches alone: on one node in the order, or, if it is larger than a node, on idle
 * nodes and the last part where the fewest GPUs are free. False, and nothing is written, if it does not fit there.
 */
export function placeWithin(
  stretches: NodeStretches,
  order: NodeOrder,
  gang: Gang,
  free: FreeView,
  grants: GrantSink,
): boolean {
  const node = oneNodeOf(stretches, order, gang, free);
  if (node !== NO_NODE) {
    grants.add(node, gang.gpus, 1);
    return true;
  }
  for (let type = 0; type < free.typeCount; type++) {
    if (gang.gpus <= free.nodeSize(type) || free.nodeSize(type) === 0 || !hasRoom(gang, free, type)) continue;
    if (spread(stretches, gang, free, type, nobody)) return spread(stretches, gang, free, type, grants);
  }
  return false;
}

function oneNodeOf(stretches: NodeStretches, order: NodeOrder, gang: Gang, free: FreeView): FoundNode {
  let found: FoundNode = NO_NODE;
  let foundFree = 0;
  for (let type = 0; type < free.typeCount; type++) {
    if (((gang.typeMask >>> type) & 1) === 0) continue;
    for (let here = gang.gpus; here <= free.nodeSize(type); here++) {
      const node = firstOf(stretches, free, type, here, gang.gpus, gang, 0);
      if (node === NO_NODE) continue;
      if (found === NO_NODE || comesBefore(order, node, here, found, foundFree)) {
        found = node;
        foundFree = here;
      }
    }
  }
  return found;
}

/** Whether a node with `here` GPUs free is tried before another with `there`. */
function comesBefore(order: NodeOrder, node: NodeId, here: number, other: NodeId, there: number): boolean {
  if (order !== 'first' && here !== there) return order === 'best' ? here < there : here > there;
  return node < other;
}

/** Idle nodes, lowest first, then the remainder. */
function spread(stretches: NodeStretches, gang: Gang, free: FreeView, type: number, grants: GrantSink): boolean {
  const size = free.nodeSize(type);
  const remainder = gang.gpus % size;
  let last: FoundNode = NO_NODE;
  for (let left = gang.gpus - remainder; left > 0; left -= size) {
    last = firstOf(stretches, free, type, size, size, gang, last + 1);
    if (last === NO_NODE) return false;
    grants.add(last, size, 1);
  }
  if (remainder === 0) return true;
  const other = remainderNode(stretches, remainder, gang, free, type, last);
  if (other === NO_NODE) return false;
  grants.add(other, remainder, 1);
  return true;
}

/** Idle nodes up to `last` that carry a whole share are taken. */
function remainderNode(
  stretches: NodeStretches,
  remainder: number,
  gang: Gang,
  free: FreeView,
  type: number,
  last: NodeId | typeof NO_NODE,
): FoundNode {
  const size = free.nodeSize(type);
  for (let here = remainder; here < size; here++) {
    const node = firstOf(stretches, free, type, here, remainder, gang, 0);
    if (node !== NO_NODE) return node;
  }
  let idle = firstOf(stretches, free, type, size, remainder, gang, 0);
  while (idle !== NO_NODE && idle <= last && free.nodeWithFree(type, size, size, gang, idle) === idle) {
    idle = firstOf(stretches, free, type, size, remainder, gang, idle + 1);
  }
  return idle;
}

/** The lowest node of the stretches, id >= from, of a type with exactly `here` GPUs free that carries `gpus` of the gang. */
function firstOf(
  stretches: NodeStretches,
  free: FreeView,
  type: number,
  here: number,
  gpus: number,
  gang: Gang,
  from: number,
): FoundNode {
  for (let at = 0; at < stretches.length; at += 2) {
    const end = stretches[at + 1]!;
    if (end <= from) continue;
    const node = free.nodeWithFree(type, here, gpus, gang, Math.max(from, stretches[at]!));
    if (node !== NO_NODE && node < end) return node;
  }
  return NO_NODE;
}
