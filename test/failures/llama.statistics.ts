import { expect, it } from 'vitest';
import { llamaRuns, offByComponent, publishedTotal } from './llama-runs.ts';
import { meanAndError, seedsTo } from './scenario-runs.ts';

it('54 days of Llama 3 are interrupted as often as published, by what was published (30 seeds)', async () => {
  const runs = await llamaRuns(seedsTo(30));
  const counts = runs.map(({ interruptions }) => interruptions);
  const { mean } = meanAndError(counts);
  const off = (mean - publishedTotal) / Math.sqrt(publishedTotal / runs.length);
  const hours = runs.map((run) => run.meanTimeBetweenInterruptionsH!);
  const ettrs = runs.map((run) => run.ettr!);
  const byComponent = offByComponent(runs);
  const range = (values: readonly number[], digits: number): string =>
    `${meanAndError(values).mean.toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`;
  console.log(`interruptions ${range(counts, 2)}, ${off.toFixed(2)} standard errors off`);
  console.log(`hours between them ${range(hours, 3)}; ETTR ${range(ettrs, 4)}`);
  for (const [component, offBy] of byComponent) console.log(`${component}: ${offBy.toFixed(2)}`);
  const chiSquare = [...byComponent.values()].reduce((sum, offBy) => sum + offBy * offBy, 0);
  console.log(`chi-square of the split ${chiSquare.toFixed(1)} (18 components)`);

  expect(Math.abs(off)).toBeLessThan(3.5);
  for (const count of counts) {
    expect(Math.abs(count - publishedTotal)).toBeLessThan(3.5 * Math.sqrt(publishedTotal));
  }
  expect(meanAndError(hours).mean).toBeGreaterThan(2.8);
  expect(meanAndError(hours).mean).toBeLessThan(3.4);
  expect(meanAndError(ettrs).mean).toBeGreaterThan(0.9);
  for (const [component, offBy] of byComponent) expect(Math.abs(offBy), component).toBeLessThan(3.5);
  expect(chiSquare).toBeLessThan(42.3);
});
