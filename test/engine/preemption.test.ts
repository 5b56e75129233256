import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/sim/contract/refusal.ts';
import { NO_JOB, type RunningView, type SchedulingContext } from '../../src/sim/contract/scheduling.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import type { JobId } from '../../src/sim/model/brand.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { checkIdentities } from './exact-identities.ts';
import { policyThat, waitingJobs } from './policies-of-the-test.ts';
import { mixedJobs, mixedPools, placements, plainJobs, plainPools, thatFit } from './random-runs.ts';
import { runOf, scheduleOf, type FinishedRun, type JobSketch } from './run-builder.ts';
import { seed } from './seed.ts';

function runningJobs(running: RunningView): JobId[] {
  const jobs: JobId[] = [];
  for (let job = running.first(); job !== NO_JOB; job = running.after(job)) jobs.push(job);
  return jobs;
}

function startAll({ view, plan }: SchedulingContext<unknown>): void {
  for (const job of waitingJobs(view.queue)) plan.start(job);
}

/** Preempts at the instants named, and writes down the queue and the estimate right after. */
function preemptingAt(victims: Readonly<Record<number, number>>, seen: { queue: number[]; estimateUs: number }[] = []) {
  const instants = Object.keys(victims).map(Number);
  return policyThat((context) => {
    const { view, plan } = context;
    const victim = victims[view.nowUs];
    if (victim === undefined) startAll(context);
    else {
      plan.preempt(victim as JobId);
      seen.push({ queue: waitingJobs(view.queue), estimateUs: view.jobs.estimateUs(victim as JobId) });
      for (const job of waitingJobs(view.queue)) if (job !== (victim as JobId)) plan.start(job);
    }
    return Math.min(...instants.filter((us) => us > view.nowUs), NEVER);
  });
}

const oneGpu = [{ nodes: 1, gpusPerNode: 1 }];

describe('a preempted job', () => {
  it('keeps its work, pays the overhead when it resumes, and its estimate shrinks by what it has worked', () => {
    const seen: { queue: number[]; estimateUs: number }[] = [];
    const jobs: JobSketch[] = [
      { gpus: 1, runUs: 10, estimateUs: 20 },
      { gpus: 1, runUs: 3, submitUs: 4 },
    ];
    const scheduling = preemptingAt({ 4: 0 }, seen);
    const run = runOf({ pools: oneGpu, jobs, scheduling, placement: 'count', resumeOverheadUs: 2 });
    // 4 of 10 done; from 7 on 2 of overhead and the other 6.
    expect(scheduleOf(run)).toEqual([
      [0, 15],
      [4, 7],
    ]);
    expect(seen).toEqual([{ queue: [0, 1], estimateUs: 20 - 4 + 2 }]);
    const { waitUs, ranUs, preemptions } = run.metrics.outcomes;
    expect([waitUs[0], ranUs[0], preemptions[0]]).toEqual([3, 12, 1]);
    checkIdentities(run);
  });

  it('pays the overhead anew if it is stopped while it still resumes, and has done no work in between', () => {
    const seen: { queue: number[]; estimateUs: number }[] = [];
    const jobs: JobSketch[] = [
      { gpus: 1, runUs: 10, estimateUs: 20 },
      { gpus: 1, runUs: 3, submitUs: 4 },
      { gpus: 1, runUs: 5, submitUs: 8 },
    ];
    // Resumed at 7 with an overhead of 2, stopped at 8, resumed at 13: 2 and 6 to go.
    const scheduling = preemptingAt({ 4: 0, 8: 0 }, seen);
    const run = runOf({ pools: oneGpu, jobs, scheduling, placement: 'count', resumeOverheadUs: 2 });
    expect(scheduleOf(run)).toEqual([
      [0, 21],
      [4, 7],
      [8, 13],
    ]);
    expect(seen.map((one) => one.estimateUs)).toEqual([18, 18]);
    expect(run.metrics.outcomes.ranUs[0]).toBe(4 + 1 + 8);
    checkIdentities(run);
  });

  it('is estimated at its overhead alone once it has outlived its estimate', () => {
    const seen: { queue: number[]; estimateUs: number }[] = [];
    const jobs: JobSketch[] = [
      { gpus: 1, runUs: 10, estimateUs: 3 },
      { gpus: 1, runUs: 1, submitUs: 6 },
    ];
    const run = runOf({
      pools: oneGpu,
      jobs,
      scheduling: preemptingAt({ 6: 0 }, seen),
      placement: 'count',
      resumeOverheadUs: 2,
    });
    expect(seen).toEqual([{ queue: [0, 1], estimateUs: 2 }]);
    expect(scheduleOf(run)).toEqual([
      [0, 13],
      [6, 7],
    ]);
  });

  it('returns to its place in the queue, before jobs that came after it', () => {
    const seen: { queue: number[]; estimateUs: number }[] = [];
    const jobs: JobSketch[] = [0, 0, 1, 2, 3].map((submitUs) => ({ gpus: 1, runUs: 10, submitUs }));
    runOf({
      pools: [{ nodes: 1, gpusPerNode: 2 }],
      jobs,
      scheduling: preemptingAt({ 5: 1 }, seen),
      placement: 'count',
    });
    expect(seen[0]!.queue).toEqual([1, 2, 3, 4]);
  });
});

/** Every finished job held its GPUs for its work and for the overhead of each resumption, as far as it got with it. */
function checkWork({ spec, log }: FinishedRun): void {
  const stretches = new Map<number, number[]>();
  const startUs = new Map<number, number>();
  for (const { kind, subject, timeUs } of log.facts) {
    if (kind === FactKind.Start) startUs.set(subject, timeUs);
    if (kind !== FactKind.Preempt && kind !== FactKind.Finish) continue;
    const mine = [...(stretches.get(subject) ?? []), timeUs - startUs.get(subject)!];
    stretches.set(subject, mine);
    if (kind === FactKind.Preempt) continue;
    const overheads = mine.slice(1).map((lengthUs) => Math.min(lengthUs, spec.overheads.resume[0]!.overheadUs));
    const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
    expect(sum(mine)).toBe(spec.jobs.runUs[subject]! + sum(overheads));
  }
}

describe('under a policy that stops running jobs at random', () => {
  it('work, GPU-time, sojourns and causes of waiting still add up exactly, whatever the placement', () => {
    let preemptions = 0;
    let queueMax = 0;
    const runs = fc
      .record({
        pools: mixedPools,
        jobs: mixedJobs,
        placement: fc.constantFrom(...placements),
        looksAhead: fc.boolean(),
        resumeOverheadUs: fc.integer({ min: 0, max: 4 }),
      })
      .map((run) => ({ ...run, jobs: thatFit(run.pools, run.jobs, run.placement) }));
    fc.assert(
      fc.property(runs, ({ looksAhead, ...sketch }) => {
        const startedUs = new Map<JobId, number>();
        const scheduling = policyThat(
          ({ view, plan, random }) => {
            for (const job of startedUs.keys()) {
              if (random.uniform() > 0.2) continue;
              startedUs.delete(job);
              try {
                plan.preempt(job);
              } catch (error) {
                // A policy that does not look ahead is not shown what runs: this one has ended by itself.
                expect(String(error)).toContain('it is done; preempt running jobs only');
              }
            }
            for (const job of waitingJobs(view.queue)) {
              if (random.uniform() < 0.8 && plan.start(job) === Refusal.None) startedUs.set(job, view.nowUs);
            }
            return view.nowUs + 1 + Math.floor(random.uniform() * 5);
          },
          { looksAhead },
        );
        const run = runOf({ ...sketch, scheduling });
        checkIdentities(run);
        checkWork(run);
        preemptions += run.log.of(FactKind.Preempt).length;
        queueMax = Math.max(queueMax, run.metrics.occupancy.queueLengthMax);
      }),
      { numRuns: 200, seed },
    );
    expect(preemptions).toBeGreaterThan(1000);
    expect(queueMax).toBeGreaterThanOrEqual(5);
  });

  it('reservations are where adding up the running jobs by their estimated ends puts them', () => {
    let reserved = 0;
    fc.assert(
      fc.property(plainPools, plainJobs, (pools, sketches) => {
        const gpus = pools[0]!.nodes * pools[0]!.gpusPerNode;
        const scheduling = policyThat(
          (context) => {
            const { view, plan, random } = context;
            const { jobs, nowUs, running } = view;
            for (const job of runningJobs(running)) if (random.uniform() < 0.15) plan.preempt(job);
            for (const job of waitingJobs(view.queue)) if (random.uniform() < 0.7) plan.start(job);
            const blocked = waitingJobs(view.queue).find((job) => jobs.gpus(job) > view.freeGpus(0));
            if (blocked === undefined) return nowUs + 1;
            const shadowUs = plan.reservation.reserve(blocked);
            // The plan's own starts count as running from here on.
            const ends = runningJobs(running)
              .map((job) => ({ job, endUs: Math.max(nowUs, running.estimatedEndUs(job)), gpus: jobs.gpus(job) }))
              .sort((a, b) => a.endUs - b.endUs || a.job - b.job);
            expect(ends.reduce((sum, end) => sum + end.gpus, view.freeGpus(0))).toBe(gpus);
            let free = view.freeGpus(0);
            const last = ends.find((end) => (free += end.gpus) >= jobs.gpus(blocked))!;
            expect(shadowUs).toBe(last.endUs);
            expect(plan.reservation.extraGpus()).toBe(free - jobs.gpus(blocked));
            reserved++;
            return nowUs + 1 + Math.floor(random.uniform() * 3);
          },
          { looksAhead: true },
        );
        const jobs = thatFit(pools, sketches, 'count');
        const run = runOf({ pools, jobs, scheduling, placement: 'count', resumeOverheadUs: 1 });
        checkIdentities(run);
      }),
      { numRuns: 60, seed },
    );
    expect(reserved).toBeGreaterThan(500);
  });
});
