import { expect, it } from 'vitest';
import { isInRange, measureEttr, type EttrCell } from './ettr-cells.ts';

const stall = 0.1;
/** The whole grid is in ettr.statistics.ts. */
const cells: readonly EttrCell[] = [
  { gpus: 8, rate: 6.5, every: 60, restart: 20, stall },
  { gpus: 512, rate: 2.34, every: 'young', restart: 5, stall },
  { gpus: 1024, rate: 6.5, every: 60, restart: 20, stall },
  { gpus: 4096, rate: 6.5, every: 60, restart: 5, stall },
  { gpus: 4096, rate: 6.5, every: 5, restart: 20, stall },
  { gpus: 16_384, rate: 6.5, every: 5, restart: 5, stall },
];

it.each(cells)('the useful part of the time is as the ETTR formula says: %j', async (cell) => {
  const result = await measureEttr(cell);
  expect(isInRange(result)).toBe(true);
  expect(Math.abs(result.mean / result.formula - 1)).toBeLessThan(0.05);
  expect(result.error / result.exact).toBeLessThan(0.01);
  expect(Math.abs(result.mean - result.exact)).toBeLessThan(3.5 * result.error);
});

it('where faults take half of the time the formula says too little, and the exact one does not', async () => {
  const result = await measureEttr({ gpus: 4096, rate: 6.5, every: 240, restart: 60, stall });
  expect(isInRange(result)).toBe(false);
  expect(result.mean / result.formula).toBeGreaterThan(1.1);
  expect(Math.abs(result.mean - result.exact)).toBeLessThan(3.5 * result.error);
});
