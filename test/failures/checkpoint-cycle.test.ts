import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divide, runLengthUs, type Division } from '../../src/sim/engine/checkpoint-cycle.ts';
import type { CheckpointPlan } from '../../src/sim/contract/recovery.ts';
import { seed } from '../engine/seed.ts';

/** The same, a us at a time: slow, and plain to see. */
function divideByTicks(elapsedUs: number, workUs: number, { everyUs, stallUs, persistUs }: CheckpointPlan): Division {
  let done = 0;
  let stalled = 0;
  let sinceLast = 0;
  let stallLeft = 0;
  const written: { readonly work: number; readonly safeAtUs: number }[] = [];
  const writeIfDue = (nowUs: number): void => {
    if (sinceLast < everyUs || done === workUs) return;
    sinceLast = 0;
    stallLeft = stallUs;
    written.push({ work: done, safeAtUs: nowUs + stallUs + persistUs });
  };
  for (let nowUs = 0; nowUs < elapsedUs; nowUs++) {
    if (stallLeft > 0) {
      stallLeft--;
      stalled++;
      continue;
    }
    done++;
    sinceLast++;
    writeIfDue(nowUs + 1);
  }
  const safe = written.filter(({ safeAtUs }) => safeAtUs <= elapsedUs).at(-1)?.work ?? 0;
  return { workUs: done, stallUs: stalled, atRiskUs: done - safe };
}

const plan = fc
  .record({ everyUs: fc.integer({ min: 1, max: 20 }), stallUs: fc.nat({ max: 8 }), persistUs: fc.nat({ max: 20 }) })
  // As the engine has it: a checkpoint waits until the last one is safe.
  .map((given) => ({ ...given, everyUs: Math.max(given.everyUs, given.persistUs) }));

describe('a run with checkpoints', () => {
  it('divides at any instant as if it had been followed us by us', () => {
    let stops = 0;
    fc.assert(
      fc.property(
        plan,
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (given, work, part) => {
          const length = runLengthUs(work, given);
          const elapsed = Math.floor(part * length);
          const found: Division = { workUs: -1, stallUs: -1, atRiskUs: -1 };
          divide(elapsed, work, given, found);
          expect(found).toEqual(divideByTicks(elapsed, work, given));
          stops++;
        },
      ),
      { seed, numRuns: 2000 },
    );
    expect(stops).toBe(2000);
  });

  it('has done its work at its end, and not a us before', () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 200 }), (given, work) => {
        const length = runLengthUs(work, given);
        expect(divideByTicks(length, work, given).workUs).toBe(work);
        expect(divideByTicks(length - 1, work, given).workUs).toBe(work - 1);
      }),
      { seed },
    );
  });
});
