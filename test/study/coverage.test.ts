import { describe, expect, it } from 'vitest';
import { coverage } from './coverage.ts';

describe('95 % intervals of an M/M/1', () => {
  it('cover the truth in most of 20 repetitions; 1,000 are in the statistics', async () => {
    const covered = await coverage(20, 3, 800, 20_000);
    for (const [kind, part] of Object.entries(covered)) expect(part, kind).toBeGreaterThanOrEqual(0.7);
  });
});
