import { describe, expect, it } from 'vitest';
import type { SchedulingView } from '../../src/sim/contract/scheduling.ts';
import { scheduleOf, runOf, schedulingOf, type JobSketch } from '../engine/run-builder.ts';
import { queuesOf } from '../policies/queue-sketches.ts';

const MS = 1000;
/** The load of Kueue's own performance test, of each queue: its configs/baseline/generator.yaml. */
const classes = [
  { name: 'small', count: 350, everyUs: 100 * MS, runUs: 200 * MS, priority: 50, gpus: 1 },
  { name: 'medium', count: 100, everyUs: 500 * MS, runUs: 500 * MS, priority: 100, gpus: 5 },
  { name: 'large', count: 50, everyUs: 1200 * MS, runUs: 1000 * MS, priority: 200, gpus: 20 },
];
const QUOTA = 20;
const cohorts = Array.from({ length: 5 }, (_, cohort) => `cohort${cohort}`);
const members = cohorts.flatMap((parent) => Array.from({ length: 6 }, (_, queue) => ({ parent, name: `${parent}-${queue}` }))); // prettier-ignore

describe('the load of Kueue’s performance test', () => {
  const jobs: (JobSketch & { readonly kind: string; readonly submitUs: number })[] = members.flatMap(({ name }) => {
    return classes.flatMap(({ name: kind, count, everyUs, ...rest }) => {
      return Array.from({ length: count }, (_, index) => ({ ...rest, kind, tenant: name, submitUs: index * everyUs }));
    });
  });
  let heldMost = 0;
  const kueue = schedulingOf(['kueue', { reclaimWithinCohort: 'any', withinClusterQueue: 'lower-priority' }]);
  const watched = {
    ...kueue,
    decide: (context: Parameters<typeof kueue.decide>[0]) => {
      heldMost = Math.max(heldMost, heldByCohort(context.view));
      return kueue.decide(context);
    },
  };
  const run = runOf({
    pools: [{ nodes: members.length * QUOTA, gpusPerNode: 1 }],
    jobs,
    scheduling: watched,
    placement: 'count',
    // Cohorts are alone: what one does not use is lent to no other.
    quotas: queuesOf([
      ...cohorts.map((name) => ({ name, lendingLimit: 0 })),
      ...members.map((queue) => ({ ...queue, quota: QUOTA, limit: QUOTA + 100 })),
    ]),
  });
  const schedule = scheduleOf(run);

  it('is admitted whole, and no cohort ever holds more than its six quotas', () => {
    expect(jobs.length).toBe(15_000);
    expect(schedule.every(([startUs, endUs]) => startUs >= 0 && endUs > startUs)).toBe(true);
    expect(heldMost).toBe(6 * QUOTA);
  });

  it('is admitted class by class: large first, then medium, then small, as published', () => {
    const meanToAdmission = (kind: string): number => {
      const waits = jobs.flatMap((job, index) => (job.kind === kind ? [schedule[index]![0] - job.submitUs] : []));
      return waits.reduce((sum, us) => sum + us, 0) / waits.length / 1e6;
    };
    const [small, medium, large] = classes.map(({ name }) => meanToAdmission(name));
    expect(large).toBeLessThan(medium!);
    expect(medium).toBeLessThan(small!);
  });

  it('takes no less time than the work of a queue does on its quota, and not the five times more of the published run', () => {
    const workS = classes.reduce((sum, { count, gpus, runUs }) => sum + (count * gpus * runUs) / 1e6, 0) / QUOTA;
    const endS = Math.max(...schedule.map(([, endUs]) => endUs)) / 1e6;
    expect(workS).toBe(66);
    expect(endS).toBeGreaterThanOrEqual(workS);
    expect(endS).toBeLessThan(1.2 * workS);
  });
});

/** The most GPUs that the jobs of one cohort hold. */
function heldByCohort({ jobs, active }: SchedulingView): number {
  const { parent, queueOfTenant, count } = jobs.quotas;
  const held = new Float64Array(count);
  for (let index = 0; index < active.length; index++) {
    const job = active.at(index);
    held[parent[queueOfTenant[jobs.tenant(job)]!]!]! += jobs.heldGpus(job);
  }
  return Math.max(...held);
}
