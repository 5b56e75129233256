import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_NODE, type Gang, type NodeClasses } from '../../src/sim/contract/placement.ts';
import { FreeIndex } from '../../src/sim/engine/free-index.ts';
import type { NodeId } from '../../src/sim/model/brand.ts';
import { ScoreBoards, type Judge } from '../../src/policies/placement/score-board.ts';
import { clusterOf } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';

const NODES = 200;
const cluster = clusterOf([
  { nodes: 120, gpusPerNode: 8, gpuType: 'A', cpuMilliPerNode: 96_000 },
  { nodes: NODES - 120, gpusPerNode: 4, gpuType: 'B', cpuMilliPerNode: 64_000 },
]);
// Another order than that of the ids, as ties by an order drawn at random have it.
const rankOf = Int32Array.from({ length: NODES }, (_, node) => (node * 77) % NODES);

interface Held {
  readonly node: number;
  readonly gang: Gang;
}

class Board {
  readonly free = new FreeIndex(cluster, {
    nodes: true,
    fullNodes: true,
    rankOf,
    keeps: { classes: true, company: false },
  });
  readonly held: Held[] = [];

  take(node: number, gpus: number, cpuMilli: number): void {
    const type = cluster.nodeType[node]!;
    const { classes } = this.free;
    if (classes.idleGpus(node as NodeId) < gpus || classes.freeCpuMilli(node as NodeId) < cpuMilli) return;
    const gang = { gpus, cpuMilli, memoryMiB: 0, shareMilli: 0, typeMask: 1 << type };
    this.free.take(Int32Array.of(node, 1, gpus), 0, 1, gang);
    this.held.push({ node, gang });
  }

  giveBack(index: number): void {
    const [back] = this.held.splice(index % Math.max(1, this.held.length), 1);
    if (back !== undefined) this.free.give(Int32Array.of(back.node, 1, back.gang.gpus), 0, 1, back.gang);
  }
}

/** Judges with few different scores, so that ranks decide often; counts how often it is asked. */
class CountingJudge implements Judge {
  asked = 0;

  carries(gang: Gang, node: NodeId, nodes: NodeClasses): boolean {
    this.asked++;
    const isAllowed = ((gang.typeMask >>> nodes.type(node)) & 1) === 1;
    return isAllowed && nodes.idleGpus(node) >= gang.gpus && nodes.freeCpuMilli(node) >= gang.cpuMilli;
  }

  score(gang: Gang, node: NodeId, nodes: NodeClasses): number {
    return -Math.floor((nodes.freeCpuMilli(node) - gang.cpuMilli) / 20_000);
  }
}

function scan(judge: Judge, gang: Gang, nodes: NodeClasses): number {
  let best: number = NO_NODE;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < NODES; id++) {
    const node = id as NodeId;
    if (!judge.carries(gang, node, nodes)) continue;
    const score = judge.score(gang, node, nodes);
    if (score < bestScore || (score === bestScore && rankOf[id]! > rankOf[best]!)) continue;
    best = id;
    bestScore = score;
  }
  return best;
}

const change = fc.record({
  node: fc.nat({ max: NODES - 1 }),
  gpus: fc.integer({ min: 0, max: 4 }),
  cpuMilli: fc.integer({ min: 0, max: 30_000 }),
  back: fc.boolean(),
  at: fc.nat(),
});
const kind = fc.record({
  gpus: fc.integer({ min: 0, max: 8 }),
  cpuMilli: fc.oneof(fc.constantFrom(0, 1000, 60_000), fc.integer({ min: 0, max: 90_000 })),
  memoryMiB: fc.constant(0),
  shareMilli: fc.constant(0),
  typeMask: fc.constantFrom(1, 2, 3),
});

describe('boards of the best nodes for each kind of gang', () => {
  it('answer as judging every node does, for more kinds than are kept and for two sets of nodes in turn', () => {
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(kind, { minLength: 1, maxLength: 250 }),
        fc.array(change, { minLength: 150, maxLength: 300 }),
        (kinds, changes) => {
          const judge = new CountingJudge();
          const boards = new ScoreBoards(judge);
          const here = new Board();
          const ahead = new Board();
          for (const [step, { node, gpus, cpuMilli, back, at }] of changes.entries()) {
            const board = step % 7 === 0 ? ahead : here;
            if (back && step > 80) board.giveBack(at);
            else board.take(node, gpus, cpuMilli);
            const gang = kinds[at % kinds.length]!;
            const answer = boards.best(gang, board.free.classes);
            expect(answer).toBe(scan(judge, gang, board.free.classes));
            if (answer !== NO_NODE) found++;
          }
        },
      ),
      { numRuns: 25, seed },
    );
    expect(found).toBeGreaterThan(1000);
  });

  it('judge only the classes that were touched since they were last asked', () => {
    const judge = new CountingJudge();
    const boards = new ScoreBoards(judge);
    const board = new Board();
    for (let node = 0; node < NODES; node++) board.take(node, node % 3, 100 * node + 1);
    const gang: Gang = { gpus: 1, cpuMilli: 500, memoryMiB: 0, shareMilli: 0, typeMask: 3 };
    boards.best(gang, board.free.classes);
    expect(judge.asked).toBeGreaterThanOrEqual(NODES);
    judge.asked = 0;
    boards.best(gang, board.free.classes);
    expect(judge.asked).toBe(0);
    board.take(17, 1, 333);
    boards.best({ ...gang }, board.free.classes);
    expect(judge.asked).toBeLessThanOrEqual(2);
    expect(boards.best(gang, board.free.classes)).toBe(scan(judge, gang, board.free.classes));
  });

  it('look at everything again after more touches than are kept', () => {
    const judge = new CountingJudge();
    const boards = new ScoreBoards(judge);
    const board = new Board();
    for (let node = 0; node < NODES; node++) board.take(node, 1, 100 * node + 1);
    const gang: Gang = { gpus: 1, cpuMilli: 500, memoryMiB: 0, shareMilli: 0, typeMask: 3 };
    boards.best(gang, board.free.classes);
    const before = board.free.classes.touches;
    while (board.free.classes.touches - before <= 2 * board.free.classes.touchesKept) {
      board.take(board.held.length % NODES, 1, 777);
      board.giveBack(0);
    }
    expect(boards.best(gang, board.free.classes)).toBe(scan(judge, gang, board.free.classes));
  });
});
