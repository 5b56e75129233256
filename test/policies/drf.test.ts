import { describe, expect, it } from 'vitest';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import { buildQuotaTree } from '../../src/sim/model/quota-tree.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { runOf, scheduleOf, type FinishedRun, type JobSketch } from '../engine/run-builder.ts';
import { many } from './queue-sketches.ts';

const GIB = 1024;
const a: JobSketch = { tenant: 'a', gpus: 0, cpuMilli: 1000, memoryMiB: 4 * GIB, runUs: 100 };
const b: JobSketch = { tenant: 'b', gpus: 0, cpuMilli: 3000, memoryMiB: GIB, runUs: 100 };

/** The cluster of the paper's example: 9 cores and 18 GB. */
function paperRun(jobs: readonly JobSketch[], parameters: ParameterValues = {}, weights = [1, 1]): FinishedRun {
  return runOf({
    pools: [{ nodes: 1, gpusPerNode: 0, cpuMilliPerNode: 9000, memoryMiBPerNode: 18 * GIB }],
    jobs,
    scheduling: ['drf', parameters],
    placement: 'first-fit',
    quotas: (tenants) =>
      buildQuotaTree(
        ['a', 'b'].map((name, index) => ({ name, tenants: [name], weight: weights[index]!, priority: 0 })),
        tenants,
      ),
  });
}

function startedAt({ log, spec }: FinishedRun, us: number): number[] {
  const tenants = log
    .of(FactKind.Start)
    .filter(({ timeUs }) => timeUs === us)
    .map(({ subject }) => spec.jobs.tenants[spec.jobs.tenant[subject]!]);
  return ['a', 'b'].map((name) => tenants.filter((tenant) => tenant === name).length);
}

describe('dominant resource fairness', () => {
  it('gives 3 tasks to A and 2 to B in the example of the paper, so that both have two thirds', () => {
    const run = paperRun([...many(10, b), ...many(10, a)]);
    expect(startedAt(run, 0)).toEqual([3, 2]);
    expect([(3 * 4) / 18, (2 * 3) / 9]).toEqual([2 / 3, 2 / 3]);
  });

  it('gives more to whoever weighs more', () => {
    // With weights 3 and 1 A is at 3 · 4/18 / 3 when B is at 1/3: the fourth A comes before the second B, for which
    // there are no cores then.
    expect(startedAt(paperRun([...many(10, a), ...many(10, b)], {}, [3, 1]), 0)).toEqual([4, 1]);
  });

  it('lets later jobs of a queue pass one that does not fit, or not', () => {
    const large: JobSketch = { ...a, cpuMilli: 9000 };
    const jobs = [b, { ...large, submitUs: 1 }, { ...a, submitUs: 1 }];
    expect(scheduleOf(paperRun(jobs))[2]).toEqual([1, 101]);
    expect(scheduleOf(paperRun(jobs, { blocked: 'head-of-line' }))[2]).toEqual([200, 300]);
  });

  it('preempts only while the preemptor’s share stays below what the other’s is then', () => {
    const jobs = [...many(3, b), ...many(4, { ...a, submitUs: 50 })];
    expect(startedAt(paperRun(jobs), 50)).toEqual([0, 0]);
    const run = paperRun(jobs, { preempt: 'larger-share' });
    // B has 1 and, without one task, 2/3: A's first (0.22), second and third come in. Their 0.67 are not below B's 0.67
    // or, without another, 0.33.
    expect(startedAt(run, 50)).toEqual([3, 0]);
    expect(run.log.of(FactKind.Preempt).length).toBe(1);
    expect(startedAt(paperRun(jobs, { preempt: 'larger-share', minRun: 70 }), 70)).toEqual([3, 0]);
  });
});
