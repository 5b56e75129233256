import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { CheckpointLedger, Ending } from '../../src/sim/engine/failures/checkpoint-ledger.ts';
import { nothingSpent } from '../../src/sim/record/fact.ts';
import type { CheckpointPlan } from '../../src/sim/contract/recovery.ts';
import { seed } from '../engine/seed.ts';

/** How a run that stops at an instant divides, whole us. */
interface Division {
  readonly workUs: number;
  readonly stallUs: number;
  readonly atRiskUs: number;
}

/** The same, a us at a time: slow, and plain to see. */
function divideByTicks(
  elapsedUs: number,
  workUs: number,
  { everyUs, stallUs, persistUs }: CheckpointPlan,
  stoodUs = 0,
): Division {
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
  const safe = written.filter(({ safeAtUs }) => safeAtUs <= elapsedUs + stoodUs).at(-1)?.work ?? 0;
  return { workUs: done, stallUs: stalled, atRiskUs: done - safe };
}

const plan = fc
  .record({ everyUs: fc.integer({ min: 1, max: 20 }), stallUs: fc.nat({ max: 8 }), persistUs: fc.nat({ max: 20 }) })
  // As the engine has it: a checkpoint waits until the last one is safe.
  .map((given) => ({ ...given, everyUs: Math.max(given.everyUs, given.persistUs) }));

/** Runs that are cut into stretches at some instants, in thousandths of their length, and stopped at the last of them. */
const cutRun = fc.record({
  given: plan,
  work: fc.integer({ min: 1, max: 200 }),
  parts: fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 6 }),
});

/** A ledger with one gang that is about to run. */
function ledgerWith(given: CheckpointPlan): CheckpointLedger {
  const ledger = new CheckpointLedger(1);
  ledger.begin(0, given, 1);
  return ledger;
}

describe('a run with checkpoints', () => {
  it('divides at any instant as if it had been followed us by us, however often it was cut before', () => {
    let cuts = 0;
    fc.assert(
      fc.property(cutRun, ({ given, work, parts }) => {
        const ledger = ledgerWith(given);
        const length = ledger.runLengthUs(0, work);
        const instants = parts.map((part) => Math.floor((part * length) / 1000)).toSorted((a, b) => a - b);
        const last = instants.length - 1;
        const sum = { usefulUs: 0, lostUs: 0, stallUs: 0, doneUs: 0 };
        let nowUs = 0;
        instants.forEach((atUs, index) => {
          const spent = nothingSpent();
          const left = work - sum.usefulUs;
          expect(ledger.runLengthUs(0, left)).toBe(length - nowUs);
          const ending = index === last ? Ending.Fault : Ending.Paced;
          sum.doneUs += ledger.close(0, atUs - nowUs, left, 1, ending, spent);
          sum.usefulUs += spent.usefulUs;
          sum.lostUs += spent.lostUs;
          sum.stallUs += spent.stallUs;
          nowUs = atUs;
          cuts++;
        });
        const { workUs, stallUs, atRiskUs } = divideByTicks(nowUs, work, given);
        expect(sum).toEqual({ usefulUs: workUs - atRiskUs, lostUs: atRiskUs, stallUs, doneUs: workUs - atRiskUs });
      }),
      { seed, numRuns: 3000 },
    );
    expect(cuts).toBeGreaterThan(6000);
  });

  it('takes back what it did at each pace since the last safe checkpoint', () => {
    const ledger = ledgerWith({ everyUs: 100, stallUs: 0, persistUs: 30 });
    const spent = nothingSpent();
    // 150 us at speed 1: the checkpoint at 100 is under way until 130, and safe.
    expect(ledger.close(0, 150, 1000, 1, Ending.Paced, spent)).toBe(150);
    // 40 us at half speed: 50 us at speed 1 and 40 us at half of it are at risk.
    expect(ledger.close(0, 40, 1700, 0.5, Ending.Paced, spent)).toBe(20);
    // The next one is begun 10 us later, and a fault comes before it is safe.
    expect(ledger.close(0, 25, 1660, 0.5, Ending.Fault, spent)).toBe(-70);
    expect(spent).toMatchObject({ lostUs: 50 + 40 + 25, usefulUs: -90 });
  });

  it('keeps what a checkpoint that was under way at a change of pace holds, once that is safe', () => {
    const ledger = ledgerWith({ everyUs: 100, stallUs: 5, persistUs: 30 });
    const spent = nothingSpent();
    // Begun at 100, written until 105, safe at 135.
    ledger.close(0, 115, 1000, 1, Ending.Paced, spent);
    expect(ledger.close(0, 20, 1780, 0.5, Ending.Paced, spent)).toBe(10);
    expect(ledger.close(0, 2, 1740, 0.5, Ending.Fault, spent)).toBe(-10 - 10);
    expect(spent).toMatchObject({ lostUs: 10 + 20 + 2, usefulUs: -30 });
  });

  it('goes on writing what it has begun while it stands still for a last checkpoint', () => {
    let saved = 0;
    const thousandths = fc.nat({ max: 999 });
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 200 }), thousandths, thousandths, (given, work, part, standing) => {
        const ledger = ledgerWith(given);
        const spent = nothingSpent();
        const elapsedUs = Math.floor((part * ledger.runLengthUs(0, work)) / 1000);
        // A fault comes before the last one is safe.
        const stoodUs = Math.floor((standing * (given.stallUs + given.persistUs)) / 1000);
        ledger.close(0, elapsedUs, work, 1, Ending.Fault, spent, NEVER, stoodUs);
        const { workUs, atRiskUs } = divideByTicks(elapsedUs, work, given, stoodUs);
        expect([spent.usefulUs, spent.lostUs]).toEqual([workUs - atRiskUs, atRiskUs]);
        if (atRiskUs < divideByTicks(elapsedUs, work, given).atRiskUs) saved++;
      }),
      { seed, numRuns: 1000 },
    );
    expect(saved).toBeGreaterThan(50);
  });

  it('has done its work at its end, and not a us before', () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 200 }), (given, work) => {
        const length = ledgerWith(given).runLengthUs(0, work);
        expect(divideByTicks(length, work, given).workUs).toBe(work);
        expect(divideByTicks(length - 1, work, given).workUs).toBe(work - 1);
      }),
      { seed },
    );
  });
});
