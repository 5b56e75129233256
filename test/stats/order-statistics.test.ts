import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderStatistics, timeHistogram } from '../../src/stats/order-statistics.ts';
import { seed } from '../engine/seed.ts';

/** Quantile of type 7 by its definition: place p · (n - 1) in the sorted sample, between two values in proportion. */
function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = p * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}

const samples = fc.array(
  fc.oneof(
    fc.double({ min: 0, max: 1e7, noNaN: true }),
    fc.integer({ min: 0, max: 20 }),
    fc.constantFrom(1, 2, 5, 10, 100),
  ),
  { minLength: 1, maxLength: 200 },
);

describe('order statistics', () => {
  it('are what their definitions say of any sample', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const { count, mean, median, p90, p95, p99, max } = orderStatistics(Float64Array.from(values));
        expect(count).toBe(values.length);
        expect(max).toBe(Math.max(...values));
        expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
        expect(median).toBeCloseTo(quantile(values, 0.5), 6);
        expect(p90).toBeCloseTo(quantile(values, 0.9), 6);
        expect(p95).toBeCloseTo(quantile(values, 0.95), 6);
        expect(p99).toBeCloseTo(quantile(values, 0.99), 6);
      }),
      { numRuns: 300, seed },
    );
  });

  it('sort by size and not by spelling', () => {
    expect(orderStatistics(Float64Array.of(100, 9, 20)).median).toBe(20);
  });

  it('are null for no sample at all, and a number for a sample of one', () => {
    const nothing = { count: 0, mean: null, median: null, p90: null, p95: null, p99: null, max: null };
    expect(orderStatistics(new Float64Array(0))).toEqual(nothing);
    const one = { count: 1, mean: 3, median: 3, p90: 3, p95: 3, p99: 3, max: 3 };
    expect(orderStatistics(Float64Array.of(3))).toEqual(one);
  });
});

describe('the histogram of times', () => {
  it('counts each value in the one bin that holds it', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const { edges, counts } = timeHistogram(Float64Array.from(values).sort());
        const expected = counts.map(
          (_, bin) => values.filter((value) => value >= edges[bin]! && value < edges[bin + 1]!).length,
        );
        expect(counts).toEqual(expected);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        // The last bin is the first that reaches beyond the largest value.
        expect(edges.at(-1)).toBeGreaterThan(Math.max(...values));
        expect(edges.length === 2 || edges.at(-2)! <= Math.max(...values)).toBe(true);
      }),
      { numRuns: 300, seed },
    );
  });

  it('has its edges in the 1-2-5 series', () => {
    expect(timeHistogram(Float64Array.of(0, 999)).edges).toEqual([0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
    expect(timeHistogram(Float64Array.of(1000)).edges.at(-1)).toBe(2000);
    expect(timeHistogram(Float64Array.of(0))).toEqual({ edges: [0, 1], counts: [1] });
  });

  it('of nothing has one empty bin', () => {
    expect(timeHistogram(new Float64Array(0))).toEqual({ edges: [0, 1], counts: [0] });
  });
});
