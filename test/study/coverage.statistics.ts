import { describe, expect, it } from 'vitest';
import { coverage } from './coverage.ts';

describe('95 % intervals of an M/M/1 at load 0.8', () => {
  it('cover the truth in 93 to 97 % of 1,000 repetitions', async () => {
    const covered = await coverage(1000, 4, 3000, 40_000);
    for (const [kind, part] of Object.entries(covered)) console.log(`${kind} | ${(100 * part).toFixed(1)} %`);
    for (const [kind, part] of Object.entries(covered)) {
      expect(part, kind).toBeGreaterThanOrEqual(0.93);
      expect(part, kind).toBeLessThanOrEqual(0.97);
    }
  });
});
