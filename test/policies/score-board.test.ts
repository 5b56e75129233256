import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_NODE, type Gang, type NodeClasses } from '../../src/sim/contract/placement.ts';
import type { NodeId } from '../../src/sim/model/brand.ts';
import { ScoreBoards, type Judge } from '../../src/policies/placement/score-board.ts';
import { seed } from '../engine/seed.ts';
import { ChangingNodes, changes, gangs, NODES, rankOf } from './changing-nodes.ts';

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

describe('boards of the best nodes for each kind of gang', () => {
  it('answer as judging every node does, for more kinds than are kept and for two sets of nodes in turn', () => {
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(gangs, { minLength: 1, maxLength: 250 }),
        fc.array(changes, { minLength: 150, maxLength: 300 }),
        (kinds, steps) => {
          const judge = new CountingJudge();
          const boards = new ScoreBoards(judge);
          const here = new ChangingNodes();
          const ahead = new ChangingNodes();
          for (const [step, change] of steps.entries()) {
            const board = step % 7 === 0 ? ahead : here;
            board.change(change, step);
            const gang = kinds[change.at % kinds.length]!;
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
    const board = new ChangingNodes();
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
    const board = new ChangingNodes();
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
