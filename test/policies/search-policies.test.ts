import { describe, expect, it } from 'vitest';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import { runOf, scheduleOf, type JobSketch, type RunSketch } from '../engine/run-builder.ts';

const names = ['genetic', 'simulated-annealing'];

/** Four GPUs, taken until 10 by the first job; the others come at 1. */
function fourGpus(scheduling: RunSketch['scheduling'], jobs: readonly JobSketch[]): RunSketch {
  return {
    pools: [{ nodes: 1, gpusPerNode: 4 }],
    jobs: [{ runUs: 10, gpus: 4 }, ...jobs.map((job) => ({ submitUs: 1, ...job }))],
    scheduling,
    placement: 'count',
  };
}

/** Twelve gangs an hour or so apart on 16 GPUs, sizes and times mixed: more than it can carry for a while. */
function overload(seed: number): readonly JobSketch[] {
  const luck = new AleaStream(`overload ${seed}`);
  const below = (count: number): number => Math.floor(luck.uniform() * count);
  return Array.from({ length: 60 }, (_, job) => ({
    submitUs: job * 4,
    runUs: 1 + below(10) * below(10),
    gpus: [1, 1, 2, 2, 4, 8, 16][below(7)]!,
    priority: 0,
  }));
}

function meanCompletionUs(scheduling: RunSketch['scheduling'], jobs: readonly JobSketch[]): number {
  const pools = [{ nodes: 2, gpusPerNode: 8 }];
  const ends = scheduleOf(runOf({ pools, jobs, scheduling, placement: 'best-fit' })).map(([, endUs]) => endUs);
  return ends.reduce((sum, endUs, job) => sum + endUs - jobs[job]!.submitUs!, 0) / ends.length;
}

describe.each(names)('%s', (name) => {
  it('lets two short jobs before a long gang that came first', () => {
    const jobs = [
      { runUs: 100, gpus: 4 },
      { runUs: 5, gpus: 2 },
      { runUs: 5, gpus: 2 },
    ];
    expect(scheduleOf(runOf(fourGpus(name, jobs)))).toEqual([
      [0, 10],
      [15, 115],
      [10, 15],
      [10, 15],
    ]);
  });

  it('lets the gang go first where its deadline asks for it, unless lateness counts for nothing', () => {
    const jobs = [
      { runUs: 100, gpus: 4, deadlineUs: 110 },
      { runUs: 5, gpus: 2 },
      { runUs: 5, gpus: 2 },
    ];
    const startOfGang = (lateness: number): number =>
      scheduleOf(runOf(fourGpus([name, { lateness, patience: 1e15 }], jobs)))[1]![0];
    // Going second makes it 5 late and the others 100 earlier each: worth it below 195 / 5 a microsecond.
    expect([0, 38, 40].map(startOfGang)).toEqual([15, 15, 10]);
  });

  it('lets priority and long waiting weigh', () => {
    const short = { runUs: 5, gpus: 4 };
    // 100 · 2 is more than 5 · 39: the long one goes first from weight 20 on.
    const startOfLong = (priority: number): number =>
      scheduleOf(runOf(fourGpus([name, { patience: 1e15 }], [short, { runUs: 100, gpus: 4, priority }])))[2]![0];
    expect([0, 18, 20].map(startOfLong)).toEqual([15, 15, 10]);
    // The long one has waited 99 more: with a patience of 5 its weight is about 21.
    const aged = [
      { submitUs: 0, runUs: 100, gpus: 4 },
      { submitUs: 0, runUs: 100, gpus: 4 },
      { submitUs: 99, runUs: 5, gpus: 4 },
    ];
    const startOfAged = (patience: number): number => {
      const run = { pools: [{ nodes: 1, gpusPerNode: 4 }], jobs: aged, placement: 'count' };
      return scheduleOf(runOf({ ...run, scheduling: [name, { patience }] }))[1]![0];
    };
    expect([1e15, 4].map(startOfAged)).toEqual([105, 100]);
  });

  it('chooses the GPU type on which a gang ends first, and waits for it if that pays', () => {
    const pools = [
      { nodes: 1, gpusPerNode: 4, gpuType: 'slow' },
      { nodes: 1, gpusPerNode: 4, gpuType: 'fast' },
    ];
    const linear = { gpus: new Float64Array(0), speedUp: new Float64Array(0) };
    const classes = [
      { name: 'even', speedByType: Float64Array.of(1, 1), curve: linear },
      { name: 'keen', speedByType: Float64Array.of(1, 4), curve: linear },
    ];
    const jobs: JobSketch[] = [
      { runUs: 20, gpus: 4, gpuTypes: ['fast'], jobClass: 'even' },
      { submitUs: 1, runUs: 100, gpus: 4, jobClass: 'keen' },
      { submitUs: 1, runUs: 30, gpus: 4, jobClass: 'even' },
    ];
    const run = runOf({ pools, classes, jobs, scheduling: name, placement: 'count' });
    expect(scheduleOf(run)).toEqual([
      [0, 20],
      [20, 45],
      [1, 31],
    ]);
  });

  it('has jobs done sooner on average than EASY backfilling in overload, and a budget of one evaluation does not', () => {
    const seeds = [1, 2, 3, 4, 5, 6];
    const sooner = seeds.filter(
      (seed) => meanCompletionUs(name, overload(seed)) < 0.95 * meanCompletionUs('easy-backfill', overload(seed)),
    );
    expect(sooner.length).toBeGreaterThanOrEqual(5);
    const sum = (evaluations: number): number =>
      seeds.reduce((total, seed) => total + meanCompletionUs([name, { evaluations }], overload(seed)), 0);
    expect(sum(200)).toBeLessThan(0.9 * sum(1));
  });
});
