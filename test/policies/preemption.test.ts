import { describe, expect, it } from 'vitest';
import { runOf, scheduleOf, type JobSketch, type PolicySketch } from '../engine/run-builder.ts';
import type { SchedulingPolicy } from '../../src/sim/contract/scheduling.ts';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';

const S = 1_000_000;

/** Seconds for the reader, microseconds for the run. */
function job(submitS: number, runS: number, gpus: number, rest: Partial<JobSketch> = {}): JobSketch {
  return { submitUs: submitS * S, runUs: runS * S, gpus, ...rest };
}

/** First start and end in s, and preemptions, of every job. */
function livesOf(nodes: number, gpusPerNode: number, scheduling: PolicySketch<SchedulingPolicy>, jobs: JobSketch[]) {
  const run = runOf({ pools: [{ nodes, gpusPerNode }], jobs, scheduling, placement: 'best-fit' });
  const { preemptions } = run.metrics.outcomes;
  return scheduleOf(run).map(([startUs, endUs], index) => [startUs / S, endUs / S, preemptions[index]!]);
}

describe('shortest remaining first', () => {
  const jobs = [job(0, 100, 4), job(20, 10, 4)];

  it('stops a long job for a short one, which goes on afterwards', () => {
    expect(livesOf(1, 4, 'srtf', jobs)).toEqual([
      [0, 110, 1],
      [20, 30, 0],
    ]);
  });

  it('stops nobody whose loss is not above the least gain', () => {
    const gain = (seconds: number): ParameterValues => ({ minGain: seconds * S });
    // 80 s are left against 10 s: a gain of 70 s.
    expect(livesOf(1, 4, ['srtf', gain(70)], jobs)[1]).toEqual([100, 110, 0]);
    expect(livesOf(1, 4, ['srtf', gain(69)], jobs)[1]).toEqual([20, 30, 0]);
  });

  it('by service a wide short job does not stop a narrow long one', () => {
    // 1 x 30 s against 4 x 10 s.
    const wide = [job(0, 30, 1), job(0, 100, 3), job(5, 10, 4)];
    expect(livesOf(1, 4, 'srtf', wide)[2]).toEqual([5, 15, 0]);
    expect(livesOf(1, 4, 'srsf', wide)[2]).toEqual([30, 40, 0]);
  });

  it('waits for the next round', () => {
    // The long one goes on with the round at 120 s.
    expect(livesOf(1, 4, ['srtf', { round: 60 * S }], jobs)).toEqual([
      [0, 160, 1],
      [60, 70, 0],
    ]);
  });
});

describe('priority', () => {
  it('stops the last started of the lowest priority, and only those that are needed', () => {
    // Node 0: 3 GPUs of high priority and the last started; node 1: one job of 4. The first to be asked does not help.
    const jobs = [job(0, 100, 3, { priority: 9 }), job(0, 100, 4), job(1, 100, 1), job(10, 10, 4, { priority: 5 })];
    expect(livesOf(2, 4, 'priority', jobs)).toEqual([
      [0, 100, 0],
      [0, 110, 1],
      [1, 101, 0],
      [10, 20, 0],
    ]);
  });

  it('stops nobody in vain, and nobody of its own priority', () => {
    const jobs = [job(0, 100, 3, { priority: 5 }), job(0, 100, 1), job(10, 10, 4, { priority: 5 })];
    expect(livesOf(1, 4, 'priority', jobs)).toEqual([
      [0, 100, 0],
      [0, 100, 0],
      [100, 110, 0],
    ]);
  });

  const two = [job(0, 100, 4), job(10, 10, 4, { priority: 1 })];

  it('lets victims go on for the grace time', () => {
    expect(livesOf(1, 4, ['priority', { grace: 30 * S }], two)).toEqual([
      [0, 110, 1],
      [40, 50, 0],
    ]);
  });

  it('lets a job run for the minimum before it gives way', () => {
    expect(livesOf(1, 4, ['priority', { minRun: 50 * S }], two)).toEqual([
      [0, 110, 1],
      [50, 60, 0],
    ]);
  });

  it('holds others up behind a job that cannot start only where it is told to', () => {
    const jobs = [job(0, 100, 2, { priority: 2 }), job(10, 10, 4, { priority: 1 }), job(20, 10, 2)];
    expect(livesOf(1, 4, 'priority', jobs)[2]).toEqual([20, 30, 0]);
    expect(livesOf(1, 4, ['priority', { blocked: 'head-of-line' }], jobs)[2]).toEqual([110, 120, 0]);
  });
});

describe('tiresias', () => {
  it('a job goes down when it has had its GPU-time, and then gives way', () => {
    // 4 GPUs reach 40 GPU-s at 10 s; until then the second waits behind it in the same queue.
    const jobs = [job(0, 100, 4), job(3, 5, 4)];
    expect(livesOf(1, 4, ['tiresias', { limits: [40] }], jobs)).toEqual([
      [0, 105, 1],
      [10, 15, 0],
    ]);
    expect(livesOf(1, 4, ['tiresias', { limits: [40], attained: 'time' }], jobs)[1]).toEqual([40, 45, 0]);
    expect(livesOf(1, 4, ['tiresias', { limits: [40], round: 8 * S }], jobs)[1]).toEqual([16, 21, 0]);
  });

  it('jobs in the last queue wait for an end', () => {
    const jobs = [job(0, 100, 4), job(3, 50, 4)];
    // The second goes down at 20 s and stays on, its equal waiting, until it ends.
    expect(livesOf(1, 4, ['tiresias', { limits: [40] }], jobs)).toEqual([
      [0, 150, 1],
      [10, 60, 0],
    ]);
  });
});
