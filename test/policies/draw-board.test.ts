import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_NODE, type Gang, type NodeClasses } from '../../src/sim/contract/placement.ts';
import type { NodeId } from '../../src/sim/model/brand.ts';
import { DrawBoards } from '../../src/policies/placement/draw-board.ts';
import { carries } from '../../src/policies/placement/scored-placement.ts';
import { seed } from '../engine/seed.ts';
import { ChangingNodes, changes, gangs, NODES } from './changing-nodes.ts';

function thatCarry(gang: Gang, nodes: NodeClasses): number[] {
  return Array.from({ length: NODES }, (_, node) => node).filter((node) => carries(gang, node as NodeId, nodes));
}

describe('boards from which nodes are drawn', () => {
  it('give each node that carries the gang an equal part of the draws, and the others none', () => {
    let few = 0;
    let many = 0;
    fc.assert(
      fc.property(
        fc.array(gangs, { minLength: 1, maxLength: 250 }),
        fc.array(changes, { minLength: 150, maxLength: 300 }),
        (kinds, steps) => {
          const boards = new DrawBoards(carries);
          const here = new ChangingNodes();
          const ahead = new ChangingNodes();
          for (const [step, change] of steps.entries()) {
            const board = step % 7 === 0 ? ahead : here;
            board.change(change, step);
            const { classes } = board.free;
            const gang = kinds[change.at % kinds.length]!;
            const expected = thatCarry(gang, classes);
            const count = boards.count(gang, classes);
            expect(count).toBe(expected.length);
            // From the first to the last number of the n-th part of [0, 1) the answer is the same.
            const ends = [1e-6, 1 - 1e-6].map((place) =>
              Array.from({ length: count }, (_, part) => boards.drawn(gang, classes, (part + place) / count)),
            );
            expect(ends[1]).toEqual(ends[0]);
            expect(ends[0]!.toSorted((a, b) => a - b)).toEqual(expected);
            if (count === 0) expect(boards.drawn(gang, classes, 0.5)).toBe(NO_NODE);
            if (count < NODES / 2) few++;
            else if (count < NODES) many++;
          }
        },
      ),
      { numRuns: 10, seed },
    );
    expect(few).toBeGreaterThan(100);
    expect(many).toBeGreaterThan(100);
  });

  it('judge only the classes that were touched since they were last asked', () => {
    let asked = 0;
    const boards = new DrawBoards((gang, node, nodes) => {
      asked++;
      return carries(gang, node, nodes);
    });
    const board = new ChangingNodes();
    for (let node = 0; node < NODES; node++) board.take(node, node % 3, 100 * node + 1);
    const gang: Gang = { gpus: 1, cpuMilli: 500, memoryMiB: 0, shareMilli: 0, typeMask: 3 };
    boards.drawn(gang, board.free.classes, 0.3);
    expect(asked).toBeGreaterThanOrEqual(NODES);
    asked = 0;
    board.take(17, 1, 333);
    boards.drawn({ ...gang }, board.free.classes, 0.3);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(2);
    expect(boards.count(gang, board.free.classes)).toBe(thatCarry(gang, board.free.classes).length);
  });
});
