import { describe, expect, it } from 'vitest';
import { handRemovals, hitWith, hitWithout, lemonsOf, removals, type Removal } from './lemon-removal.ts';

/** The nodes that are at work nearly always: eight jobs of 64, from the first on. */
const WORKING = 512;
const days = 50;

/** All seeds, the quarantine's own faults and a world without lemons are in lemon-removal.statistics.ts. */
describe('jobs of 512 GPUs among 1.2 % of lemons', () => {
  it('are hit as the lemons imply, less with quarantine, and least with the lemons taken out by hand', async () => {
    const seeds = [1, 2];
    const without = await removals({ lemons: true, quarantine: false, days }, seeds);
    const kept = await removals({ lemons: true, quarantine: true, days }, seeds);
    const byHand = await handRemovals(seeds, days);
    let exact = 0;
    for (const seed of seeds) {
      const lemons = (await lemonsOf(seed)).filter((node) => node < WORKING).length;
      expect(lemons).toBeGreaterThan(0);
      exact += hitWith(lemons / WORKING) / seeds.length;
    }
    expectPart(without, exact);
    expectPart(byHand, hitWithout);
    seeds.forEach((_, seed) => {
      expect(kept[seed]!.hitPart).toBeLessThan(without[seed]!.hitPart);
      expect(kept[seed]!.quarantine!.lemons).toBeGreaterThan(kept[seed]!.quarantine!.others);
    });
  });
});

/** Each job is hit or not by luck of its own. */
function expectPart(runs: readonly Removal[], exact: number): void {
  const jobs = runs.reduce((sum, run) => sum + run.jobs, 0);
  const hit = runs.reduce((sum, run) => sum + run.jobs * run.hitPart, 0);
  const error = Math.sqrt((exact * (1 - exact)) / jobs);
  expect(error / exact).toBeLessThan(0.2);
  expect(Math.abs(hit / jobs - exact)).toBeLessThan(3.5 * error);
}
