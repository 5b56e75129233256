import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../src/sim/kernel/random.ts';
import { JobList } from '../../src/sim/model/job-list.ts';
import { resampled } from '../../src/traces/resampling.ts';

const DAY_US = 86_400e6;

/** Ten days, a job at each hour of the day that is the day's number, and part of an eleventh. */
function tenDays(): JobList {
  const list = new JobList('log.csv');
  for (let day = 0; day <= 10; day++) {
    for (let hour = 0; hour <= day; hour++) {
      list.add({
        id: `${day}-${hour}`,
        submitUs: day * DAY_US + hour * 3600e6,
        runUs: 1e6,
        gpuMilli: 1000 * (day + 1),
        tenant: `t${day}`,
        ...(day === 3 ? { deadlineUs: day * DAY_US + hour * 3600e6 + 5e6 } : {}),
      });
    }
  }
  return list;
}

function drawn(seed: number, scale: number, days = 400): JobList {
  const how = { blockUs: DAY_US, lengthUs: days * DAY_US, scale };
  return resampled(tenDays(), how, new RandomStreams(seed), 'log');
}

describe('demand drawn from a trace', () => {
  it('is whole days of it, each with its jobs at their hours, of sizes and tenants that belong together', () => {
    const jobs = drawn(1, 1);
    for (let row = 0; row < jobs.count; row++) {
      const [, day, hour] = /(\d+)-(\d+)$/.exec(jobs.ids[row]!)!.map(Number);
      expect(day).toBeLessThan(10);
      expect(jobs.submitUs[row]! % DAY_US).toBe(hour! * 3600e6);
      expect(jobs.gpuMilli[row]).toBe(1000 * (day! + 1));
      expect(jobs.tenants[jobs.tenant[row]!]).toBe(`t${day}`);
      if (day === 3) expect(jobs.deadlineUs[row]! - jobs.submitUs[row]!).toBe(5e6);
    }
    expect(new Set(jobs.ids).size).toBe(jobs.count);
  });

  it('draws each whole day as often as any other, and never the part of a day at the end', () => {
    const jobs = drawn(2, 1, 20_000);
    const times = new Array<number>(11).fill(0);
    for (const id of jobs.ids) if (id.endsWith('-0')) times[Number(/(\d+)-0$/.exec(id)![1])]!++;
    expect(times[10]).toBe(0);
    // Binomial(20,000, 0.1): standard deviation 42.
    for (const count of times.slice(0, 10)) expect(Math.abs(count - 2000)).toBeLessThan(4 * 42.4);
  });

  it('is another with another seed, and the same with the same', () => {
    expect(drawn(3, 1).ids).toEqual(drawn(3, 1).ids);
    expect(drawn(3, 1).ids).not.toEqual(drawn(4, 1).ids);
  });

  it('grows with the scale: more of it holds all jobs of less, and the count is in proportion', () => {
    const [less, more, most] = [1.3, 1.7, 2].map((scale) => new Set(drawn(5, scale, 2000).ids));
    expect([...less!].every((id) => more!.has(id))).toBe(true);
    expect([...more!].every((id) => most!.has(id))).toBe(true);
    // 5.5 jobs a day, each day of a layer by itself.
    expect(less!.size / (1.3 * 2000 * 5.5)).toBeCloseTo(1, 1);
    expect(most!.size / (2 * 2000 * 5.5)).toBeCloseTo(1, 1);
  });

  it('ends where it is to end, within a block too', () => {
    const how = { blockUs: DAY_US, lengthUs: 1.25 * DAY_US, scale: 30 };
    const jobs = resampled(tenDays(), how, new RandomStreams(1), 'log');
    const last = Math.max(...jobs.submitUs.subarray(0, jobs.count));
    expect(last).toBeGreaterThan(DAY_US);
    expect(last).toBeLessThan(1.25 * DAY_US);
  });

  it('cannot be made of less than a block', () => {
    const how = { blockUs: 30 * DAY_US, lengthUs: DAY_US, scale: 1 };
    expect(() => resampled(tenDays(), how, new RandomStreams(1), 'log')).toThrow(RangeError);
  });
});
