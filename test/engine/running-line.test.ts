import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_JOB } from '../../src/sim/contract/scheduling.ts';
import { RunningLine } from '../../src/sim/engine/running-line.ts';
import type { JobId } from '../../src/sim/model/brand.ts';
import { seed } from './seed.ts';

const JOBS = 200;

interface Entry {
  readonly job: number;
  readonly endUs: number;
  overdue: boolean;
}

/** Where an entry stands: overdue ones first in job order, then by estimated end, ties in job order. */
function inOrder(a: Entry, b: Entry): number {
  return Number(b.overdue) - Number(a.overdue) || (a.overdue ? 0 : a.endUs - b.endUs) || a.job - b.job;
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('insert' as const),
      job: fc.nat({ max: JOBS - 1 }),
      estimateUs: fc.nat({ max: 20 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('remove' as const),
      job: fc.nat({ max: 1000 }),
      estimateUs: fc.constant(0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('pass' as const), job: fc.nat({ max: 3 }), estimateUs: fc.constant(0) }),
  },
);

function jobsIn(line: RunningLine): number[] {
  const jobs: number[] = [];
  for (let job = line.first(); job !== NO_JOB; job = line.after(job)) jobs.push(job);
  return jobs;
}

describe('the line of running jobs', () => {
  it('stands as a sorted list does, jobs that outlive their estimates included', () => {
    let overdueMet = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 400 }), (steps) => {
        const line = new RunningLine(JOBS, (job) => job % 3);
        const twin: Entry[] = [];
        let nowUs = 0;
        for (const { act, job, estimateUs } of steps) {
          if (act === 'insert' && !twin.some((entry) => entry.job === job)) {
            const entry = { job, endUs: nowUs + estimateUs, overdue: false };
            twin.push(entry);
            twin.sort(inOrder);
            line.insert(job, nowUs, entry.endUs);
            expect([line.startUs(job as JobId), line.gpuType(job as JobId)]).toEqual([nowUs, job % 3]);
          } else if (act === 'remove' && twin.length > 0) {
            const place = job % twin.length;
            const [gone] = twin.splice(place, 1);
            line.remove(gone!.job);
          } else if (act === 'pass') {
            nowUs += job;
            for (let late = line.nextOverdue(nowUs); late !== -1; late = line.nextOverdue(nowUs)) {
              const entry = twin.find((other) => other.job === late)!;
              line.moveOverdue(late);
              expect([entry.overdue, entry.endUs <= nowUs]).toEqual([false, true]);
              entry.overdue = true;
              overdueMet++;
              twin.sort(inOrder);
            }
            // What the contract says of the order: max(estimated end, now), ties in job order.
            const byContract = twin.toSorted(
              (a, b) => Math.max(a.endUs, nowUs) - Math.max(b.endUs, nowUs) || a.job - b.job,
            );
            expect(byContract).toEqual(twin);
          }
          expect(line.length).toBe(twin.length);
          expect(jobsIn(line)).toEqual(twin.map((entry) => entry.job));
          for (const entry of twin) expect(line.estimatedEndUs(entry.job as JobId)).toBe(entry.endUs);
        }
      }),
      { numRuns: 60, seed },
    );
    expect(overdueMet).toBeGreaterThan(100);
  });

  it('says which job is missing when one is removed that does not run', () => {
    const line = new RunningLine(4, () => 0);
    line.insert(1, 0, 5);
    expect(() => line.remove(2)).toThrow('job 2 does not stand in the running line');
  });
});
