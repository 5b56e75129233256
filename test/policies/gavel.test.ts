import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JobClass } from '../../src/sim/model/job-class.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { objectives } from '../../src/policies/scheduling/gavel/objectives.ts';
import { mixedJobs, mixedPools, placements, thatFit } from '../engine/random-runs.ts';
import { runOf, scheduleOf, type JobSketch, type RunSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';

const LINEAR = { gpus: new Float64Array(0), speedUp: new Float64Array(0) };

/** `stepUs`: length of a step at speed 1; left out, work is not counted in steps. */
function classOf(name: string, speeds: readonly number[], stepUs?: number): JobClass {
  const base = { name, speedByType: Float64Array.from(speeds), curve: LINEAR };
  return stepUs === undefined ? base : { ...base, stepsPerS: base.speedByType.map((speed) => (1e6 * speed) / stepUs) };
}

/** One fast GPU and one slow one. */
const pools = [
  { nodes: 1, gpusPerNode: 1, gpuType: 'fast' },
  { nodes: 1, gpusPerNode: 1, gpuType: 'slow' },
];

function ends(jobs: readonly JobSketch[], objective: string, rest: Partial<RunSketch> = {}): number[] {
  const scheduling = ['gavel', { objective, round: 100 }] as const;
  return scheduleOf(runOf({ pools, jobs, scheduling, placement: 'count', ...rest })).map(([, endUs]) => endUs);
}

describe('gavel by hand', () => {
  test('the job that gains by the fast GPU gets it', () => {
    const classes = [classOf('gains', [1, 0.1]), classOf('hardly', [1, 0.9])];
    const jobs = [
      { runUs: 900, gpus: 1, jobClass: 'hardly' },
      { runUs: 900, gpus: 1, jobClass: 'gains' },
    ];
    // At 900 the fast one is free, and the other moves there with 90 left.
    expect(ends(jobs, 'throughput', { classes })).toEqual([990, 900]);
    // In order of arrival, the first takes the fast one, and the second moves there when it is free.
    expect(ends(jobs, 'fifo', { classes })).toEqual([900, 1710]);
  });

  test('two jobs alike on one GPU take turns by the round', () => {
    const one = [{ nodes: 1, gpusPerNode: 1 }];
    const jobs = [
      { runUs: 300, gpus: 1 },
      { runUs: 300, gpus: 1 },
    ];
    expect(ends(jobs, 'max-min', { pools: one })).toEqual([500, 600]);
    expect(ends(jobs, 'fifo', { pools: one })).toEqual([300, 600]);
  });

  test('a job of twice the weight has two turns for one of the other', () => {
    const one = [{ nodes: 1, gpusPerNode: 1 }];
    const jobs = [
      { runUs: 600, gpus: 1, priority: 1 },
      { runUs: 600, gpus: 1 },
    ];
    const scheduling = ['gavel', { objective: 'max-min', round: 100, priorityWeight: 1 }] as const;
    const [first, second] = ends(jobs, 'max-min', { pools: one, scheduling });
    expect(second).toBe(1200);
    // 6 rounds of its own and 3 of the other's between them.
    expect(first).toBe(900);
  });

  test('within a round nobody starts on the GPUs of a job that has ended', () => {
    const jobs = [
      { runUs: 130, gpus: 1 },
      { runUs: 170, gpus: 1 },
      { runUs: 100, gpus: 1, submitUs: 10 },
    ];
    // At 130 a GPU is free; the round ends at 170 with its last job.
    expect(ends(jobs, 'fifo')).toEqual([130, 170, 270]);
  });

  test('work in steps stops after the last whole step, and the rest of the round is lost to whoever is done first', () => {
    const classes = [classOf('thirty', [1, 1], 30), classOf('fifty', [1, 1], 50)];
    const jobs = [
      { runUs: 180, gpus: 1, jobClass: 'thirty' },
      { runUs: 200, gpus: 1, jobClass: 'fifty' },
    ];
    // Three steps of 30 end at 90, but the round lasts until 100; the next three end at 190.
    expect(ends(jobs, 'fifo', { classes })).toEqual([190, 200]);
  });

  test('prices decide where work is cheap, and a price for each type must be given', () => {
    const classes = [classOf('twice', [1, 0.5])];
    const jobs = [{ runUs: 1000, gpus: 1, jobClass: 'twice' }];
    const priced = (prices: readonly number[]): Partial<RunSketch> => {
      return { classes, scheduling: ['gavel', { objective: 'cost', round: 100, prices }] };
    };
    expect(ends(jobs, 'cost', priced([1, 1]))).toEqual([1000]);
    expect(() => ends(jobs, 'cost', priced([3, 2, 1]))).toThrow(/3 prices for 2 GPU types; give one for each type/);
  });
});

describe('gavel on random runs with short rounds', () => {
  test.each(objectives)('%s: serves every job, the same way twice, and rounds interrupt jobs', (objective) => {
    let preempted = 0;
    fc.assert(
      fc.property(mixedPools, mixedJobs, fc.constantFrom(...placements), (somePools, jobs, placement) => {
        const scheduling = ['gavel', { objective, round: 3, interval: 2 }] as const;
        const sketch = { pools: somePools, jobs: thatFit(somePools, jobs, placement), placement, scheduling };
        const run = runOf(sketch);
        expect(run.log.of(FactKind.Finish)).toHaveLength(run.spec.jobs.count);
        expect(runOf(sketch).fingerprint).toBe(run.fingerprint);
        preempted += run.log.of(FactKind.Preempt).length;
      }),
      { seed, numRuns: 15 },
    );
    // In order of arrival nobody has to make room.
    if (!objective.startsWith('fifo')) expect(preempted).toBeGreaterThan(5);
  });
});
