import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import { GittinsIndex } from '../../src/policies/scheduling/preemption/gittins-index.ts';
import { runOf, scheduleOf, type JobSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';

const S = 1_000_000;

/** Ends within a quantum over what is taken of it, job by job. */
function obvious(sample: readonly number[], attained: number, quantum: number): number {
  const left = sample.filter((size) => size > attained).map((size) => size - attained);
  if (left.length === 0) return 0;
  const taken = left.reduce((sum, more) => sum + Math.min(more, quantum), 0);
  return left.filter((more) => more <= quantum).length / taken;
}

/** The largest over all quanta: those at which somebody ends are enough. */
function obviousBest(sample: readonly number[], attained: number): number {
  const quanta = sample.filter((size) => size > attained).map((size) => size - attained);
  return Math.max(0, ...quanta.map((quantum) => obvious(sample, attained, quantum)));
}

/** First start and end in s, and preemptions, of jobs (submit, run, GPUs) on one node. */
function livesOf(gpus: number, given: ParameterValues, jobs: readonly (readonly [number, number, number])[]) {
  const sketches = jobs.map(([submit, run, width]): JobSketch => {
    return { submitUs: submit * S, runUs: run * S, gpus: width };
  });
  const pools = [{ nodes: 1, gpusPerNode: gpus }];
  const run = runOf({ pools, jobs: sketches, scheduling: ['tiresias', given], placement: 'best-fit' });
  const { preemptions } = run.metrics.outcomes;
  return scheduleOf(run).map(([startUs, endUs], index) => [startUs / S, endUs / S, preemptions[index]!]);
}

const times = (jobs: number, size: number): number[] => Array.from({ length: jobs }, () => size);
/** After 1, 2 and 3 each time half of those left end: until then sizes have no memory. */
const memoryless = [...times(8, 1), ...times(4, 2), ...times(2, 3), ...times(2, 1e9)];
/** After 1, 2, 3 and 4 ever fewer of those left end: 1/2, 1/3, 1/4, 1/6. */
const decreasing = [...times(12, 1), ...times(4, 2), ...times(2, 3), ...times(1, 4), ...times(5, 1e9)];

describe('Gittins index', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 0, maxLength: 12 });
  const ages = fc.integer({ min: 0, max: 62 }).map((halves) => halves / 2);

  it('is what counting job by job gives, for a fixed quantum and for the best of all', () => {
    let above0 = 0;
    fc.assert(
      fc.property(sizes, ages, fc.integer({ min: 1, max: 40 }), (sample, age, quantum) => {
        const fixed = obvious(sample, age, quantum);
        const best = obviousBest(sample, age);
        if (fixed > 0 && fixed < best) above0++;
        expect(new GittinsIndex(quantum, sample).at(age)).toBeCloseTo(fixed, 10);
        expect(new GittinsIndex(0, sample).at(age)).toBeCloseTo(best, 10);
      }),
      { numRuns: 2000, seed },
    );
    expect(above0).toBeGreaterThan(100);
  });

  it('is the same at all ages where sizes have no memory', () => {
    for (const quantum of [0, 1]) {
      const index = new GittinsIndex(quantum, memoryless);
      expect([0, 1, 2].map((age) => index.at(age))).toEqual([0.5, 0.5, 0.5]);
    }
  });

  it('falls with age where ever fewer of those left end', () => {
    const index = new GittinsIndex(0, decreasing);
    const ages0 = [0, 1, 2, 3].map((age) => index.at(age));
    expect(ages0).toEqual(ages0.toSorted((a, b) => b - a));
    expect(new Set(ages0).size).toBe(4);
  });

  it('learns from jobs that end, when they are a tenth more', () => {
    const index = new GittinsIndex(0, []);
    expect([index.update(), index.at(0)]).toEqual([false, 0]);
    for (let jobs = 0; jobs < 20; jobs++) index.learn(4);
    expect([index.update(), index.at(0), index.at(3), index.at(4)]).toEqual([true, 0.25, 1, 0]);
    index.learn(1);
    expect([index.update(), index.at(0)]).toEqual([false, 0.25]);
    index.learn(1);
    expect(index.update()).toBe(true);
    expect(index.at(0)).toBeCloseTo(22 / 82, 12);
  });
});

describe('tiresias by the Gittins index', () => {
  const gittins = { discipline: 'gittins', limits: [], quantum: 0 };
  // One long job has run for 5 s when a new one comes.
  const meeting = [[0, 100, 1], [5, 1, 1]] as const; // prettier-ignore

  it('stops a job that has proved long for a new one that is likely short', () => {
    const sample = [1, 1, 1, 100];
    expect(livesOf(1, { ...gittins, sample }, meeting)).toEqual([
      [0, 101, 1],
      [5, 6, 0],
    ]);
    // In one queue by service alone the new one waits, and so it does where who has begun is nearer to the end.
    const waits = [
      [0, 100, 0],
      [100, 101, 0],
    ];
    expect(livesOf(1, { limits: [] }, meeting)).toEqual(waits);
    expect(livesOf(1, { ...gittins, sample: [100, 100] }, meeting)).toEqual(waits);
  });

  it('learns what is short from the jobs that have ended', () => {
    const before = [[0, 1, 1], [1, 1, 1], [2, 1, 1]] as const; // prettier-ignore
    const [long, short] = [[10, 100, 1], [15, 1, 1]] as const; // prettier-ignore
    expect(livesOf(1, gittins, [long, short])[1]).toEqual([110, 111, 0]);
    expect(livesOf(1, gittins, [...before, long, short]).at(-1)).toEqual([15, 16, 0]);
  });

  it('in each queue alone: who has had a limit stands behind who has not', () => {
    // By the sample who has had 20 s is about to end; but it is in the second queue.
    const sample = [21, 21, 21, 21];
    const jobs = [[0, 30, 1], [15, 15, 1]] as const; // prettier-ignore
    expect(livesOf(1, { ...gittins, sample, limits: [20] }, jobs)[1]).toEqual([20, 35, 0]);
    expect(livesOf(1, { ...gittins, sample }, jobs)[1]).toEqual([30, 45, 0]);
  });

  const secondsJobs = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 })),
    { minLength: 6, maxLength: 14 },
  );
  const eachSecond = { attained: 'time', round: 1 * S, quantum: 0 };

  it('is least attained service where ever fewer of those left end', () => {
    let preemptions = 0;
    fc.assert(
      fc.property(secondsJobs, (jobs) => {
        const byService = livesOf(3, { ...eachSecond, limits: [1, 2, 3] }, jobs);
        expect(livesOf(3, { ...eachSecond, discipline: 'gittins', limits: [], sample: decreasing }, jobs)).toEqual(
          byService,
        );
        preemptions += byService.reduce((sum, [, , stops]) => sum + stops!, 0);
      }),
      { numRuns: 100, seed },
    );
    expect(preemptions).toBeGreaterThan(100);
  });

  it('stops nobody where sizes have no memory: what a job has had says nothing', () => {
    fc.assert(
      fc.property(secondsJobs, (jobs) => {
        const short = jobs.map(([submit, run, gpus]) => [submit, Math.min(3, run), gpus] as const);
        const lives = livesOf(3, { ...eachSecond, discipline: 'gittins', limits: [], sample: memoryless }, short);
        expect(lives).toEqual(livesOf(3, { ...eachSecond, limits: [] }, short));
        expect(lives.every(([, , stops]) => stops === 0)).toBe(true);
      }),
      { numRuns: 50, seed },
    );
  });
});

describe('promotion of jobs that starve', () => {
  // A long job, and short ones that keep the first queue full until 42 s.
  const jobs = [[0, 100, 1], [5, 8, 1], [6, 8, 1], [7, 8, 1], [8, 8, 1]] as const; // prettier-ignore
  const limits = [10];

  it.each(['in-place', 'anew', 'by-count'])(
    'lets a job begin anew that has waited twice as long as it ran, %s',
    (repack) => {
      expect(livesOf(1, { limits, repack }, jobs)).toEqual([
        [0, 132, 1],
        [10, 18, 0],
        [18, 26, 0],
        [26, 34, 0],
        [34, 42, 0],
      ]);
      // It runs 0 to 10 and is due at 30, when it has waited for 20. By submission it is then the first of its queue:
      // packed anew it takes over at once, in place when the one that runs has ended. It has 10 s more in that queue.
      const others = { 'in-place': [[26, 34, 0], [44, 52, 0]], anew: [[26, 44, 1], [44, 52, 0]], 'by-count': [[26, 44, 1], [44, 52, 0]] }[repack]; // prettier-ignore
      const lives = livesOf(1, { limits, repack, promoteKnob: 2 }, jobs);
      expect(lives).toEqual([[0, 132, 2], [10, 18, 0], [18, 26, 0], ...others!]); // prettier-ignore
    },
  );

  it('is due at the next round where there are rounds', () => {
    // Stopped at 8 and due at 16, that is on the stroke of a round, or 17 with a knob of 9/8: at 20.
    const few = [[0, 40, 1], [1, 7, 1], [2, 7, 1], [3, 7, 1]] as const; // prettier-ignore
    const startOfThird = (promoteKnob: number): number =>
      livesOf(1, { limits: [8], repack: 'anew', round: 4 * S, promoteKnob }, few)[2]![0]!;
    expect(startOfThird(0)).toBe(16);
    expect(startOfThird(1)).toBe(24);
    expect(startOfThird(9 / 8)).toBe(16);
  });

  it('counts what a job has waited since it first ran or was last promoted', () => {
    // Who has never run is in the first queue anyway, however long it waits.
    expect(livesOf(1, { limits, promoteKnob: 0.5 }, [[0, 9, 1], [1, 9, 1], [2, 9, 1]])).toEqual([[0, 9, 0], [9, 18, 0], [18, 27, 0]]); // prettier-ignore
  });
});
