import type { ParameterSchema, ParameterValues } from '../../sim/contract/definition.ts';
import {
  type FreeView,
  type Gang,
  type GrantSink,
  NO_NODE,
  type NodeClasses,
  type PlacementKeeps,
  type PlacementPolicy,
} from '../../sim/contract/placement.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import { idleRemainderNode, nobody, wholeNodes } from './gang-split.ts';
import { ScoreBoards, type Judge } from './score-board.ts';

/** How good a node is for a gang that fits there. Pure, and the same for all nodes of a class. */
export interface Scoring {
  /** Higher is better; never NaN. */
  score(gang: Gang, node: NodeId, nodes: NodeClasses): number;
  /** The index of the GPU for a share on the chosen node. Left out: the fullest that still fits, then the lowest. */
  gpuFor?(gang: Gang, node: NodeId, nodes: NodeClasses): number;
  /** True if a score costs so much that it is worth remembering. */
  readonly isCostly?: boolean;
}

/** The parameter of all placements by score. */
export const tiesParameter: ParameterSchema = {
  type: 'string',
  enum: ['lowest-node', 'random'],
  default: 'lowest-node',
  description:
    'Which of equally good nodes is taken. lowest-node: the lowest. random: the first in an order of the nodes that is ' +
    'drawn once a run from the seed.',
};

/** What all placements by score have in common. */
export function scoredSemantics(parameters: ParameterValues): Readonly<Record<string, string>> {
  return {
    ties: parameters['ties'] === 'random' ? 'the first in an order drawn once a run' : 'the lowest node',
    ...sharingSemantics,
  };
}

/** How gangs are spread, shared and confined, whichever node is taken first. */
export const sharingSemantics: Readonly<Record<string, string>> = {
  split:
    'a gang larger than a node takes whole idle nodes, lowest first; its remainder takes the best by score of the nodes in ' +
    'use and the lowest idle one',
  types:
    'a gang stays within one GPU type; on one node any allowed type by the score, on several the first allowed type that fits',
  shares: 'a job that asks for part of a GPU shares one with others, up to the whole of it',
  'cpu and memory':
    'each node carries its part of the gang in proportion to its GPUs; a node that cannot is passed over',
};

export const CLASSES_ALONE: PlacementKeeps = { classes: true, company: false };

/** A placement that takes the node with the highest score. A score is worked out once for all nodes in the same state. */
export function scoredPlacement(
  scoring: Scoring,
  parameters: ParameterValues,
  keeps: PlacementKeeps = CLASSES_ALONE,
): PlacementPolicy {
  const score: Judge['score'] = (gang, node, nodes) => scoring.score(gang, node, nodes);
  return {
    ...chosenPlacement(new ScoreChooser({ carries, score }, scoring.isCostly === true), scoring, keeps),
    ranks: parameters['ties'] === 'random' ? 'random' : 'lowest-node',
  };
}

/** A placement that lets `whole` take the node for a gang that one node can hold, and spreads larger ones by score. */
export function chosenPlacement(whole: NodeChooser, scoring: Scoring, keeps: PlacementKeeps): PlacementPolicy {
  const judge = new RemainderJudge((gang, node, nodes) => scoring.score(gang, node, nodes));
  const parts: Parts = { judge, chooser: new ScoreChooser(judge, scoring.isCostly === true) };
  const place = (gang: Gang, free: FreeView, grants: GrantSink): Refusal => {
    const node = whole.best(gang, free.classes);
    if (node === NO_NODE) return spread(parts, gang, free, grants);
    if (gang.shareMilli === 0) grants.add(node, gang.gpus, 1);
    else grants.add(node, 1, 1, (scoring.gpuFor ?? tightestGpu)(gang, node, free.classes));
    return Refusal.None;
  };
  return {
    granularity: 'nodes',
    shares: true,
    keeps,
    fits: (gang, free) => (whole.hasAny(gang, free.classes) ? Refusal.None : spread(parts, gang, free, nobody)),
    place,
  };
}

/** Takes a node for a gang of those that can hold the whole of it. */
export interface NodeChooser {
  /** The node to take; NO_NODE if none can hold the gang. The same gang and nodes give the same answer. */
  best(gang: Gang, nodes: NodeClasses): NodeId | typeof NO_NODE;
  hasAny(gang: Gang, nodes: NodeClasses): boolean;
}

/** Classes of nodes up to which asking each is cheaper than keeping the best. */
const SCANNED_MOST = 24;

/** Finds the best node: among few classes by asking each, among many by what was found before. */
class ScoreChooser implements NodeChooser {
  private readonly judge: Judge;
  private readonly boards: ScoreBoards;
  private readonly scannedMost: number;

  constructor(judge: Judge, isCostly: boolean) {
    this.judge = judge;
    this.boards = new ScoreBoards(judge);
    // What a board keeps is also worth keeping where a score costs much.
    this.scannedMost = isCostly ? 0 : SCANNED_MOST;
  }

  /** The best node of those that can hold the gang; ties by rank. */
  best(gang: Gang, nodes: NodeClasses): NodeId | typeof NO_NODE {
    if (nodes.length > this.scannedMost) return this.boards.best(gang, nodes);
    const { judge } = this;
    let best: NodeId | typeof NO_NODE = NO_NODE;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < nodes.length; index++) {
      const node = nodes.first(nodes.slot(index));
      if (!judge.carries(gang, node, nodes)) continue;
      const score = judge.score(gang, node, nodes);
      if (score > bestScore || (score === bestScore && nodes.rank(node) < nodes.rank(best as NodeId))) {
        best = node;
        bestScore = score;
      }
    }
    return best;
  }

  hasAny(gang: Gang, nodes: NodeClasses): boolean {
    if (nodes.length > this.scannedMost) return this.boards.best(gang, nodes) !== NO_NODE;
    for (let index = 0; index < nodes.length; index++) {
      if (this.judge.carries(gang, nodes.first(nodes.slot(index)), nodes)) return true;
    }
    return false;
  }
}

/** Judges nodes for what is left of a gang larger than a node; it has a type of its own. */
class RemainderJudge implements Judge {
  /** Free GPUs of the nodes that are left out: the largest size of the type. */
  idleSize = 0;
  readonly score: Judge['score'];

  constructor(score: Judge['score']) {
    this.score = score;
  }

  carries(gang: Gang, node: NodeId, nodes: NodeClasses): boolean {
    return nodes.idleGpus(node) !== this.idleSize && carries(gang, node, nodes);
  }
}

interface Parts {
  readonly judge: RemainderJudge;
  readonly chooser: NodeChooser;
}

/** Whether the node can hold the whole gang now. */
export function carries(gang: Gang, node: NodeId, nodes: NodeClasses): boolean {
  if (((gang.typeMask >>> nodes.type(node)) & 1) === 0) return false;
  if (nodes.freeCpuMilli(node) < gang.cpuMilli || nodes.freeMemoryMiB(node) < gang.memoryMiB) return false;
  if (gang.shareMilli === 0) return nodes.idleGpus(node) >= gang.gpus;
  return nodes.gpus(node) > 0 && nodes.kthFreest(node, 0) >= gang.shareMilli;
}

/** The fullest GPU of the node that still has room for the share, the lowest of several. */
function tightestGpu(gang: Gang, node: NodeId, nodes: NodeClasses): number {
  let tightest = 0;
  for (let k = nodes.gpus(node) - 1; k >= 0 && tightest === 0; k--) {
    if (nodes.kthFreest(node, k) >= gang.shareMilli) tightest = nodes.kthFreest(node, k);
  }
  let gpu = 0;
  while (nodes.gpuMilli(node, gpu) !== tightest) gpu++;
  return gpu;
}

/** Why a gang that no node can hold, and that cannot be spread, is refused. */
function refusalOf(gang: Gang, free: FreeView): Refusal {
  for (let type = 0; type < free.typeCount; type++) if (hasRoom(gang, free, type)) return Refusal.Fragmented;
  return Refusal.NoCapacity;
}

/** Whether a type that the gang may use has enough free in all. */
function hasRoom(gang: Gang, free: FreeView, type: number): boolean {
  const milli = gang.shareMilli > 0 ? gang.shareMilli : 1000 * gang.gpus;
  return (
    ((gang.typeMask >>> type) & 1) === 1 &&
    free.freeMilli(type) >= milli &&
    free.freeCpuMilli(type) >= gang.cpuMilli &&
    free.freeMemoryMiB(type) >= gang.memoryMiB
  );
}

/** Spreads a gang larger than a node over nodes of the first type that can hold it; the refusal if none can. */
function spread(parts: Parts, gang: Gang, free: FreeView, grants: GrantSink): Refusal {
  for (let type = 0; type < free.typeCount; type++) {
    if (gang.gpus <= free.nodeSize(type) || free.nodeSize(type) === 0 || !hasRoom(gang, free, type)) continue;
    // A type that fails half-way has written grants by then, and the next would be added to them: try it dry first.
    if (free.typeCount > 1 && !spreadOver(parts, gang, free, type, nobody)) continue;
    if (spreadOver(parts, gang, free, type, grants)) return Refusal.None;
  }
  return refusalOf(gang, free);
}

function spreadOver(parts: Parts, gang: Gang, free: FreeView, type: number, grants: GrantSink): boolean {
  const size = free.nodeSize(type);
  const remainder = gang.gpus % size;
  const after = wholeNodes(gang, free, type, grants, (gang.gpus - remainder) / size);
  if (after === NO_NODE || remainder === 0) return after !== NO_NODE;
  const part: Gang = {
    gpus: remainder,
    shareMilli: 0,
    cpuMilli: Math.ceil((gang.cpuMilli * remainder) / gang.gpus),
    memoryMiB: Math.ceil((gang.memoryMiB * remainder) / gang.gpus),
    typeMask: (1 << type) >>> 0,
  };
  const other = remainderNode(parts, part, gang, free, type, after);
  if (other === NO_NODE) return false;
  grants.add(other, remainder, 1);
  return true;
}

/** The best node for what is left of a gang whose other GPUs are on whole idle nodes below `after`. */
function remainderNode(
  { judge, chooser }: Parts,
  part: Gang,
  gang: Gang,
  free: FreeView,
  type: number,
  after: number,
): NodeId | typeof NO_NODE {
  const nodes = free.classes;
  judge.idleSize = free.nodeSize(type);
  // Of the idle nodes of full size some are taken: the lowest of the others speaks for them.
  const idle = idleRemainderNode(part.gpus, gang, free, type, after);
  const used = chooser.best(part, nodes);
  if (idle === NO_NODE || used === NO_NODE) return idle === NO_NODE ? used : idle;
  const ahead = judge.score(part, used, nodes) - judge.score(part, idle, nodes);
  return ahead > 0 || (ahead === 0 && nodes.rank(used) < nodes.rank(idle)) ? used : idle;
}
