import { describe, expect, it } from 'vitest';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import { batchMeans } from '../../src/stats/batch-means.ts';
import { growthOf } from '../../src/stats/growth.ts';
import { warmUpLength } from '../../src/stats/warm-up.ts';

/** Each value remembers so much of the one before; mean 0, variance 1 / (1 - memory^2) / 12 once it is steady. */
function remembering(name: string, count: number, memory: number, first = 0): Float64Array {
  const luck = new AleaStream(name);
  let value = first;
  return Float64Array.from({ length: count }, () => (value = memory * value + luck.uniform() - 0.5));
}

/** Customers in an M/M/1 at events, by a walk: up with probability rho / (1 + rho). */
function queueWalk(name: string, rho: number, values: number, stepsEach: number): Float64Array {
  const luck = new AleaStream(name);
  let length = 0;
  return Float64Array.from({ length: values }, () => {
    for (let step = 0; step < stepsEach; step++) {
      if (luck.uniform() < rho / (1 + rho)) length++;
      else if (length > 0) length--;
    }
    return length;
  });
}

describe('warm-up by MSER-5', () => {
  it('ends where the beginning no longer shows', () => {
    const cut = warmUpLength(remembering('decay', 1000, 0.9, 50));
    // 50 * 0.9^k is below a tenth of the deviation after some 58 values.
    expect(cut).toBeGreaterThanOrEqual(30);
    expect(cut).toBeLessThanOrEqual(120);
  });

  it('cuts next to nothing from a series that is steady from the first value', () => {
    const cuts = Array.from({ length: 50 }, (_, trial) => warmUpLength(remembering(`steady ${trial}`, 1000, 0)));
    expect(cuts.filter((cut) => cut <= 100).length).toBeGreaterThan(40);
    expect(warmUpLength(new Float64Array(100).fill(1e12))).toBe(0);
  });

  it('is not over in a series that is nothing but a rise, nor known in a very short one', () => {
    expect(warmUpLength(Float64Array.from({ length: 1000 }, (_, index) => index))).toBeNaN();
    expect(warmUpLength([1, 2, 3, 4, 5, 6])).toBeNaN();
  });
});

describe('batch means', () => {
  it('cover the mean of a series that remembers about as often as they say', () => {
    let covered = 0;
    let independent = 0;
    for (let trial = 0; trial < 400; trial++) {
      const { interval, areIndependent } = batchMeans(remembering(`batches ${trial}`, 8000, 0.9), 0.95);
      if (interval.low <= 0 && 0 <= interval.high) covered++;
      if (areIndependent) independent++;
    }
    expect(independent).toBeGreaterThan(300);
    expect(covered).toBeGreaterThan(364);
    expect(covered).toBeLessThan(396);
  });

  it('say so when even ten batches still follow each other', () => {
    expect(batchMeans(remembering('long memory', 1000, 0.9999, 100), 0.95).areIndependent).toBe(false);
    expect(() => batchMeans([1, 2, 3], 0.95)).toThrow('at least 20 values, not 3');
  });
});

describe('a backlog that grows', () => {
  it('is found at load 1.02, with its growth', () => {
    const series = Array.from({ length: 5 }, (_, run) => queueWalk(`over ${run}`, 1.02, 200, 500));
    const { isUnstable, perValue } = growthOf(series, 0.99);
    expect(isUnstable).toBe(true);
    // 500 steps of (rho - 1) / (rho + 1) a step.
    expect(perValue).toBeGreaterThan(2.5);
    expect(perValue).toBeLessThan(7.5);
  });

  it('is seldom claimed of a stable queue', () => {
    let alarms = 0;
    for (let trial = 0; trial < 200; trial++) {
      const series = Array.from({ length: 3 }, (_, run) => queueWalk(`stable ${trial} ${run}`, 0.9, 100, 100));
      if (growthOf(series, 0.99).isUnstable) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(4);
  });

  it('cannot be told from a few values', () => {
    expect(() => growthOf([[1, 2, 3]], 0.99)).toThrow('at least 40 values, not 3');
  });
});
