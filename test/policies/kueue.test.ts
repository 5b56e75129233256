import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CohortQuota } from '../../src/policies/quota/cohort-quota.ts';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import type { SchedulingView } from '../../src/sim/contract/scheduling.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { runOf, scheduleOf, schedulingOf, type FinishedRun, type JobSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';
import { many, queuesOf, type QueueSketch } from './queue-sketches.ts';

function kueueRun(
  gpus: number,
  queues: readonly QueueSketch[],
  jobs: readonly JobSketch[],
  parameters: ParameterValues = {},
): FinishedRun {
  const pools = [{ nodes: gpus, gpusPerNode: 1 }];
  return runOf({ pools, jobs, quotas: queuesOf(queues), scheduling: ['kueue', parameters], placement: 'count' });
}

const startsOf = (run: FinishedRun): number[] => scheduleOf(run).map(([startUs]) => startUs);

/** GPUs available to each queue after some use, by name. */
function availableTo(queues: readonly QueueSketch[], used: Readonly<Record<string, number>>): Record<string, number> {
  const tree = queuesOf(queues)([]);
  const cohorts = new CohortQuota(tree);
  for (const [name, gpus] of Object.entries(used)) cohorts.use(tree.names.indexOf(name), gpus);
  return Object.fromEntries(tree.names.map((name, queue) => [name, cohorts.available(queue)]));
}

describe('the quota of cohorts', () => {
  const pair = [
    { name: 'a', quota: 4, lendingLimit: 1 },
    { name: 'b', quota: 6, limit: 8 },
  ];

  it('lends up to the lending limit and is borrowed up to the limit', () => {
    expect(availableTo(pair, {})).toEqual({ a: 10, b: 7 });
    expect(availableTo(pair, { b: 7 })).toEqual({ a: 3, b: 0 });
    expect(availableTo(pair, { a: 5 })).toEqual({ a: 5, b: 5 });
    expect(availableTo([pair[0]!, { name: 'b', quota: 6, limit: 6 }], {})).toEqual({ a: 10, b: 6 });
  });

  it('goes through the levels: what a parent has beyond its children’s is theirs first, then lent on', () => {
    const queues = [
      { name: 'lab', quota: 10, limit: 12 },
      { name: 'a', parent: 'lab', quota: 3 },
      { name: 'b', parent: 'lab', quota: 3 },
      { name: 'c', quota: 5 },
    ];
    expect(availableTo(queues, {})).toEqual({ lab: 12, a: 12, b: 12, c: 15 });
    expect(availableTo(queues, { a: 9 })).toEqual({ lab: 3, a: 3, b: 3, c: 6 });
    expect(availableTo(queues, { c: 15 })).toEqual({ lab: 0, a: 0, b: 0, c: 0 });
    expect(availableTo(queues, { a: 9, c: 6 })).toEqual({ lab: 0, a: 0, b: 0, c: 0 });
  });

  it('keeps for a whole department what that does not lend', () => {
    const queues = [
      { name: 'lab', lendingLimit: 0 },
      { name: 'a', parent: 'lab', quota: 3 },
      { name: 'c', quota: 5 },
    ];
    expect(availableTo(queues, {})).toEqual({ lab: 8, a: 8, c: 5 });
    expect(availableTo(queues, { a: 2 })).toEqual({ lab: 6, a: 6, c: 5 });
  });
});

const halves = [
  { name: 'a', quota: 2 },
  { name: 'b', quota: 2 },
];

describe('Kueue', () => {
  it('serves first whoever need not borrow', () => {
    const jobs = [...many(4, { tenant: 'b', gpus: 1, runUs: 10 }), ...many(2, { tenant: 'a', gpus: 1, runUs: 10 })];
    expect(startsOf(kueueRun(4, halves, jobs))).toEqual([0, 0, 10, 10, 0, 0]);
  });

  it('lends idle quota, and does not take it back unless reclaimWithinCohort says so', () => {
    const jobs = [...many(4, { tenant: 'b', gpus: 1, runUs: 100 }), { tenant: 'a', gpus: 2, runUs: 10, submitUs: 50 }];
    expect(startsOf(kueueRun(4, halves, jobs)).at(-1)).toBe(100);
    expect(startsOf(kueueRun(4, halves, jobs, { reclaimWithinCohort: 'lower-priority' })).at(-1)).toBe(100);
    const run = kueueRun(4, halves, jobs, { reclaimWithinCohort: 'any' });
    expect(scheduleOf(run)).toEqual([[0, 100], [0, 100], [0, 110], [0, 110], [50, 60]]); // prettier-ignore
    expect(startsOf(kueueRun(4, halves, jobs, { reclaimWithinCohort: 'any', minRun: 70 })).at(-1)).toBe(70);
  });

  it('reclaims from lower priorities first, and from those alone if told so', () => {
    const jobs = [
      ...many(2, { tenant: 'b', gpus: 1, runUs: 100, priority: 1 }),
      ...many(2, { tenant: 'b', gpus: 1, runUs: 100, priority: 3, submitUs: 1 }),
      { tenant: 'a', gpus: 2, runUs: 10, priority: 2, submitUs: 50 },
    ];
    const run = kueueRun(4, halves, jobs, { reclaimWithinCohort: 'lower-priority' });
    expect(run.log.of(FactKind.Preempt).map(({ subject }) => run.spec.jobs.ids[subject])).toEqual(['j1', 'j0']);
  });

  it('lets a job that borrows preempt borrowers of lower priority only with borrowWithinCohort', () => {
    const queues = [
      { name: 'a', quota: 1 },
      { name: 'b', quota: 1 },
      { name: 'idle', quota: 2 },
    ];
    const jobs = [
      ...many(4, { tenant: 'b', gpus: 1, runUs: 100 }),
      { tenant: 'a', gpus: 2, runUs: 10, priority: 1, submitUs: 50 },
    ];
    expect(startsOf(kueueRun(4, queues, jobs, { reclaimWithinCohort: 'any' })).at(-1)).toBe(100);
    expect(startsOf(kueueRun(4, queues, jobs, { borrowWithinCohort: 'lower-priority' })).at(-1)).toBe(50);
  });

  it('preempts within a queue only where it is told to', () => {
    const jobs = [
      { tenant: 'a', gpus: 2, runUs: 100 },
      { tenant: 'a', gpus: 1, runUs: 10, priority: 1, submitUs: 50 },
    ];
    const queues = [{ name: 'a', quota: 2 }];
    expect(startsOf(kueueRun(2, queues, jobs))).toEqual([0, 100]);
    expect(startsOf(kueueRun(2, queues, jobs, { withinClusterQueue: 'lower-priority' }))).toEqual([0, 50]);
  });

  it('lets jobs pass one for which there is no quota, or makes them wait behind it (strict FIFO)', () => {
    const queues = [
      { name: 'a', quota: 3, limit: 3 },
      { name: 'b', quota: 1 },
    ];
    const jobs = [
      { tenant: 'a', gpus: 2, runUs: 100 },
      { tenant: 'a', gpus: 2, runUs: 100 },
      { tenant: 'a', gpus: 1, runUs: 10 },
    ];
    expect(startsOf(kueueRun(4, queues, jobs))).toEqual([0, 100, 0]);
    expect(startsOf(kueueRun(4, queues, jobs, { queueingStrategy: 'strict-fifo' }))).toEqual([0, 100, 100]);
  });

  it('takes a gang that reaches into its queue’s quota, or spares it, as it is told', () => {
    const jobs = [
      { tenant: 'b', gpus: 3, runUs: 100 },
      { tenant: 'a', gpus: 2, runUs: 10, submitUs: 50 },
    ];
    const reclaim = { reclaimWithinCohort: 'any' };
    expect(startsOf(kueueRun(4, halves, jobs, reclaim)).at(-1)).toBe(50);
    expect(startsOf(kueueRun(4, halves, jobs, { ...reclaim, gangsAcrossQuota: 'spare' })).at(-1)).toBe(100);
  });

  it('turns away a job that asks for more than can ever be lent to its queue', () => {
    const queues = [
      { name: 'a', quota: 1 },
      { name: 'b', quota: 3, lendingLimit: 1 },
    ];
    const jobs = [
      { tenant: 'a', gpus: 3, runUs: 10 },
      { tenant: 'a', gpus: 2, runUs: 10 },
    ];
    expect(scheduleOf(kueueRun(4, queues, jobs))).toEqual([[-1, 0], [0, 10]]); // prettier-ignore
  });
});

const names = ['a', 'b', 'c'];
const cases = fc.record({
  queues: fc
    .record({
      quotas: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 3 }),
      extra: fc.array(fc.constantFrom(0, 1, 3, Infinity), { minLength: 3, maxLength: 3 }),
      kept: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 }),
      nested: fc.boolean(),
    })
    .map(({ quotas, extra, kept, nested }) => [
      ...(nested ? [{ name: 'group', quota: quotas[0]! + quotas[1]! + 1 }] : []),
      ...names.map((name, index) => ({
        name,
        quota: quotas[index]!,
        limit: quotas[index]! + extra[index]!,
        lendingLimit: Math.max(0, quotas[index]! - kept[index]!),
        ...(nested && index < 2 ? { parent: 'group' } : {}),
      })),
    ]),
  jobs: fc.array(
    fc.record({
      tenant: fc.constantFrom(...names),
      gpus: fc.integer({ min: 0, max: 5 }),
      runUs: fc.integer({ min: 1, max: 30 }),
      submitUs: fc.integer({ min: 0, max: 60 }),
      priority: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 10, maxLength: 40 },
  ),
  reclaimWithinCohort: fc.constantFrom('never', 'any'),
  fairSharing: fc.boolean(),
  admissionFairSharing: fc.boolean(),
});

describe('the laws of Kueue', () => {
  it('no queue holds more than its limit, and nobody uses what another does not lend', () => {
    const met = { decisions: 0, preempted: 0, atLimit: 0, borrowed: 0, queueMax: 0 };
    fc.assert(
      fc.property(cases, ({ queues, jobs, ...parameters }) => {
        const inner = schedulingOf(['kueue', parameters]);
        const look = ({ jobs: known, active }: SchedulingView): void => {
          const { quota, limit, parent, lendingLimit, queueOfTenant, names: queueNames } = known.quotas;
          const held = queueNames.map(() => 0);
          for (let index = 0; index < active.length; index++) {
            const job = active.at(index);
            for (let at = queueOfTenant[known.tenant(job)]!; at >= 0; at = parent[at]!)
              held[at]! += known.heldGpus(job);
          }
          held.forEach((gpus, queue) => {
            expect(gpus).toBeLessThanOrEqual(limit[queue]!);
            if (gpus > 0 && gpus === limit[queue]) met.atLimit++;
            if (gpus > quota[queue]!) met.borrowed++;
          });
          // What the queues at the top hold, and what they keep and do not use, is no more than all quotas together.
          const top = held.flatMap((_, queue) => (parent[queue]! < 0 ? [queue] : []));
          const whole = top.reduce((sum, queue) => sum + quota[queue]!, 0);
          const taken = top.reduce(
            (sum, queue) => sum + Math.max(held[queue]!, quota[queue]! - lendingLimit[queue]!),
            0,
          );
          expect(taken).toBeLessThanOrEqual(whole);
          met.decisions++;
        };
        const scheduling = {
          ...inner,
          decide: (context: Parameters<typeof inner.decide>[0]) => {
            look(context.view);
            return inner.decide(context);
          },
        };
        const pools = [{ nodes: 6, gpusPerNode: 2 }];
        const run = runOf({ pools, jobs, quotas: queuesOf(queues), scheduling, placement: 'best-fit' });
        expect(run.simulation.settled).toBe(jobs.length);
        met.preempted += run.log.of(FactKind.Preempt).length;
        met.queueMax = Math.max(met.queueMax, run.metrics.occupancy.queueLengthMax);
      }),
      { numRuns: 100, seed },
    );
    expect(met.queueMax).toBeGreaterThanOrEqual(5);
    expect(Math.min(met.preempted, met.atLimit, met.borrowed)).toBeGreaterThan(30);
    expect(met.decisions).toBeGreaterThan(1000);
  });
});

describe('guaranteed and opportunistic jobs under Kueue', () => {
  const classes = { guaranteedPriority: 5 };
  const closed = [
    { name: 'a', quota: 2, lendingLimit: 0 },
    { name: 'b', quota: 2, lendingLimit: 0 },
  ];

  it('lets opportunistic jobs use what is idle without quota, and takes it back for guaranteed ones', () => {
    const jobs = [
      ...many(4, { tenant: 'b', gpus: 1, runUs: 100 }),
      { tenant: 'a', gpus: 2, runUs: 10, submitUs: 50, priority: 5 },
      { tenant: 'a', gpus: 1, runUs: 10, submitUs: 50, priority: 5 },
      { tenant: 'b', gpus: 1, runUs: 10, submitUs: 50 },
      { tenant: 'b', gpus: 3, runUs: 10, submitUs: 50, priority: 5 },
    ];
    // Nothing is lent, and yet b has all four until a takes two. The third GPU that a asks for is beyond its quota: that job
    // waits until 60. A guaranteed job that no quota could ever carry is turned away.
    expect(scheduleOf(kueueRun(4, closed, jobs, classes))).toEqual([
      [0, 100],
      [0, 100],
      [0, 110],
      [0, 120],
      [50, 60],
      [60, 70],
      [100, 110],
      [-1, 50],
    ]);
  });

  it('lets guaranteed jobs start and end as if there were no others', () => {
    const job = fc.record({
      tenant: fc.constantFrom('a', 'b'),
      gpus: fc.integer({ min: 1, max: 3 }),
      runUs: fc.integer({ min: 1, max: 20 }),
      submitUs: fc.integer({ min: 0, max: 40 }),
      priority: fc.constantFrom(0, 3, 5, 7),
    });
    const queues = fc.constantFrom(closed, halves);
    let waited = 0;
    let preempted = 0;
    fc.assert(
      fc.property(queues, fc.array(job, { minLength: 5, maxLength: 25 }), (tree, drawn) => {
        const jobs = drawn.map((one) => (one.priority < 5 ? one : { ...one, gpus: Math.min(one.gpus, 2) }));
        const guaranteed = jobs.filter(({ priority }) => priority >= 5);
        if (guaranteed.length === 0) return;
        const run = kueueRun(4, tree, jobs, classes);
        const together = scheduleOf(run).filter((_, index) => jobs[index]!.priority >= 5);
        expect(together).toEqual(scheduleOf(kueueRun(4, tree, guaranteed)));
        waited += together.filter(([startUs], index) => startUs > guaranteed[index]!.submitUs).length;
        preempted += run.log.of(FactKind.Preempt).length;
      }),
      { numRuns: 200, seed },
    );
    expect(Math.min(waited, preempted)).toBeGreaterThan(200);
  });
});
