import { describe, expect, it } from 'vitest';
import { gain, repairPlant, sweepPlant, usefulPart, youngMin } from './plants.ts';
import { meanAndError } from './scenario-runs.ts';

const SEEDS = 30;

describe('what is short, and more of it', () => {
  it("Young's interval is the best of a sweep from a quarter of it to four times it", async () => {
    const best = await usefulPart(sweepPlant(1, 120), SEEDS);
    console.log(`Young ${youngMin.toFixed(1)} min: useful ${meanAndError(best).mean.toFixed(4)}`);
    for (const factor of [0.25, 0.35, 0.5, 0.7, 0.85, 1.2, 1.4, 2, 2.8, 4]) {
      const others = await usefulPart(sweepPlant(factor, 120), SEEDS);
      const off = gain(best, others);
      console.log(`x ${factor} | ${meanAndError(others).mean.toFixed(4)} | ${off.toFixed(1)}`);
      // Far from it the loss is plain; next to it nobody does better by more than luck.
      expect(off, `${factor}`).toBeGreaterThan(factor <= 0.5 || factor >= 2 ? 3.5 : -3.5);
    }
  });

  /** The first steps are worth more than luck explains, and none makes it worse. */
  function expectRising(measured: readonly (readonly number[])[], plainSteps: number): void {
    console.log(measured.map((values) => meanAndError(values).mean.toFixed(4)).join(' < '));
    for (let step = 1; step < measured.length; step++) {
      const gained = gain(measured[step]!, measured[step - 1]!);
      expect(gained, `step ${step}`).toBeGreaterThanOrEqual(step <= plainSteps ? 3.5 : 0);
    }
  }

  it('technicians: 1, 2, 3, 4, 5, 6, 8, 16', async () => {
    const measured: number[][] = [];
    for (const technicians of [1, 2, 3, 4, 5, 6, 8, 16]) {
      measured.push(await usefulPart(repairPlant(64, technicians), SEEDS));
    }
    expectRising(measured, 4);
  });

  it('spare nodes: 0, 1, 2, 3, 4, 6, 8, 12', async () => {
    const measured: number[][] = [];
    for (const spares of [0, 1, 2, 3, 4, 6, 8, 12]) measured.push(await usefulPart(repairPlant(52 + spares), SEEDS));
    expectRising(measured, 6);
  });
});
