import { expect, it } from 'vitest';
import { isInRange, measureEttr, type EttrCell, type EttrResult } from './ettr-cells.ts';

const intervals = [2, 5, 60, 'young'] as const;

/** A row of docs/validation.md: measured and by the formula, for one size, rate and restart; † where the formula is outside its range. */
function row(results: readonly EttrResult[]): string {
  const { gpus, rate, restart } = results[0]!.cell;
  const cells = results.map((result) => {
    const { mean, formula } = result;
    return `${mean.toFixed(3)} / ${formula.toFixed(3)}${isInRange(result) ? '' : ' †'}`;
  });
  return `| ${gpus.toLocaleString('en')} | ${rate} | ${restart} | ${cells.join(' | ')} |`;
}

it('the useful part of the time over a grid of job sizes, fault rates, intervals and restarts', async () => {
  const results: EttrResult[] = [];
  for (const gpus of [8, 64, 512, 1024, 4096, 16_384, 65_536, 100_000]) {
    for (const rate of [2.34, 6.5]) {
      for (const restart of [2, 5, 20]) {
        const cells = intervals.map((every): EttrCell => ({ gpus, rate, every, restart, stall: 0.1 }));
        const measured: EttrResult[] = [];
        for (const cell of cells) measured.push(await measureEttr(cell));
        results.push(...measured);
        console.log(row(measured));
      }
    }
  }
  const inRange = results.filter(isInRange);
  const worst = (of: (result: EttrResult) => number): number => Math.max(...inRange.map(of));
  const offFormula = worst(({ mean, formula }) => Math.abs(mean / formula - 1));
  const offExact = Math.max(...results.map(({ mean, exact, error }) => Math.abs(mean - exact) / error));
  const errors = worst(({ mean, error }) => error / mean);
  console.log(
    `${inRange.length} of ${results.length} cells in range; worst ${(100 * offFormula).toFixed(2)} % off the formula, ` +
      `standard error ${(100 * errors).toFixed(2)} % at most; ${offExact.toFixed(2)} standard errors off the exact value (all cells)`,
  );
  expect(inRange.length).toBeGreaterThan(150);
  expect(errors).toBeLessThan(0.01);
  expect(offFormula).toBeLessThan(0.05);
  expect(offExact).toBeLessThan(3.5);
});
