import { describe, expect, it } from 'vitest';
import {
  dalyInterval,
  intervalUs,
  optimalInterval,
  youngInterval,
} from '../../src/policies/recovery/checkpoint-interval.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';

/** Mean time between faults of 2,048 nodes of 50,000 h each, and a checkpoint of 5 minutes, in hours. */
const M = 50_000 / 2048;
const C = 5 / 60;

/** Expected time for a segment of work with its checkpoint, per hour of work: M (exp((w + C) / M) - 1) / w. */
function costOf(interval: number): number {
  return (M * (Math.exp((interval + C) / M) - 1)) / interval;
}

describe('the interval between checkpoints', () => {
  it('is the published figure by each rule', () => {
    expect(optimalInterval(C, M)).toBeCloseTo(1.96201, 6);
    expect(dalyInterval(C, M)).toBeCloseTo(1.962006, 6);
    expect(youngInterval(C, M)).toBeCloseTo(2.017179, 6);
  });

  it.each([1e-6, 1e-3, 0.1, 1, 10, 100])(
    'is at its optimum where no other does better, with a stall of %d h',
    (stall) => {
      const best = optimalInterval(stall, M);
      const cost = (interval: number): number => (M * (Math.exp((interval + stall) / M) - 1)) / interval;
      for (const factor of [0.5, 0.9, 0.99, 1.01, 1.1, 2]) expect(cost(best)).toBeLessThanOrEqual(cost(best * factor));
      expect(costOf(optimalInterval(C, M))).toBeLessThan(costOf(youngInterval(C, M)));
    },
  );

  it('is the mean time between faults where a checkpoint takes twice that', () => {
    expect(dalyInterval(2 * M, M)).toBe(M);
  });

  it('is whole us for a run, and no checkpoint is written where nothing breaks', () => {
    expect(intervalUs('young', 6e6, 3600e6)).toBe(Math.round(Math.sqrt(2 * 6e6 * 3600e6)));
    expect(intervalUs('optimal', 6e6, NEVER)).toBe(NEVER);
  });
});
