import { describe, expect, it } from 'vitest';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import { bootstrapInterval } from '../../src/stats/bootstrap-interval.ts';
import { relativeHalfWidth } from '../../src/stats/interval.ts';
import { meanInterval } from '../../src/stats/mean-interval.ts';
import { pairedDifference } from '../../src/stats/paired-difference.ts';
import { quantileInterval } from '../../src/stats/quantile-interval.ts';
import { studentQuantile } from '../../src/stats/student-t.ts';

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("quantiles of Student's t", () => {
  it.each([
    // Abramowitz and Stegun, table 26.10.
    [0.975, 1, 12.706],
    [0.975, 9, 2.262],
    [0.995, 9, 3.25],
    [0.95, 29, 1.699],
    [0.975, 120, 1.98],
  ])('at %d with %d degrees of freedom: %d', (probability, degrees, expected) => {
    expect(studentQuantile(probability, degrees)).toBeCloseTo(expected, 3);
    expect(studentQuantile(1 - probability, degrees)).toBeCloseTo(-expected, 3);
  });

  it('needs a degree of freedom', () => {
    expect(() => studentQuantile(0.975, 0)).toThrow('at least 1 degree of freedom, not 0');
  });
});

describe('the interval of a mean', () => {
  it('is mean +- t s / sqrt(n)', () => {
    const interval = meanInterval([2, 4, 4, 4, 5, 5, 7, 9], 0.95);
    const half = (2.364624 * 2.13809) / Math.sqrt(8);
    expect(interval.estimate).toBe(5);
    expect(interval.low).toBeCloseTo(5 - half, 4);
    expect(interval.high).toBeCloseTo(5 + half, 4);
    expect(relativeHalfWidth(interval)).toBeCloseTo(half / 5, 4);
  });

  it('is unbounded for one value, a point where nothing varies', () => {
    expect(meanInterval([3], 0.95)).toMatchObject({ estimate: 3, low: -Infinity, high: Infinity, samples: 1 });
    expect(relativeHalfWidth(meanInterval([3], 0.95))).toBe(Infinity);
    expect(relativeHalfWidth(meanInterval([0, 0], 0.95))).toBe(0);
  });

  it('refuses an empty sample, a value that is no number, and a level that is none', () => {
    expect(() => meanInterval([], 0.95)).toThrow('an empty sample has no mean');
    expect(() => meanInterval([1, NaN], 0.95)).toThrow('value 1 of a sample is NaN');
    expect(() => meanInterval([1, 2], 95)).toThrow('between 0 and 1, not 95');
  });

  it('tells a difference by pairs that it could not tell from the two means', () => {
    const luck = [10, 50, 90, 130, 20, 70];
    const slower = luck.map((value, index) => value + 1 + (index % 2) / 10);
    expect(pairedDifference(slower, luck, 0.95).verdict).toBe('more');
    expect(pairedDifference(luck, slower, 0.95).verdict).toBe('less');
    expect(pairedDifference(luck, luck.toReversed(), 0.95).verdict).toBe('unsure');
    expect(meanInterval(slower, 0.95).low).toBeLessThan(meanInterval(luck, 0.95).high);
    expect(() => pairedDifference([1], [1, 2], 0.95)).toThrow('not 1 and 2');
  });
});

describe('the interval of a quantile', () => {
  const upTo = (count: number): Float64Array => Float64Array.from({ length: count }, (_, index) => index + 1);

  it.each([
    // Ranks as tabled for the median by Conover (1999), table A3 and its formula.
    [10, 0.5, 2, 9],
    [20, 0.5, 6, 15],
    [100, 0.5, 40, 61],
  ])('of %d values at %d lies between the values of ranks %d and %d', (count, quantile, low, high) => {
    expect(quantileInterval(upTo(count), quantile, 0.95)).toMatchObject({ low, high });
  });

  it('has no upper end where the sample is too small for it', () => {
    const interval = quantileInterval(upTo(20), 0.99, 0.95);
    expect(interval.high).toBe(Infinity);
    expect(interval.low).toBeGreaterThan(10);
  });

  it('covers the truth as often as it says, or a little more', () => {
    const luck = new AleaStream('quantile coverage');
    let covered = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const sorted = Float64Array.from({ length: 100 }, () => luck.uniform()).sort();
      const { low, high } = quantileInterval(sorted, 0.9, 0.95);
      if (low <= 0.9 && 0.9 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(940);
    expect(covered).toBeLessThan(985);
  });
});

describe('the bootstrap interval', () => {
  it('covers the mean of a skewed distribution about as often as it says, and is the same for the same luck', () => {
    const luck = new AleaStream('bootstrap coverage');
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const values = Float64Array.from({ length: 40 }, () => -Math.log(luck.uniform()));
      const { low, high } = bootstrapInterval(values, mean, () => luck.uniform(), 0.9, 400);
      if (low <= 1 && 1 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(165);
    expect(covered).toBeLessThan(194);
    const again = (): unknown => {
      const stream = new AleaStream('same luck');
      return bootstrapInterval(Float64Array.of(1, 2, 3, 9), mean, () => stream.uniform(), 0.95);
    };
    expect(again()).toEqual(again());
  });

  it('is a point where nothing varies, unbounded for one value', () => {
    expect(bootstrapInterval(Float64Array.of(2, 2, 2), mean, () => 0.5, 0.95)).toMatchObject({ low: 2, high: 2 });
    expect(bootstrapInterval(Float64Array.of(2), mean, () => 0.5, 0.95)).toMatchObject({ high: Infinity });
  });
});
