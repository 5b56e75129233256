import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/sim/contract/refusal.ts';
import { ANY_TYPE, type JobsView, type SchedulingContext } from '../../src/sim/contract/scheduling.ts';
import { PolicyError } from '../../src/sim/engine/policy-error.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import type { JobId } from '../../src/sim/model/brand.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { checkIdentities } from './exact-identities.ts';
import { policyThat, waitingJobs } from './policies-of-the-test.ts';
import { mixedJobs, mixedPools, placements, thatFit } from './random-runs.ts';
import { runOf, scheduleOf, type JobSketch } from './run-builder.ts';
import { seed } from './seed.ts';

function jobsOf(view: JobsView): JobId[] {
  return Array.from({ length: view.length }, (_, index) => view.at(index)).sort((a, b) => a - b);
}

/** Starts what waits, and does what the test says at one instant. */
function doingAt(us: number, act: (context: SchedulingContext<unknown>) => void) {
  return policyThat(
    (context) => {
      const { view, plan } = context;
      if (view.nowUs === us) act(context);
      for (const job of waitingJobs(view.queue)) plan.start(job);
      return view.nowUs < us ? us : NEVER;
    },
    { actsOnRunning: true },
  );
}

const first = 0 as JobId;
const twoNodes = [{ nodes: 2, gpusPerNode: 4 }];

describe('a lifted gang', () => {
  it('that is put back, or started again where it was, has not noticed', () => {
    const jobs: JobSketch[] = [
      { gpus: 2, runUs: 10 },
      { gpus: 2, runUs: 10 },
    ];
    const untouched = runOf({ pools: twoNodes, jobs, scheduling: doingAt(4, () => undefined), placement: 'first-fit' });
    const backs = [
      doingAt(4, ({ plan }) => {
        plan.lift(first);
        expect(plan.putBack(first)).toBe(true);
      }),
      doingAt(4, ({ plan }) => {
        plan.lift(first);
        expect(plan.start(first)).toBe(Refusal.None);
      }),
    ];
    for (const scheduling of backs) {
      const run = runOf({ pools: twoNodes, jobs, scheduling, placement: 'first-fit', resumeOverheadUs: 3 });
      expect(run.fingerprint).toBe(untouched.fingerprint);
    }
  });

  it('that was put back may be lifted again, and is preempted once if it then stays off', () => {
    const jobs: JobSketch[] = [
      { gpus: 2, runUs: 10 },
      { gpus: 2, runUs: 10 },
    ];
    const scheduling = doingAt(4, ({ plan }) => {
      plan.lift(first);
      plan.putBack(first);
      plan.lift(first);
      plan.putBack(first);
      plan.lift(first);
    });
    const run = runOf({ pools: twoNodes, jobs, scheduling, placement: 'first-fit' });
    expect(run.log.of(FactKind.Preempt).map(({ timeUs, subject }) => [timeUs, subject])).toEqual([[4, first]]);
    expect(scheduleOf(run)[1]).toEqual([0, 10]);
    checkIdentities(run);
  });

  it('that is neither put back nor started is preempted when the decision ends', () => {
    const jobs: JobSketch[] = [
      { gpus: 4, runUs: 10 },
      { gpus: 8, runUs: 5, submitUs: 4 },
    ];
    const scheduling = doingAt(4, ({ plan }) => plan.lift(first));
    const run = runOf({ pools: twoNodes, jobs, scheduling, placement: 'first-fit', resumeOverheadUs: 3 });
    // 4 of 10 done; from 9 on 3 of overhead and the other 6.
    expect(scheduleOf(run)).toEqual([
      [0, 18],
      [4, 9],
    ]);
    expect(run.metrics.outcomes.preemptions[0]).toBe(1);
    checkIdentities(run);
  });

  it('cannot be put back where something else has been started', () => {
    const jobs: JobSketch[] = [
      { gpus: 8, runUs: 10 },
      { gpus: 1, runUs: 5, submitUs: 4 },
    ];
    const answers: boolean[] = [];
    const scheduling = doingAt(4, ({ plan, view }) => {
      plan.lift(first);
      for (const job of waitingJobs(view.queue)) plan.start(job);
      answers.push(plan.putBack(first));
    });
    const run = runOf({ pools: twoNodes, jobs, scheduling, placement: 'first-fit' });
    expect(answers).toEqual([false]);
    expect(run.metrics.outcomes.preemptions[0]).toBe(1);
  });

  it('that goes on elsewhere pays the resume overhead, and where only totals count does not', () => {
    const jobs: JobSketch[] = [
      { gpus: 2, runUs: 3 },
      { gpus: 4, runUs: 10 },
      { gpus: 4, runUs: 6, submitUs: 4 },
    ];
    const scheduling = doingAt(4, ({ plan, view }) => {
      plan.lift(1 as JobId);
      // The newcomer takes the first node, where nobody is left.
      expect(plan.wouldFit(1 as JobId)).toBe(Refusal.None);
      for (const job of waitingJobs(view.queue)) plan.start(job);
      plan.start(1 as JobId);
    });
    const onNodes = runOf({ pools: twoNodes, jobs, scheduling, placement: 'first-fit', resumeOverheadUs: 3 });
    expect(onNodes.metrics.outcomes.endUs[1]).toBe(10);
    const crowded: JobSketch[] = [{ gpus: 4, runUs: 3 }, { gpus: 4, runUs: 10 }, jobs[2]!];
    const swapping = doingAt(4, ({ plan }) => {
      plan.lift(1 as JobId);
      plan.start(1 as JobId);
    });
    const moved = runOf({
      pools: twoNodes,
      jobs: crowded,
      scheduling: swapping,
      placement: 'first-fit',
      resumeOverheadUs: 3,
    });
    expect(moved.metrics.outcomes.endUs[1]).toBe(13);
    expect([moved.metrics.outcomes.moves[1], moved.metrics.outcomes.preemptions[1]]).toEqual([1, 0]);
    checkIdentities(moved);
    const onTotals = runOf({
      pools: twoNodes,
      jobs: crowded,
      scheduling: swapping,
      placement: 'count',
      resumeOverheadUs: 3,
    });
    expect(onTotals.metrics.outcomes.endUs[1]).toBe(10);
  });

  it('goes on with another number of GPUs at the speed that they give it', () => {
    const jobs: JobSketch[] = [{ gpus: 4, gpusMin: 1, gpusMax: 8, runUs: 10 }];
    const resizedTo = (gpus: number) =>
      runOf({
        pools: twoNodes,
        jobs,
        placement: 'first-fit',
        resumeOverheadUs: 3,
        scheduling: doingAt(4, ({ plan }) => {
          plan.lift(first);
          expect(plan.start(first, ANY_TYPE, gpus)).toBe(Refusal.None);
        }),
      });
    // 6 left: at twice the speed 3, at half of it 12; after 3 of overhead.
    expect(scheduleOf(resizedTo(8))).toEqual([[0, 10]]);
    expect(scheduleOf(resizedTo(2))).toEqual([[0, 19]]);
    const run = resizedTo(2);
    expect([run.metrics.outcomes.ranUs[0], run.metrics.outcomes.gpuUs[0]]).toEqual([19, 4 * 4 + 15 * 2]);
    checkIdentities(run);
  });

  it.each<[string, (context: SchedulingContext<unknown>) => void, string]>([
    [
      'lifted twice',
      ({ plan }) => [first, first].forEach((job) => plan.lift(job)),
      'it is lifted in this plan already',
    ],
    ['put back without having been lifted', ({ plan }) => void plan.putBack(first), 'it is running since 0 s'],
    [
      'given more GPUs than it can use',
      ({ plan }) => {
        plan.lift(first);
        plan.start(first, ANY_TYPE, 5);
      },
      'it can run with 2 to 2 GPUs',
    ],
  ])('is an error when it is %s', (_, act, message) => {
    const jobs: JobSketch[] = [{ gpus: 2, runUs: 10 }];
    const run = () => runOf({ pools: twoNodes, jobs, scheduling: doingAt(4, act), placement: 'first-fit' });
    expect(run).toThrow(PolicyError);
    expect(run).toThrow(message);
  });
});

describe('overheads', () => {
  it('of starting come before the work, of teardown after it, and GPUs are held through both', () => {
    const jobs: JobSketch[] = [
      { gpus: 8, runUs: 10 },
      { gpus: 8, runUs: 10 },
    ];
    const run = runOf({
      pools: twoNodes,
      jobs,
      scheduling: 'fifo',
      placement: 'first-fit',
      startOverheadUs: 2,
      teardownUs: 1,
    });
    expect(scheduleOf(run)).toEqual([
      [0, 13],
      [13, 26],
    ]);
  });

  it('that were not paid are owed anew whole, or on top of the next', () => {
    const jobs: JobSketch[] = [
      { gpus: 8, runUs: 10 },
      { gpus: 8, runUs: 1, submitUs: 2 },
    ];
    const endOf = (unpaid: 'restart' | 'accumulate') => {
      const scheduling = doingAt(2, ({ plan }) => plan.lift(first));
      const run = runOf({
        pools: twoNodes,
        jobs,
        scheduling,
        placement: 'count',
        startOverheadUs: 5,
        resumeOverheadUs: 4,
        unpaid,
      });
      return run.metrics.outcomes.endUs[0];
    };
    // The other job holds the GPUs from 2 to 8. 3 of the 5 were not paid.
    expect(endOf('restart')).toBe(8 + 4 + 10);
    expect(endOf('accumulate')).toBe(8 + 3 + 4 + 10);
  });
});

describe('under a policy that lifts, puts back, moves and resizes at random', () => {
  it('GPU-time, sojourns and causes of waiting add up exactly, gangs are whole and no GPU is used twice', () => {
    const met = { preempted: 0, moved: 0, resized: 0, putBack: 0, queueMax: 0 };
    const runs = fc
      .record({
        pools: mixedPools,
        jobs: mixedJobs,
        placement: fc.constantFrom(...placements),
        resumeOverheadUs: fc.integer({ min: 0, max: 4 }),
        startOverheadUs: fc.integer({ min: 0, max: 2 }),
        teardownUs: fc.integer({ min: 0, max: 2 }),
        orderChanges: fc.boolean(),
      })
      .map((run) => ({
        ...run,
        jobs: thatFit(run.pools, run.jobs, run.placement).map((job) =>
          job.gpus > 1 ? { ...job, gpusMin: 1, gpusMax: 2 * job.gpus } : job,
        ),
      }));
    fc.assert(
      fc.property(runs, ({ orderChanges, ...sketch }) => {
        const scheduling = policyThat(
          ({ view, plan, random }) => {
            const { jobs } = view;
            const lifted = jobsOf(view.active).filter(() => random.uniform() < 0.3);
            for (const job of lifted) plan.lift(job);
            for (const job of waitingJobs(view.queue)) if (random.uniform() < 0.5) plan.start(job);
            for (const job of lifted) {
              const luck = random.uniform();
              if (luck < 0.3) met.putBack += plan.putBack(job) ? 1 : 0;
              else if (luck < 0.6) plan.start(job, ANY_TYPE, jobs.heldGpus(job));
              else if (luck < 0.8 && jobs.gpusMax(job) > 1)
                plan.start(job, ANY_TYPE, 1 + Math.floor(random.uniform() * jobs.gpusMax(job)));
            }
            if (orderChanges && random.uniform() < 0.2) plan.reorder();
            return view.nowUs + 1 + Math.floor(random.uniform() * 5);
          },
          {
            actsOnRunning: true,
            orderChanges,
            order: (jobs, job) => (orderChanges ? -jobs.attainedUs(job) : 0),
          },
        );
        const run = runOf({ ...sketch, scheduling });
        checkIdentities(run);
        met.preempted += run.log.of(FactKind.Preempt).length;
        met.moved += run.log.of(FactKind.GoOn).length;
        met.resized += run.log
          .of(FactKind.GoOn)
          .filter((fact) => fact.gpus !== run.spec.jobs.gpus[fact.subject]).length;
        met.queueMax = Math.max(met.queueMax, run.metrics.occupancy.queueLengthMax);
      }),
      { numRuns: 200, seed },
    );
    expect(met.preempted).toBeGreaterThan(500);
    expect(met.moved).toBeGreaterThan(200);
    expect(met.resized).toBeGreaterThan(100);
    expect(met.putBack).toBeGreaterThan(200);
    expect(met.queueMax).toBeGreaterThanOrEqual(5);
  });
});
