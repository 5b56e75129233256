import { describe, expect, it } from 'vitest';
import { runOf, scheduleOf, type JobSketch, type RunSketch } from '../engine/run-builder.ts';

const HOUR_US = 3_600_000_000;

/** Starts, in hours, on so many GPUs of one node that the first job holds for an hour. */
function startsH(parameters: Record<string, number | string>, gpus: number, jobs: readonly JobSketch[]): number[] {
  const sketch: RunSketch = {
    pools: [{ nodes: 1, gpusPerNode: gpus }],
    jobs: [{ runUs: HOUR_US, gpus, tenant: 'house' }, ...jobs.map((job) => ({ submitUs: 1, ...job }))],
    scheduling: ['auction', parameters],
    placement: 'count',
  };
  return scheduleOf(runOf(sketch))
    .slice(1)
    .map(([startUs]) => startUs / HOUR_US);
}

describe.each(['greedy', 'exact'])('auction, %s', (rule) => {
  it('sells to the higher priority first, and among equals to the first that came', () => {
    const hour = { runUs: HOUR_US, gpus: 2 };
    const jobs = [hour, { ...hour, priority: 1 }, hour, { ...hour, priority: 3 }];
    expect(startsH({ rule }, 2, jobs)).toEqual([3, 2, 4, 1]);
  });

  it('sells to the job whose deadline is nearer, and to one that is late before it', () => {
    const hour = { runUs: HOUR_US, gpus: 2 };
    const jobs = [24, 12, 1].map((deadline) => ({ ...hour, deadlineUs: deadline * HOUR_US }));
    expect(startsH({ rule }, 2, jobs)).toEqual([3, 2, 1]);
  });

  it('a tenant whose tokens are spent stands behind the others until the next refill', () => {
    const hour = { runUs: HOUR_US, gpus: 1 };
    const red = { ...hour, tenant: 'red', priority: 1 };
    const blue = { ...hour, tenant: 'blue' };
    // Red pays what blue bids against it, a token a GPU-hour and some urgency: after one job its 1.5 tokens are gone.
    const parameters = { rule, budget: 1.5, refill: 4 * HOUR_US, horizon: HOUR_US };
    expect(startsH({ rule, horizon: HOUR_US }, 1, [red, red, red, blue, blue])).toEqual([1, 2, 3, 4, 5]);
    const [first, ...rest] = startsH(parameters, 1, [red, red, red, blue, blue]);
    expect(first).toBe(1);
    expect(rest[0]).toBeGreaterThan(2);
    expect(Math.min(rest[2]!, rest[3]!)).toBe(2);
  });
});

describe('auction of gangs', () => {
  const gangs = [
    { runUs: HOUR_US, gpus: 4 },
    { runUs: 2 * HOUR_US, gpus: 2 },
    { runUs: 2 * HOUR_US, gpus: 2 },
  ];

  it('greedy weighs a gang by the square root of its size: four GPUs go to the larger one', () => {
    expect(startsH({}, 4, gangs)).toEqual([1, 2, 2]);
  });

  it('passes over a gang that is not free, or keeps the rest for it', () => {
    const jobs = [
      { runUs: 2 * HOUR_US, gpus: 3 },
      { runUs: HOUR_US, gpus: 2 },
      { runUs: HOUR_US, gpus: 1 },
    ];
    expect(startsH({ whenBlocked: 'skip' }, 4, jobs)).toEqual([1, 3, 1]);
    expect(startsH({ whenBlocked: 'wait' }, 4, jobs)).toEqual([1, 3, 3]);
  });
});
