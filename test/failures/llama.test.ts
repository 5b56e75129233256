import { expect, it } from 'vitest';
import { llamaRuns, offByComponent, publishedCounts, publishedTotal } from './llama-runs.ts';
import { meanAndError, seedsTo } from './scenario-runs.ts';

it('54 days of Llama 3 are interrupted as often as published, by what was published (three seeds)', async () => {
  const runs = await llamaRuns(seedsTo(3));
  const { mean } = meanAndError(runs.map(({ interruptions }) => interruptions));
  expect(Object.values(publishedCounts).reduce((sum, count) => sum + count, 0)).toBe(publishedTotal);
  expect(Math.abs(mean - publishedTotal)).toBeLessThan(3.5 * Math.sqrt(publishedTotal / runs.length));
  const chiSquare = [...offByComponent(runs).values()].reduce((sum, off) => sum + off * off, 0);
  // 18 components: beyond 42.3 once in 1,000 runs.
  expect(chiSquare).toBeLessThan(42.3);
  for (const { ettr, meanTimeBetweenInterruptionsH } of runs) {
    expect(ettr).toBeGreaterThan(0.9);
    expect(meanTimeBetweenInterruptionsH).toBeGreaterThan(2.8);
    expect(meanTimeBetweenInterruptionsH).toBeLessThan(3.4);
  }
});
