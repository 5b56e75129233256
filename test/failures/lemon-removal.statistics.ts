import { describe, expect, it } from 'vitest';
import {
  handRemovals,
  hitWith,
  hitWithout,
  hitWithQuarantine,
  keptInVain,
  removals,
  type Removal,
} from './lemon-removal.ts';
import { gain } from './plants.ts';
import { meanAndError, seedsTo } from './scenario-runs.ts';

const seeds = seedsTo(30);
const parts = (runs: readonly Removal[]): number[] => runs.map(({ hitPart }) => hitPart);
const useful = (runs: readonly Removal[]): number[] => runs.map(({ usefulGpuHours }) => usefulGpuHours);

/** Within 3.5 standard errors of what was worked out by hand, and those small enough to tell. */
function expectHit(name: string, runs: readonly Removal[], exact: number): void {
  const { mean, error } = meanAndError(parts(runs));
  const off = (mean - exact) / error;
  console.log(
    `${name}: ${(100 * mean).toFixed(2)} % hit, ${(100 * exact).toFixed(2)} % by hand, ${off.toFixed(1)} off`,
  );
  expect(error).toBeLessThan(0.01);
  expect(Math.abs(off), name).toBeLessThan(3.5);
}

describe('jobs of 512 GPUs among 1.2 % of lemons', () => {
  it('are hit as the share and the factor imply, less with quarantine, and least with the lemons taken out by hand', async () => {
    const [without, kept] = [
      await removals({ lemons: true, quarantine: false }, seeds),
      await removals({ lemons: true, quarantine: true }, seeds),
    ];
    const byHand = await handRemovals(seeds);
    expectHit('lemons left at work', without, hitWith());
    expectHit('lemons in quarantine', kept, hitWithQuarantine);
    expectHit('lemons taken out by hand', byHand, hitWithout);
    // The published 14 % against 4 %.
    expect(hitWith()).toBeGreaterThan(0.135);
    expect(hitWithout).toBeLessThan(0.045);
    expect(gain(parts(without), parts(kept))).toBeGreaterThan(3.5);
    expect(gain(useful(kept), useful(without))).toBeGreaterThan(3.5);
    const sum = (of: (run: Removal) => number): number =>
      kept.reduce((total, run) => total + of(run), 0) / seeds.length;
    const [lemons, others, first, hours] = [
      sum(({ quarantine }) => quarantine!.lemons),
      sum(({ quarantine }) => quarantine!.others),
      sum(({ quarantine }) => quarantine!.lemonNodes),
      sum(({ quarantine }) => quarantine!.nodeHours),
    ];
    console.log(`${lemons.toFixed(2)} lemons kept of ${first.toFixed(2)} at first, ${others.toFixed(2)} good nodes, ${hours.toFixed(0)} node-hours a run`); // prettier-ignore
    expect(lemons).toBeGreaterThan(0.95 * first);
    expect(others).toBeLessThan(2 * keptInVain);
  });

  it('lose next to nothing to the quarantine where there are no lemons', async () => {
    const plain = await removals({ lemons: false, quarantine: false }, seeds);
    const kept = await removals({ lemons: false, quarantine: true }, seeds);
    const others = kept.map(({ quarantine }) => quarantine!.others);
    const { mean } = meanAndError(others);
    const lost = meanAndError(useful(plain).map((hours, seed) => 1 - useful(kept)[seed]! / hours));
    console.log(`${mean.toFixed(2)} good nodes kept a run, ${keptInVain.toFixed(2)} by hand; ${(100 * lost.mean).toFixed(4)} % of the useful time lost`); // prettier-ignore
    expectHit('no lemons, quarantine', kept, hitWithout);
    expect(Math.abs(mean - keptInVain)).toBeLessThan(3.5 * Math.sqrt(keptInVain / seeds.length));
    expect(Math.abs(lost.mean)).toBeLessThan(0.001);
  });
});
