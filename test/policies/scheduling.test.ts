import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/sim/model/cluster.ts';
import type { JobView, QueueView, SchedulingPolicy } from '../../src/sim/contract/scheduling.ts';
import { NO_JOB } from '../../src/sim/contract/scheduling.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import {
  mixedPools,
  mixedJobs,
  foreseeable,
  plainJobs,
  plainPools,
  thatFit,
  titleOf,
  type PlacementChoice,
} from '../engine/random-runs.ts';
import {
  runOf,
  scheduleOf,
  schedulingOf,
  type JobSketch,
  type PoolSketch,
  type RunSketch,
} from '../engine/run-builder.ts';
import {
  conservative,
  easyByCounts,
  easyOnNodes,
  fifo,
  fifoReject,
  fifoSkip,
  scheduleObviously,
  type Rule,
} from './obvious-schedule.ts';
import { runCount, seed } from '../engine/seed.ts';

const noCpu = (pools: PoolSketch[]): PoolSketch[] =>
  pools.map(({ nodes, gpusPerNode, gpuType = 'A' }) => ({ nodes, gpusPerNode, gpuType }));

/** Jobs without CPU and memory on clusters without them, and jobs that fit the placement alone. */
function casesFor(placement: PlacementChoice, types: 'one type' | 'more types') {
  const pools = types === 'one type' ? plainPools : mixedPools.map(noCpu);
  const jobs =
    types === 'one type'
      ? plainJobs
      : mixedJobs.map((list) => list.map((job) => ({ ...job, cpuMilli: 0, memoryMiB: 0 })));
  return fc
    .record({ pools, jobs })
    .map((one) => ({ pools: one.pools, jobs: thatFit(one.pools, one.jobs, placement), placement }));
}

interface Met {
  queueMax: number;
  overdue: number;
  backfilled: number;
}

/** Compares the engine's schedule with the twin's on random runs, and says what they met. */
function compare(
  scheduling: RunSketch['scheduling'],
  placement: PlacementChoice,
  types: 'one type' | 'more types',
  rule: () => Rule,
  honour = false,
  numRuns = runCount(30),
): Met {
  const met = { queueMax: 0, overdue: 0, backfilled: 0 };
  fc.assert(
    fc.property(casesFor(placement, types), (one) => {
      const run = runOf({ ...one, scheduling });
      expect(scheduleOf(run)).toEqual(scheduleObviously({ ...one, honour }, rule()));
      met.queueMax = Math.max(met.queueMax, run.metrics.occupancy.queueLengthMax);
      const starts = run.log.of(FactKind.Start).map((fact) => fact.subject);
      met.backfilled += starts.filter((job, place) => starts.slice(0, place).some((other) => other > job)).length;
      met.overdue += run.spec.jobs.runUs.filter((us, job) => us > run.spec.estimateUs[job]!).length;
    }),
    { numRuns, seed },
  );
  return met;
}

describe('the schedule worked out by hand (exact estimates, 4 nodes, all submitted at 0)', () => {
  const pools = [{ nodes: 4, gpusPerNode: 1 }];
  const jobs: JobSketch[] = [
    { gpus: 3, runUs: 10 },
    { gpus: 4, runUs: 5 },
    { gpus: 1, runUs: 10 },
    { gpus: 1, runUs: 20 },
  ];

  it('is 0-10, 10-15, 15-25, 15-35 under FIFO', () => {
    const run = runOf({ pools, jobs, scheduling: 'fifo', placement: 'count' });
    expect(scheduleOf(run)).toEqual([
      [0, 10],
      [10, 15],
      [15, 25],
      [15, 35],
    ]);
  });

  it('is 0-10, 10-15, 0-10, 15-35 under EASY: the third ends at the shadow time, the fourth would not', () => {
    const run = runOf({ pools, jobs, scheduling: 'easy-backfill', placement: 'count' });
    expect(scheduleOf(run)).toEqual([
      [0, 10],
      [10, 15],
      [0, 10],
      [15, 35],
    ]);
  });

  it('is the same under conservative backfilling, which reserves 15-25 for nobody before the fourth', () => {
    const run = runOf({ pools, jobs, scheduling: 'conservative-backfill', placement: 'count' });
    expect(scheduleOf(run)).toEqual([
      [0, 10],
      [10, 15],
      [0, 10],
      [15, 35],
    ]);
  });

  it('is 0-10, 10-15, 0-10, 15-35 when jobs that do not fit are skipped: at 10 the second comes before the fourth', () => {
    const run = runOf({ pools, jobs, scheduling: 'fifo-skip', placement: 'count' });
    expect(scheduleOf(run)).toEqual([
      [0, 10],
      [10, 15],
      [0, 10],
      [15, 35],
    ]);
  });
});

describe('FIFO does what its rule does by hand', () => {
  it.each(foreseeable.map((one) => [titleOf(one), one] as const))('head of line, with %s', (_, placement) => {
    const met = compare('fifo', placement, 'more types', () => fifo, false, runCount(12));
    expect([met.queueMax >= 5, met.backfilled]).toEqual([true, 0]);
  });

  it.each(foreseeable.map((one) => [titleOf(one), one] as const))('skipping, with %s', (title, placement) => {
    const met = compare('fifo-skip', placement, 'more types', () => fifoSkip, false, runCount(12));
    expect(met.queueMax).toBeGreaterThanOrEqual(5);
    expect(met.backfilled, title).toBeGreaterThan(0);
  });

  it('with priority classes before submit order', () => {
    const line = compare(['fifo', { priorities: 'honour' }], 'count', 'one type', () => fifo, true);
    const skip = compare(['fifo-skip', { priorities: 'honour' }], 'best-fit', 'one type', () => fifoSkip, true);
    expect(Math.min(line.queueMax, skip.queueMax)).toBeGreaterThanOrEqual(5);
    // Nobody passes anybody of his class or above; across classes they do.
    expect(line.backfilled).toBeGreaterThan(50);
  });

  it('turning away whoever cannot start on arrival', () => {
    let rejected = 0;
    fc.assert(
      fc.property(casesFor('best-fit', 'one type'), (one) => {
        const run = runOf({ ...one, scheduling: ['fifo', { whenBlocked: 'reject', priorities: 'ignore' }] });
        expect(scheduleOf(run)).toEqual(scheduleObviously({ ...one, placement: 'best-fit' }, fifoReject));
        expect(run.metrics.outcomes.waitUs.every((us) => us === 0)).toBe(true);
        expect(run.simulation.settled).toBe(one.jobs.length);
        rejected += run.log.of(FactKind.Reject).length;
      }),
      { numRuns: runCount(30), seed },
    );
    expect(rejected).toBeGreaterThan(25);
  });
});

describe('EASY backfilling', () => {
  it('is the rule by processor counts, with estimates too long, exact and too short', () => {
    const met = compare('easy-backfill', 'count', 'one type', () => easyByCounts, false, runCount(100));
    expect(met.queueMax).toBeGreaterThanOrEqual(5);
    expect(met.overdue).toBeGreaterThan(100);
    expect(met.backfilled).toBeGreaterThan(100);
  });

  it('honours priority classes', () => {
    const met = compare(['easy-backfill', { priorities: 'honour' }], 'count', 'one type', () => easyByCounts, true);
    expect(met.queueMax).toBeGreaterThanOrEqual(5);
  });

  it.each(foreseeable.map((one) => [titleOf(one), one] as const))(
    'lets nobody take the place of the reserved gang, looking at nodes of several types, with %s',
    (_, placement) => {
      const met = compare('easy-backfill', placement, 'more types', () => easyOnNodes);
      expect(met.queueMax).toBeGreaterThanOrEqual(5);
      expect(Math.min(met.backfilled, met.overdue)).toBeGreaterThan(10);
    },
  );
});

/** A policy that notes the first reservation of every job. */
function noting(inner: SchedulingPolicy, firstUs: Map<number, number>): SchedulingPolicy {
  return {
    ...inner,
    decide(context) {
      const waiting: number[] = [];
      const queue: QueueView = context.view.queue;
      for (let job = queue.head(); job !== NO_JOB; job = queue.after(job)) waiting.push(job);
      const wakeUs = inner.decide(context);
      const { startUs } = context.memory as { startUs: Float64Array };
      for (const job of waiting) if (!firstUs.has(job)) firstUs.set(job, startUs[job]!);
      return wakeUs;
    },
    initial: (jobs: JobView, cluster: Cluster) => inner.initial(jobs, cluster),
  };
}

describe('conservative backfilling', () => {
  it('is the rule by hand, with estimates too long, exact and too short', () => {
    const met = compare('conservative-backfill', 'count', 'one type', conservative, false, runCount(50));
    expect(met.queueMax).toBeGreaterThanOrEqual(5);
    expect(Math.min(met.overdue, met.backfilled)).toBeGreaterThan(100);
  });

  it('is the rule by hand where gangs are in pieces', () => {
    const met = compare('conservative-backfill', 'worst-fit', 'one type', conservative, false, runCount(50));
    expect(met.queueMax).toBeGreaterThanOrEqual(5);
    expect(Math.min(met.overdue, met.backfilled)).toBeGreaterThan(100);
  });

  it('starts a job that has room when its reservation falls due, though nothing ends then', () => {
    // A job of one GPU leaves each node half free for a day. The gang of two cannot use the halves and claims them for 100.
    const day = 86_400_000_000;
    const jobs = [
      ...[0, 1].map(() => ({ gpus: 1, runUs: day, estimateUs: day })),
      { submitUs: 10, gpus: 2, runUs: 100, estimateUs: 100 },
      { submitUs: 10, gpus: 1, runUs: 50, estimateUs: 50 },
    ];
    const run = runOf({
      pools: [{ nodes: 2, gpusPerNode: 2 }],
      jobs,
      scheduling: 'conservative-backfill',
      placement: 'worst-fit',
    });
    expect(scheduleOf(run).slice(2)).toEqual([
      [day, day + 100],
      [111, 161],
    ]);
  });

  it('holds up no job for the claim that a gang in pieces behind it could not use', () => {
    // The gang of two claims both halves from 11 to 1011. The later but more urgent job of one GPU starts at once.
    const day = 86_400_000_000;
    const jobs = [
      ...[0, 1].map(() => ({ gpus: 1, runUs: day, estimateUs: day })),
      { submitUs: 10, gpus: 2, runUs: 1000, estimateUs: 1000 },
      { submitUs: 20, gpus: 1, runUs: 50, estimateUs: 50, priority: 1 },
    ];
    const run = runOf({
      pools: [{ nodes: 2, gpusPerNode: 2 }],
      jobs,
      scheduling: ['conservative-backfill', { priorities: 'honour' }],
      placement: 'worst-fit',
    });
    expect(scheduleOf(run)[3]).toEqual([20, 70]);
  });

  it('tries the other GPU types if the first with enough in all has it in pieces', () => {
    // Type A has four GPUs on three nodes, of which no placement by whole nodes makes four; B has two idle nodes of two.
    const pools = [
      { nodes: 2, gpusPerNode: 1, gpuType: 'A' },
      { nodes: 1, gpusPerNode: 2, gpuType: 'A' },
      { nodes: 2, gpusPerNode: 2, gpuType: 'B' },
    ];
    const run = runOf({
      pools,
      jobs: [{ gpus: 4, runUs: 5 }],
      scheduling: 'conservative-backfill',
      placement: 'best-fit',
    });
    expect(scheduleOf(run)).toEqual([[0, 5]]);
  });

  it('does not ask again and again for jobs behind a gang in pieces whose estimate is 0', () => {
    // Two jobs of one GPU leave each node half free for a day: the gang of two waits for them, the others behind it too.
    const day = 86_400_000_000;
    const inner = schedulingOf('conservative-backfill');
    let decisions = 0;
    const patient: SchedulingPolicy = {
      ...inner,
      decide(context) {
        decisions++;
        if (decisions > 30) throw new Error(`decision ${decisions} at ${context.view.nowUs} us`);
        return inner.decide(context);
      },
    };
    const run = runOf({
      pools: [{ nodes: 2, gpusPerNode: 2 }],
      jobs: [
        ...[0, 1].map(() => ({ gpus: 1, runUs: day, estimateUs: day })),
        { submitUs: 10, gpus: 2, runUs: 7, estimateUs: 0 },
        ...[0, 1, 2].map(() => ({ submitUs: 20, gpus: 2, runUs: 7, estimateUs: 7 })),
      ],
      scheduling: patient,
      placement: 'worst-fit',
    });
    const starts = scheduleOf(run).map(([startUs]) => startUs);
    expect(starts.slice(2).sort((a, b) => a - b)).toEqual([day, day, day + 7, day + 7]);
  });

  it.each(['one type', 'more types'] as const)(
    'starts no job after its first reservation with placement count, if no estimate is too short (%s)',
    (types) => {
      let reserved = 0;
      let queueMax = 0;
      fc.assert(
        fc.property(casesFor('count', types), (one) => {
          const jobs = one.jobs.map((job) => ({ ...job, estimateUs: Math.max(1, job.runUs, job.estimateUs!) }));
          const firstUs = new Map<number, number>();
          const scheduling = noting(schedulingOf('conservative-backfill'), firstUs);
          const run = runOf({ ...one, jobs, scheduling });
          for (const [job, us] of firstUs) {
            expect(run.metrics.outcomes.firstStartUs[job]).toBeLessThanOrEqual(us);
            if (us > run.spec.jobs.submitUs[job]!) reserved++;
          }
          queueMax = Math.max(queueMax, run.metrics.occupancy.queueLengthMax);
        }),
        { numRuns: runCount(80), seed },
      );
      expect(reserved).toBeGreaterThan(150);
      expect(queueMax).toBeGreaterThanOrEqual(5);
    },
  );
});
