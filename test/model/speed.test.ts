import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import type { JobClass } from '../../src/sim/model/job-class.ts';
import { JobList, tableOf, type JobDraft } from '../../src/sim/model/job-list.ts';
import { speedOf } from '../../src/sim/model/speed.ts';

const TYPES = ['V100', 'A100', 'T4'];
const BERT: JobClass = {
  name: 'bert',
  speedByType: Float64Array.of(1, 2.5, 0),
  curve: { gpus: Float64Array.of(1, 2, 4, 8), speedUp: Float64Array.of(1, 1.9, 3.4, 5) },
};

function tableWith(...drafts: readonly Partial<JobDraft>[]) {
  const list = new JobList('test');
  drafts.forEach((draft, index) => list.add({ id: `j${index}`, submitUs: 0, runUs: 1, gpuMilli: 4000, ...draft }));
  return tableOf([list], TYPES, [BERT]);
}

describe('the speed of a job', () => {
  it('is 1 with the GPUs that it asks for, on every type, unless its class says otherwise', () => {
    const jobs = tableWith({});
    expect(TYPES.map((_, type) => speedOf(jobs, 0, type, 4))).toEqual([1, 1, 1]);
  });

  it('is 0 with other GPUs than a rigid job asks for', () => {
    const jobs = tableWith({});
    expect([3, 5, 0].map((gpus) => speedOf(jobs, 0, 0, gpus))).toEqual([0, 0, 0]);
  });

  it('grows with the GPUs of an ordinary elastic job, up to the most it can use', () => {
    const jobs = tableWith({ gpusMin: 2, gpusMax: 8 });
    expect([1, 2, 4, 6, 8, 9].map((gpus) => speedOf(jobs, 0, 0, gpus))).toEqual([0, 0.5, 1, 1.5, 2, 0]);
  });

  it('follows the curve of its class, relative to the GPUs that it asks for, and the type', () => {
    const jobs = tableWith({ gpusMin: 1, gpusMax: 16, jobClass: 'bert' });
    expect(speedOf(jobs, 0, 0, 2)).toBeCloseTo(1.9 / 3.4, 14);
    expect(speedOf(jobs, 0, 1, 6)).toBeCloseTo((2.5 * 4.2) / 3.4, 14);
    expect(speedOf(jobs, 0, 0, 16)).toBeCloseTo(5 / 3.4, 14);
    expect(speedOf(jobs, 0, 1, 4)).toBe(2.5);
  });

  it('is 0 on a type that its class or its constraint rules out, and its mask says so', () => {
    const jobs = tableWith({ jobClass: 'bert' }, { gpuTypes: ['T4', 'V100'], jobClass: 'bert' }, { gpuTypes: ['T4'] });
    const speeds = [0, 1, 2].map((job) => TYPES.map((_, type) => speedOf(jobs, job, type, 4)));
    expect(speeds).toEqual([
      [1, 2.5, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
    expect(Array.from(jobs.typeMask, (mask) => mask & 7)).toEqual([3, 1, 4]);
  });

  it('is 1 for a job without GPUs, on any node and off all of them', () => {
    const jobs = tableWith({ gpuMilli: 0, jobClass: 'bert' });
    expect([-1, 0, 2].map((type) => speedOf(jobs, 0, type, 0))).toEqual([1, 1, 1]);
  });
});

describe('a job table', () => {
  it('keeps deadlines and sizes, and gives rigid jobs without a deadline their own size and NEVER', () => {
    const jobs = tableWith({ deadlineUs: 7_000_000, gpusMin: 1, gpusMax: 8 }, { gpuMilli: 460 });
    expect([...jobs.deadlineUs]).toEqual([7_000_000, NEVER]);
    expect([[...jobs.gpusMin], [...jobs.gpus], [...jobs.gpusMax]]).toEqual([
      [1, 1],
      [4, 1],
      [8, 1],
    ]);
  });

  it('refuses a class that nobody declared', () => {
    expect(() => tableWith({ jobClass: 'gpt' })).toThrow(/no job class "gpt"/);
  });
});
