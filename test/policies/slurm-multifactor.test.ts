import { describe, expect, it } from 'vitest';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import { buildQuotaTree } from '../../src/sim/model/quota-tree.ts';
import { runOf, scheduleOf, type FinishedRun, type JobSketch, type RunSketch } from '../engine/run-builder.ts';

/** Jobs on so many GPUs, without weights and with loops at every us unless told otherwise. */
function slurmRun(
  gpus: number,
  jobs: readonly JobSketch[],
  parameters: ParameterValues = {},
  quotas?: RunSketch['quotas'],
): FinishedRun {
  const bare = { ageWeight: 0, fairShareWeight: 0, jobSizeWeight: 0, partitionWeight: 0 };
  const loops = { calcPeriod: 0, schedInterval: 1, bfInterval: 1, bfResolution: 1 };
  return runOf({
    pools: [{ nodes: gpus, gpusPerNode: 1 }],
    jobs,
    scheduling: ['slurm-multifactor', { ...bare, ...loops, ...parameters }],
    placement: 'count',
    ...(quotas === undefined ? {} : { quotas }),
  });
}

/** The schedule worked out by hand in test/policies/scheduling.test.ts. */
const four: JobSketch[] = [
  { gpus: 3, runUs: 10 },
  { gpus: 4, runUs: 5 },
  { gpus: 1, runUs: 10 },
  { gpus: 1, runUs: 20 },
];

describe('the loops of Slurm', () => {
  it('reserve for every job they look at: 0-10, 10-15, 0-10, 15-35 as conservative backfilling', () => {
    expect(scheduleOf(slurmRun(4, four))).toEqual([[0, 10], [10, 15], [0, 10], [15, 35]]); // prettier-ignore
  });

  it('backfill only among the first bfMaxJobTest jobs: with one that is FIFO', () => {
    const run = slurmRun(4, four, { bfMaxJobTest: 1 });
    expect(scheduleOf(run)).toEqual([[0, 10], [10, 15], [15, 25], [15, 35]]); // prettier-ignore
  });

  it('backfill once in bfInterval', () => {
    const late: JobSketch[] = [...four.slice(0, 2), { gpus: 1, runUs: 3, submitUs: 2 }];
    expect(scheduleOf(slurmRun(4, late)).at(-1)).toEqual([2, 5]);
    expect(scheduleOf(slurmRun(4, late, { bfInterval: 7 })).at(-1)).toEqual([7, 10]);
  });

  it('reserve nothing beyond bfWindow, so that a long job may start in front of a wide one', () => {
    const jobs = [four[0]!, four[1]!, four[3]!];
    expect(scheduleOf(slurmRun(4, jobs))).toEqual([[0, 10], [10, 15], [15, 35]]); // prettier-ignore
    expect(scheduleOf(slurmRun(4, jobs, { bfWindow: 5 }))).toEqual([[0, 10], [20, 25], [0, 20]]); // prettier-ignore
  });

  it('count in steps of bfResolution, so that a job may end a little after the reserved start', () => {
    const jobs: JobSketch[] = [four[0]!, four[1]!, { gpus: 1, runUs: 14 }];
    expect(scheduleOf(slurmRun(4, jobs)).at(-1)).toEqual([15, 29]);
    expect(scheduleOf(slurmRun(4, jobs, { bfResolution: 8 }))).toEqual([[0, 10], [14, 19], [0, 14]]); // prettier-ignore
  });

  it('start at most defaultQueueDepth jobs at an event, and the others at the next schedInterval', () => {
    const jobs: JobSketch[] = [
      { gpus: 1, runUs: 500 },
      ...Array.from({ length: 3 }, () => ({ gpus: 1, runUs: 500, submitUs: 10 })),
    ];
    const rare = { schedInterval: 100, bfInterval: 1000 };
    const starts = (parameters: ParameterValues): number[] =>
      scheduleOf(slurmRun(4, jobs, { ...rare, ...parameters })).map(([startUs]) => startUs);
    expect(starts({})).toEqual([0, 10, 10, 10]);
    expect(starts({ defaultQueueDepth: 1 })).toEqual([0, 10, 100, 100]);
  });

  it('let jobs that use other GPU types pass one that does not fit, without backfilling', () => {
    const jobs: JobSketch[] = [
      { gpus: 1, runUs: 10, gpuTypes: ['A'] },
      { gpus: 2, runUs: 10, gpuTypes: ['A'] },
      { gpus: 1, runUs: 20, gpuTypes: ['B'] },
      { gpus: 1, runUs: 20 },
    ];
    const run = runOf({
      pools: [
        { nodes: 2, gpusPerNode: 1, gpuType: 'A' },
        { nodes: 2, gpusPerNode: 1, gpuType: 'B' },
      ],
      jobs,
      scheduling: ['slurm-multifactor', { bfMaxJobTest: 1, calcPeriod: 0, jobSizeWeight: 0 }],
      placement: 'count',
    });
    expect(scheduleOf(run)).toEqual([[0, 10], [10, 20], [0, 20], [0, 20]]); // prettier-ignore
  });

  it('pass over a job that its queue’s limit holds back', () => {
    const quotas: RunSketch['quotas'] = (tenants) =>
      buildQuotaTree(
        ['a', 'b'].map((name) => {
          return { name, tenants: [name], weight: 1, priority: 0, ...(name === 'a' ? { limit: 2 } : {}) };
        }),
        tenants,
      );
    const jobs: JobSketch[] = [
      { tenant: 'a', gpus: 2, runUs: 10 },
      { tenant: 'a', gpus: 1, runUs: 10 },
      { tenant: 'b', gpus: 2, runUs: 10 },
      { tenant: 'a', gpus: 3, runUs: 10 },
    ];
    // The last asks for more than its queue may ever hold.
    expect(scheduleOf(slurmRun(4, jobs, {}, quotas))).toEqual([[0, 10], [10, 20], [0, 10], [-1, 0]]); // prettier-ignore
  });
});

describe('the order of Slurm', () => {
  it('is by size, large or small first, where that alone weighs', () => {
    const jobs: JobSketch[] = [
      { gpus: 4, runUs: 10 },
      { gpus: 1, runUs: 10, submitUs: 1 },
      { gpus: 4, runUs: 10, submitUs: 1 },
    ];
    const starts = (favorSmall: boolean): number[] =>
      scheduleOf(slurmRun(4, jobs, { jobSizeWeight: 1000, favorSmall })).map(([startUs]) => startUs);
    expect(starts(false)).toEqual([0, 20, 10]);
    expect(starts(true)).toEqual([0, 10, 20]);
  });

  it('is by age again once the fair share has been worked out long ago: priorities stand until calcPeriod is over', () => {
    const jobs: JobSketch[] = [
      { tenant: 'a', gpus: 4, runUs: 100 },
      { tenant: 'a', gpus: 4, runUs: 10, submitUs: 50 },
      { tenant: 'b', gpus: 4, runUs: 10, submitUs: 60 },
    ];
    const starts = (calcPeriod: number): number[] =>
      scheduleOf(slurmRun(4, jobs, { fairShareWeight: 1000, calcPeriod })).map(([startUs]) => startUs);
    // a has used all there was, so b goes first; but not if nobody has noticed yet.
    expect(starts(20)).toEqual([0, 110, 100]);
    expect(starts(1000)).toEqual([0, 100, 110]);
  });

  it.each(['classic', 'fair-tree'])(
    'turns between two users with equal shares at the instant where their decayed uses cross (%s)',
    (fairShare) => {
      // a holds 8 GPUs for 1e9 us, then b holds 2; with a half-life of 1e9 us their uses cross 1e9 log2(3) later.
      const crossingUs = Math.round(1e9 + 1e9 * Math.log2(3));
      const firstAt = (us: number): string => {
        const jobs: JobSketch[] = [
          { tenant: 'a', gpus: 8, runUs: 1e9 },
          { tenant: 'b', gpus: 2, runUs: 9e9, submitUs: 1e9 },
          { tenant: 'c', gpus: 8, runUs: us - 1e9, submitUs: 1e9 },
          { tenant: 'a', gpus: 8, runUs: 1e9, submitUs: 1e9 + 1 },
          { tenant: 'b', gpus: 8, runUs: 1e9, submitUs: 1e9 + 1 },
        ];
        const parameters = { fairShare, fairShareWeight: 4e9, decayHalfLife: 1e9, bfInterval: 1e12 };
        const [ofA, ofB] = scheduleOf(slurmRun(10, jobs, parameters)).slice(3);
        expect(Math.min(ofA![0], ofB![0])).toBe(us);
        return ofA![0] < ofB![0] ? 'a' : 'b';
      };
      expect([firstAt(crossingUs - 1000), firstAt(crossingUs + 1000)]).toEqual(['b', 'a']);
    },
  );
});
