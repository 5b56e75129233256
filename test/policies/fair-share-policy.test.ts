import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import { Refusal } from '../../src/sim/contract/refusal.ts';
import type { SchedulingPolicy, SchedulingView } from '../../src/sim/contract/scheduling.ts';
import type { JobId } from '../../src/sim/model/brand.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { runOf, scheduleOf, schedulingOf, type FinishedRun, type JobSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';
import { many, queuesOf, type QueueSketch } from './queue-sketches.ts';

/** A run on nodes of one GPU each under `fair-share`; tenants a, b, c, ... */
function fairRun(
  gpus: number,
  queues: readonly QueueSketch[],
  jobs: readonly JobSketch[],
  parameters: ParameterValues = {},
): FinishedRun {
  const pools = [{ nodes: gpus, gpusPerNode: 1 }];
  return runOf({ pools, jobs, quotas: queuesOf(queues), scheduling: ['fair-share', parameters], placement: 'count' });
}

describe('fair share among queues', () => {
  it('starts 7 jobs of one queue and 3 of the other where they deserve 1 of 10 GPUs each and weigh 3 to 1', () => {
    const queues = [
      { name: 'a', quota: 1, weight: 3 },
      { name: 'b', quota: 1, weight: 1 },
    ];
    const jobs = [...many(20, { tenant: 'b', gpus: 1, runUs: 100 }), ...many(20, { tenant: 'a', gpus: 1, runUs: 100 })];
    const { log, spec } = fairRun(10, queues, jobs);
    const first = log.of(FactKind.Start).filter(({ timeUs }) => timeUs === 0);
    const tenants = first.map(({ subject }) => spec.jobs.tenants[spec.jobs.tenant[subject]!]);
    expect([tenants.filter((name) => name === 'a').length, tenants.filter((name) => name === 'b').length]).toEqual([
      7, 3,
    ]);
  });

  it('lends what a queue does not use, and takes it back by preempting the last started of the other', () => {
    const queues = [
      { name: 'a', quota: 2 },
      { name: 'b', quota: 2 },
    ];
    const jobs = [...many(4, { tenant: 'b', gpus: 1, runUs: 100 }), { tenant: 'a', gpus: 2, runUs: 10, submitUs: 50 }];
    const run = fairRun(4, queues, jobs);
    // At 50 the third and fourth of b make room; at 60 they go on with their last 50.
    expect(scheduleOf(run)).toEqual([
      [0, 100],
      [0, 100],
      [0, 110],
      [0, 110],
      [50, 60],
    ]);
    expect(run.log.of(FactKind.Preempt).map(({ timeUs }) => timeUs)).toEqual([50, 50]);
  });

  it('waits instead where reclaim is never, or until whoever is in the way has run long enough', () => {
    const queues = [
      { name: 'a', quota: 2 },
      { name: 'b', quota: 2 },
    ];
    const jobs = [...many(4, { tenant: 'b', gpus: 1, runUs: 100 }), { tenant: 'a', gpus: 2, runUs: 10, submitUs: 50 }];
    expect(scheduleOf(fairRun(4, queues, jobs, { reclaim: 'never' })).at(-1)).toEqual([100, 110]);
    expect(scheduleOf(fairRun(4, queues, jobs, { minRun: 80 })).at(-1)).toEqual([80, 90]);
  });

  it('preempts no more than it needs: of those it tried, who need not have gone stays', () => {
    // The first node of two is held by b's job of 2 GPUs, the second by two jobs of 1; c wants a node to itself.
    const pools = [{ nodes: 2, gpusPerNode: 2 }];
    const jobs: JobSketch[] = [
      { tenant: 'b', gpus: 1, runUs: 100 },
      { tenant: 'b', gpus: 2, runUs: 100, submitUs: 1 },
      { tenant: 'b', gpus: 1, runUs: 100, submitUs: 2 },
      { tenant: 'c', gpus: 2, runUs: 10, submitUs: 50 },
    ];
    const quotas = queuesOf([
      { name: 'b', quota: 0 },
      { name: 'c', quota: 2 },
    ]);
    const run = runOf({ pools, jobs, quotas, scheduling: 'fair-share', placement: 'best-fit' });
    // The last started, of 1 GPU, is tried first and makes no room alone; the gang of 2 does, so the other stays.
    expect(run.log.of(FactKind.Preempt).map(({ subject }) => run.spec.jobs.ids[subject])).toEqual(['j1']);
    expect(scheduleOf(run).at(-1)).toEqual([50, 60]);
  });

  it('spares a gang that reaches into its queue’s quota, or takes it, as it is told', () => {
    const queues = [
      { name: 'a', quota: 2 },
      { name: 'b', quota: 2 },
    ];
    const jobs = [
      { tenant: 'b', gpus: 4, runUs: 100 },
      { tenant: 'a', gpus: 2, runUs: 10, submitUs: 50 },
    ];
    expect(scheduleOf(fairRun(4, queues, jobs, { gangsAcrossQuota: 'spare' }))).toEqual([
      [0, 100],
      [100, 110],
    ]);
    expect(scheduleOf(fairRun(4, queues, jobs, { gangsAcrossQuota: 'take' }))).toEqual([
      [0, 110],
      [50, 60],
    ]);
  });

  it('keeps guaranteed jobs within the quota and never preempts them; opportunistic ones fill what is left', () => {
    const queues = [
      { name: 'a', quota: 2 },
      { name: 'b', quota: 2 },
    ];
    const jobs = [
      ...many(3, { tenant: 'b', gpus: 1, runUs: 100, priority: 5 }),
      ...many(2, { tenant: 'b', gpus: 1, runUs: 100 }),
      { tenant: 'a', gpus: 2, runUs: 10, submitUs: 50 },
      { tenant: 'a', gpus: 3, runUs: 10, submitUs: 50, priority: 5 },
    ];
    const run = fairRun(4, queues, jobs, { guaranteedPriority: 5 });
    // Two guaranteed and two opportunistic jobs of b start; a's takes the places of the latter. The third guaranteed job
    // waits for the quota, and a guaranteed job of more GPUs than the quota is turned away.
    expect(scheduleOf(run)).toEqual([
      [0, 100],
      [0, 100],
      [100, 200],
      [0, 110],
      [0, 110],
      [50, 60],
      [-1, 50],
    ]);
  });

  it('preempts opportunistic jobs for guaranteed ones: of queues above their quota, then of the same queue', () => {
    const queues = [
      { name: 'a', quota: 2 },
      { name: 'b', quota: 2 },
    ];
    const inQuota = [
      ...many(2, { tenant: 'a', gpus: 1, runUs: 100 }),
      ...many(2, { tenant: 'b', gpus: 1, runUs: 100 }),
      { tenant: 'a', gpus: 1, runUs: 10, submitUs: 50, priority: 5 },
    ];
    // Nobody is above his quota: the job of the same queue that started last goes.
    expect(scheduleOf(fairRun(4, queues, inQuota, { guaranteedPriority: 5 }))).toEqual([[0, 100], [0, 110], [0, 100], [0, 100], [50, 60]]); // prettier-ignore
    const beyond = [
      { tenant: 'a', gpus: 1, runUs: 100 },
      { tenant: 'b', gpus: 3, runUs: 100 },
      { tenant: 'a', gpus: 2, runUs: 10, submitUs: 50, priority: 5 },
      { tenant: 'b', gpus: 1, runUs: 10, submitUs: 50 },
    ];
    // The gang of b reaches from beyond its quota into it: it goes all the same, and what the guaranteed job leaves of it
    // is for the opportunistic one that came at the same instant.
    expect(scheduleOf(fairRun(4, queues, beyond, { guaranteedPriority: 5 }))).toEqual([[0, 100], [0, 110], [50, 60], [50, 60]]); // prettier-ignore
  });

  it('preempts within a queue only where it is told to, and then lower priorities', () => {
    const queues = [{ name: 'a', quota: 2 }];
    const jobs = [
      { tenant: 'a', gpus: 1, runUs: 100, priority: 1 },
      { tenant: 'a', gpus: 1, runUs: 100 },
      { tenant: 'a', gpus: 1, runUs: 10, priority: 2, submitUs: 50 },
    ];
    expect(scheduleOf(fairRun(2, queues, jobs)).at(-1)).toEqual([100, 110]);
    const run = fairRun(2, queues, jobs, { withinQueue: 'lower-priority' });
    expect(scheduleOf(run)).toEqual([
      [0, 100],
      [0, 110],
      [50, 60],
    ]);
  });

  it('compares shares where two queues part: a department that is below its share reclaims from the other', () => {
    const queues = [
      { name: 'science' },
      { name: 'sales' },
      { name: 'a', parent: 'science', quota: 1 },
      { name: 'b', parent: 'science', quota: 1 },
      { name: 'c', parent: 'sales', quota: 2 },
    ];
    const jobs = [
      ...many(2, { tenant: 'c', gpus: 1, runUs: 100 }),
      ...many(2, { tenant: 'c', gpus: 1, runUs: 100, submitUs: 1 }),
      { tenant: 'a', gpus: 2, runUs: 10, submitUs: 50 },
    ];
    // a may have both GPUs of science, of which b asks for none.
    expect(scheduleOf(fairRun(4, queues, jobs)).at(-1)).toEqual([50, 60]);
  });

  it('gives less to whoever has used more in the past', () => {
    const queues = [{ name: 'a' }, { name: 'b' }];
    const jobs = [
      ...many(4, { tenant: 'a', gpus: 1, runUs: 100 }),
      ...many(8, { tenant: 'a', gpus: 1, runUs: 100, submitUs: 100 }),
      ...many(8, { tenant: 'b', gpus: 1, runUs: 100, submitUs: 100 }),
    ];
    const started = (parameters: ParameterValues): number[] => {
      const { log, spec } = fairRun(4, queues, jobs, { usageHalfLife: 100, ...parameters });
      const at100 = log.of(FactKind.Start).filter(({ timeUs }) => timeUs === 100);
      return ['a', 'b'].map(
        (name) => at100.filter(({ subject }) => spec.jobs.tenants[spec.jobs.tenant[subject]!] === name).length,
      );
    };
    expect(started({ kValue: 0 })).toEqual([2, 2]);
    // a used all there was: its part is max(0, 0.5 + 1 (0.5 - 1)) = 0.
    expect(started({ kValue: 1 })).toEqual([0, 4]);
  });
});

const names = ['a', 'b', 'c', 'd'];
const queueSketches = fc
  .record({
    quotas: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 }),
    limits: fc.array(fc.constantFrom(0, 1, 3, Infinity), { minLength: 4, maxLength: 4 }),
    weights: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
    nested: fc.boolean(),
    groupLimit: fc.constantFrom(0, 2, Infinity),
  })
  .map(({ quotas, limits, weights, nested, groupLimit }) => {
    const leaves = names.map((name, index) => ({
      name,
      quota: quotas[index]!,
      limit: quotas[index]! + limits[index]!,
      weight: weights[index]!,
      ...(nested && index < 2 ? { parent: 'group' } : {}),
    }));
    return nested ? [{ name: 'group', limit: quotas[0]! + quotas[1]! + groupLimit }, ...leaves] : leaves;
  });
const jobSketches = fc.array(
  fc.record({
    tenant: fc.constantFrom(...names),
    gpus: fc.integer({ min: 0, max: 6 }),
    runUs: fc.integer({ min: 1, max: 30 }),
    submitUs: fc.integer({ min: 0, max: 60 }),
    priority: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 10, maxLength: 50 },
);

/** GPUs that the jobs of each queue and of those below it hold. */
function heldBy(view: SchedulingView): number[] {
  const { jobs } = view;
  const held = Array.from<number>({ length: jobs.quotas.count }).fill(0);
  for (let index = 0; index < view.active.length; index++) {
    const job = view.active.at(index);
    for (let at = jobs.quotas.queueOfTenant[jobs.tenant(job)]!; at >= 0; at = jobs.quotas.parent[at]!) {
      held[at]! += jobs.heldGpus(job);
    }
  }
  return held;
}

/** The same policy, with a look before each decision, at those it lifts for good, and after the run. */
function watched(
  inner: SchedulingPolicy,
  onDecision: (view: SchedulingView, lifted: readonly JobId[], started: readonly JobId[]) => void,
): SchedulingPolicy {
  return {
    ...inner,
    decide(context) {
      const lifted = new Set<JobId>();
      const started: JobId[] = [];
      const plan = {
        start(job: JobId) {
          const refusal = context.plan.start(job);
          if (refusal === Refusal.None) started.push(job);
          return refusal;
        },
        wouldFit: context.plan.wouldFit.bind(context.plan),
        preempt: context.plan.preempt.bind(context.plan),
        startOn: context.plan.startOn.bind(context.plan),
        hasRoomOn: context.plan.hasRoomOn.bind(context.plan),
        reorder: context.plan.reorder.bind(context.plan),
        reject: context.plan.reject.bind(context.plan),
        reservation: context.plan.reservation,
        lift(job: JobId) {
          context.plan.lift(job);
          lifted.add(job);
        },
        putBack(job: JobId) {
          const isBack = context.plan.putBack(job);
          if (isBack) lifted.delete(job);
          return isBack;
        },
      };
      const wakeUs = inner.decide({ ...context, plan });
      onDecision(context.view, [...lifted], started);
      return wakeUs;
    },
  };
}

describe('the laws of fair share', () => {
  it('no queue ever holds more than its limit, and reclaiming leaves every queue its quota', () => {
    const met = { decisions: 0, preempted: 0, atLimit: 0, queueMax: 0 };
    fc.assert(
      fc.property(queueSketches, jobSketches, (queues, jobs) => {
        const scheduling = watched(schedulingOf('fair-share'), (view, lifted, started) => {
          met.decisions++;
          const { quota, limit, parent, queueOfTenant } = view.jobs.quotas;
          const held = heldBy(view);
          held.forEach((gpus, queue) => {
            expect(gpus).toBeLessThanOrEqual(limit[queue]!);
            if (gpus > 0 && gpus === limit[queue]) met.atLimit++;
          });
          // What the decision has made of it: started in its course, and taken.
          const count = (job: JobId, sign: 1 | -1): void => {
            for (let at = queueOfTenant[view.jobs.tenant(job)]!; at >= 0; at = parent[at]!) {
              held[at]! += sign * view.jobs.gpus(job);
            }
          };
          for (const job of started) count(job, 1);
          for (const job of lifted) count(job, -1);
          for (const job of lifted) {
            for (let at = queueOfTenant[view.jobs.tenant(job)]!; at >= 0; at = parent[at]!) {
              expect(held[at]).toBeGreaterThanOrEqual(quota[at]!);
            }
          }
          met.preempted += lifted.length;
        });
        const run = runOf({
          pools: [{ nodes: 4, gpusPerNode: 2 }],
          jobs,
          quotas: queuesOf(queues),
          scheduling,
          placement: 'best-fit',
        });
        expect(run.simulation.settled).toBe(jobs.length);
        met.queueMax = Math.max(met.queueMax, run.metrics.occupancy.queueLengthMax);
      }),
      { numRuns: 120, seed },
    );
    expect(met.queueMax).toBeGreaterThanOrEqual(5);
    expect(met.preempted).toBeGreaterThan(30);
    expect(met.atLimit).toBeGreaterThan(50);
    expect(met.decisions).toBeGreaterThan(1000);
  });
});
