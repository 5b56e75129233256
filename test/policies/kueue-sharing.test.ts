import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SampledUsage } from '../../src/policies/quota/sampled-usage.ts';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import type { SchedulingView } from '../../src/sim/contract/scheduling.ts';
import type { JobClass } from '../../src/sim/model/job-class.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { runOf, scheduleOf, schedulingOf, type FinishedRun, type JobSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';
import { many, queuesOf, type QueueSketch } from './queue-sketches.ts';

const types = ['A', 'H'];
const halfOnH: JobClass = {
  name: 'halfOnH',
  speedByType: Float64Array.of(1, 0.5),
  curve: { gpus: new Float64Array(0), speedUp: new Float64Array(0) },
};

/** Nodes of one GPU each; with `perType`, so many of type A and as many of type H. */
function runUnder(
  scheduling: string | readonly [string, ParameterValues],
  gpus: { readonly all: number } | { readonly perType: number },
  queues: readonly QueueSketch[],
  jobs: readonly JobSketch[],
): FinishedRun {
  const pools =
    'all' in gpus
      ? [{ nodes: gpus.all, gpusPerNode: 1 }]
      : types.map((gpuType) => ({ nodes: gpus.perType, gpusPerNode: 1, gpuType }));
  const gpuTypes = 'all' in gpus ? [] : types;
  const classes = 'all' in gpus ? [] : [halfOnH];
  return runOf({ pools, jobs, classes, scheduling, placement: 'count', quotas: queuesOf(queues, gpuTypes) });
}

const startsOf = (run: FinishedRun): number[] => scheduleOf(run).map(([startUs]) => startUs);
const endsOf = (run: FinishedRun): number[] => scheduleOf(run).map(([, endUs]) => endUs);

/** How many jobs of each tenant were started at an instant. */
function startedAt({ log, spec }: FinishedRun, us: number, tenants: readonly string[]): number[] {
  const started = log
    .of(FactKind.Start)
    .filter(({ timeUs }) => timeUs === us)
    .map(({ subject }) => spec.jobs.tenants[spec.jobs.tenant[subject]!]);
  return tenants.map((name) => started.filter((tenant) => tenant === name).length);
}

describe('fair sharing of Kueue', () => {
  const queues = (weightOfB: number): QueueSketch[] => [
    { name: 'a', quota: 2 },
    { name: 'b', quota: 2, weight: weightOfB },
    { name: 'idle', quota: 4 },
  ];
  const both = [...many(8, { tenant: 'a', gpus: 1, runUs: 100 }), ...many(8, { tenant: 'b', gpus: 1, runUs: 100 })];

  it('lends by dominant shares; without it the first to come borrow all', () => {
    const startedWith = (parameters: ParameterValues, weightOfB = 1): number[] => {
      return startedAt(runUnder(['kueue', parameters], { all: 8 }, queues(weightOfB), both), 0, ['a', 'b']);
    };
    expect(startedWith({})).toEqual([6, 2]);
    expect(startedWith({ fairSharing: true })).toEqual([4, 4]);
    // b borrows one and two at a third of the share; at three a, which came first, is on a par with its first.
    expect(startedWith({ fairSharing: true }, 3)).toEqual([3, 5]);
  });

  it('compares departments first, and queues within them only among themselves', () => {
    const tree = [
      { name: 'lab' },
      { name: 'a', parent: 'lab', quota: 1 },
      { name: 'b', parent: 'lab', quota: 1 },
      { name: 'c', quota: 2 },
      { name: 'idle', quota: 4 },
    ];
    const jobs = ['a', 'b', 'c'].flatMap((tenant) => many(8, { tenant, gpus: 1, runUs: 100 }));
    const run = runUnder(['kueue', { fairSharing: true }], { all: 8 }, tree, jobs);
    expect(startedAt(run, 0, ['a', 'b', 'c'])).toEqual([2, 2, 4]);
  });

  it('takes from the largest share until the two are even, and no further', () => {
    const jobs = [
      ...many(8, { tenant: 'a', gpus: 1, runUs: 100 }),
      ...many(8, { tenant: 'b', gpus: 1, runUs: 100, submitUs: 50 }),
    ];
    const reclaim = { reclaimWithinCohort: 'any' };
    const taken = (parameters: ParameterValues): number[] => {
      return startedAt(runUnder(['kueue', { ...reclaim, ...parameters }], { all: 8 }, queues(1), jobs), 50, ['b']);
    };
    expect(taken({})).toEqual([2]);
    expect(taken({ fairSharing: true })).toEqual([4]);
    // Two shares are even when b borrows three times what a does.
    expect(startedAt(runUnder(['kueue', { ...reclaim, fairSharing: true }], { all: 8 }, queues(3), jobs), 50, ['b'])).toEqual([5]); // prettier-ignore
  });

  it('goes by the share after or before the victim has gone, as the strategies say', () => {
    const uneven = [
      { name: 'a', quota: 2 },
      { name: 'b', quota: 1 },
      { name: 'idle', quota: 5 },
    ];
    const jobs = [...many(2, { tenant: 'a', gpus: 4, runUs: 100 }), { tenant: 'b', gpus: 4, runUs: 10, submitUs: 50 }];
    const startOfB = (preemptionStrategies: string): number | undefined => {
      const parameters = { fairSharing: true, reclaimWithinCohort: 'any', preemptionStrategies };
      return startsOf(runUnder(['kueue', parameters], { all: 8 }, uneven, jobs)).at(-1);
    };
    // b would borrow 3: more than the 2 that a has borrowed without one of its gangs, less than its 6 with both.
    expect(startOfB('less-than-or-equal-to-final-share')).toBe(100);
    expect(startOfB('less-than-initial-share')).toBe(50);
    expect(startOfB('both')).toBe(50);
  });
});

describe('admission fair sharing of Kueue', () => {
  const team = [{ name: 'team', tenants: ['x', 'y'], quota: 4 }];
  const parameters = { admissionFairSharing: true, usageSampling: 10, usageHalfLife: 100 };
  const both = (submitUs: number) => ['x', 'y'].flatMap((tenant) => many(6, { tenant, gpus: 1, runUs: 100, submitUs }));

  it('lets tenants of a queue take turns, since each admission counts at once', () => {
    expect(startedAt(runUnder('kueue', { all: 4 }, team, both(0)), 0, ['x', 'y'])).toEqual([4, 0]);
    expect(startedAt(runUnder(['kueue', parameters], { all: 4 }, team, both(0)), 0, ['x', 'y'])).toEqual([2, 2]);
  });

  it('serves first the tenant that has used less, until that is forgotten', () => {
    const past = many(4, { tenant: 'x', gpus: 1, runUs: 100 });
    const startedLater = (submitUs: number): number[] => {
      const run = runUnder(['kueue', parameters], { all: 4 }, team, [...past, ...both(submitUs)]);
      return startedAt(run, submitUs, ['x', 'y']);
    };
    expect(startedLater(100)).toEqual([0, 4]);
    expect(startedLater(2000)).toEqual([2, 2]);
  });

  it('is sampled in closed form as by walking from one sampling to the next', () => {
    const steps = fc.array(
      fc.record({ afterUs: fc.integer({ min: 0, max: 70 }), gpus: fc.integer({ min: 1, max: 4 }), lasts: fc.integer({ min: 1, max: 90 }) }), // prettier-ignore
      { minLength: 3, maxLength: 20 },
    );
    let largest = 0;
    fc.assert(
      fc.property(steps, (jobs) => {
        const samplingUs = 10;
        const usage = new SampledUsage(1, samplingUs, 35);
        const a = 1 - 0.5 ** (samplingUs / 35);
        let nowUs = 0;
        const known: { fromUs: number; toUs: number; gpus: number; isKnown: boolean }[] = [];
        for (const { afterUs, gpus, lasts } of jobs) {
          nowUs += afterUs;
          usage.advance(nowUs);
          // Ends are learnt of late, at the next decision.
          for (const job of known.filter(({ toUs, isKnown }) => !isKnown && toUs <= nowUs)) {
            usage.release(0, job.gpus, job.toUs);
            job.isKnown = true;
          }
          usage.hold(0, gpus);
          usage.penalise(0, gpus);
          known.push({ fromUs: nowUs, toUs: nowUs + lasts, gpus, isKnown: false });
        }
        let expected = 0;
        for (let atUs = samplingUs; atUs <= nowUs; atUs += samplingUs) {
          const held = known.filter(({ fromUs, toUs }) => fromUs < atUs && toUs > atUs);
          const admitted = known.filter(({ fromUs }) => fromUs < atUs && fromUs >= atUs - samplingUs);
          const sum = (some: typeof known): number => some.reduce((total, { gpus }) => total + gpus, 0);
          expected = expected * (1 - a) + sum(held) * a + sum(admitted) * a;
        }
        const since = nowUs - (nowUs % samplingUs);
        const pending = known.filter(({ fromUs }) => fromUs >= since).reduce((total, { gpus }) => total + gpus, 0);
        expect(usage.of(0)).toBeCloseTo(expected + pending * a, 9);
        largest = Math.max(largest, expected);
      }),
      { numRuns: 200, seed },
    );
    expect(largest).toBeGreaterThan(3);
  });
});

describe('quotas by GPU type', () => {
  const queues = [
    { name: 'a', quota: { A: 2, H: 2 } },
    { name: 'b', quota: { A: 2, H: 2 } },
  ];
  const job = { tenant: 'a', gpus: 1, runUs: 100, jobClass: 'halfOnH' };

  it('are filled type by type: borrowed ones at once, or only after the own ones of all types', () => {
    // On H a job takes twice as long.
    expect(endsOf(runUnder('kueue', { perType: 4 }, queues, many(6, job)))).toEqual([100, 100, 100, 100, 200, 200]);
    const last = ['kueue', { whenCanBorrow: 'try-next-flavor' }] as const;
    expect(endsOf(runUnder(last, { perType: 4 }, queues, many(6, job)))).toEqual([100, 100, 200, 200, 100, 100]);
  });

  it('are reclaimed type by type', () => {
    const onA = { gpus: 1, runUs: 100, gpuTypes: ['A'] };
    const jobs = [...many(4, { ...onA, tenant: 'b' }), { ...onA, tenant: 'a', gpus: 2, runUs: 10, submitUs: 50 }];
    expect(startsOf(runUnder('kueue', { perType: 4 }, queues, jobs)).at(-1)).toBe(100);
    const run = runUnder(['kueue', { reclaimWithinCohort: 'any' }], { perType: 4 }, queues, jobs);
    expect(startsOf(run).at(-1)).toBe(50);
    expect(run.log.of(FactKind.Preempt).length).toBe(2);
    // Within all its quotas b would have nothing to give back.
    expect(startsOf(runUnder(['kueue', { reclaimWithinCohort: 'any' }], { perType: 4 }, [{ name: 'a', quota: 4 }, { name: 'b', quota: 4 }], jobs)).at(-1)).toBe(100); // prettier-ignore
  });

  it('make the first job of a queue preempt on a type before it tries the next, if they are told to', () => {
    const jobs = [...many(4, { tenant: 'b', gpus: 1, runUs: 100, gpuTypes: ['A'] }), { ...job, submitUs: 50 }];
    const preemptions = (whenCanPreempt: string): number => {
      const parameters = { reclaimWithinCohort: 'any', whenCanPreempt };
      const run = runUnder(['kueue', parameters], { perType: 4 }, queues, jobs);
      expect(startsOf(run).at(-1)).toBe(50);
      return run.log.of(FactKind.Preempt).length;
    };
    expect(preemptions('try-next-flavor')).toBe(0);
    expect(preemptions('preempt')).toBe(1);
  });

  it('turn away a job for which no type that it may use could ever be enough', () => {
    const jobs = [
      { ...job, gpus: 5 },
      { ...job, gpus: 4 },
    ];
    expect(startsOf(runUnder('kueue', { perType: 8 }, queues, jobs))).toEqual([-1, 0]);
  });

  it.each(['fair-share', 'kueue', 'drf', 'slurm-multifactor'])('%s keeps limits by type', (name) => {
    const limited = [{ name: 'a', quota: 4, limit: { A: 1 } }];
    const onA = { tenant: 'a', gpus: 1, runUs: 100, gpuTypes: ['A'] };
    const run = runUnder(name, { perType: 2 }, limited, [...many(3, onA), { ...onA, gpuTypes: ['H'] }, { ...onA, gpus: 2 }]); // prettier-ignore
    expect(startsOf(run)).toEqual([0, 100, 200, 0, -1]);
  });
});

const amounts = fc.record({ A: fc.integer({ min: 0, max: 4 }), H: fc.integer({ min: 0, max: 4 }) });
const typedCases = fc.record({
  queues: fc
    .array(fc.record({ quota: amounts, more: amounts, isLimited: fc.boolean() }), { minLength: 3, maxLength: 3 })
    .map((sketches) =>
      sketches.map(({ quota, more, isLimited }, index) => ({
        name: 'abc'[index]!,
        quota,
        ...(isLimited ? { limit: { A: quota.A + more.A } } : {}),
      })),
    ),
  jobs: fc.array(
    fc.record({
      tenant: fc.constantFrom('a', 'b', 'c'),
      gpus: fc.integer({ min: 0, max: 4 }),
      runUs: fc.integer({ min: 1, max: 30 }),
      submitUs: fc.integer({ min: 0, max: 60 }),
      priority: fc.integer({ min: 0, max: 2 }),
      gpuTypes: fc.constantFrom(['A'], ['H'], ['A', 'H']),
    }),
    { minLength: 10, maxLength: 40 },
  ),
  parameters: fc.record({
    reclaimWithinCohort: fc.constantFrom('never', 'any'),
    withinClusterQueue: fc.constantFrom('never', 'lower-priority'),
    whenCanBorrow: fc.constantFrom('borrow', 'try-next-flavor'),
    whenCanPreempt: fc.constantFrom('try-next-flavor', 'preempt'),
    fairSharing: fc.boolean(),
    admissionFairSharing: fc.boolean(),
  }),
});

/** By type, then queue: GPUs that its jobs hold. */
function heldByType({ jobs, active }: SchedulingView): number[][] {
  const held = types.map(() => jobs.quotas.names.map(() => 0));
  for (let index = 0; index < active.length; index++) {
    const job = active.at(index);
    if (jobs.heldGpus(job) > 0) held[jobs.heldType(job)]![jobs.quotas.queueOfTenant[jobs.tenant(job)]!]! += jobs.heldGpus(job); // prettier-ignore
  }
  return held;
}

describe('the law of quotas by GPU type', () => {
  it('no queue exceeds its limit of a type, and all together hold no more of it than their quotas', () => {
    const met = { borrowed: 0, full: 0, preempted: 0, queueMax: 0 };
    fc.assert(
      fc.property(typedCases, ({ queues, jobs, parameters }) => {
        const inner = schedulingOf(['kueue', parameters]);
        const look = (view: SchedulingView): void => {
          const { quotaOfType, limitOfType } = view.jobs.quotas;
          heldByType(view).forEach((held, type) => {
            held.forEach((gpus, queue) => {
              expect(gpus).toBeLessThanOrEqual(limitOfType?.[type]![queue] ?? Infinity);
              if (gpus > quotaOfType![type]![queue]!) met.borrowed++;
            });
            const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0);
            expect(sum(held)).toBeLessThanOrEqual(sum(quotaOfType![type]!));
            if (sum(held) > 0 && sum(held) === sum(quotaOfType![type]!)) met.full++;
          });
        };
        const scheduling = {
          ...inner,
          decide: (context: Parameters<typeof inner.decide>[0]) => {
            look(context.view);
            return inner.decide(context);
          },
        };
        const pools = types.map((gpuType) => ({ nodes: 6, gpusPerNode: 2, gpuType }));
        const run = runOf({ pools, jobs, scheduling, placement: 'best-fit', quotas: queuesOf(queues, types) });
        expect(run.simulation.settled).toBe(jobs.length);
        met.preempted += run.log.of(FactKind.Preempt).length;
        met.queueMax = Math.max(met.queueMax, run.metrics.occupancy.queueLengthMax);
      }),
      { numRuns: 60, seed },
    );
    expect(met.queueMax).toBeGreaterThanOrEqual(5);
    expect(Math.min(met.borrowed, met.full, met.preempted)).toBeGreaterThan(30);
  });
});
