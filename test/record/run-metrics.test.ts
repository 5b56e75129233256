import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal, refusalNames } from '../../src/sim/contract/refusal.ts';
import type { JobId } from '../../src/sim/model/brand.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import type { RunFigures, JobFigures } from '../../src/sim/record/summary.ts';
import { policyThat, waitingJobs } from '../engine/policies-of-the-test.ts';
import { anyRun } from '../engine/random-runs.ts';
import { runOf, scheduleOf, type FinishedRun, type JobSketch, type RunSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';

const oneGpu = [{ nodes: 1, gpusPerNode: 1 }];

/** What became of a job, from the log of facts. */
interface Life {
  readonly job: number;
  readonly gpus: number;
  readonly tenant: string;
  readonly submitUs: number;
  started: boolean;
  waitUs: number;
  ranUs: number;
  endUs: number;
  nodes: number;
  finished: boolean;
}

function livesOf({ spec, log }: FinishedRun): Life[] {
  const { jobs } = spec;
  const lives = jobs.ids.map((_, job): Life => {
    const tenant = jobs.tenants[jobs.tenant[job]!]!;
    const submitUs = jobs.submitUs[job]!;
    return {
      job,
      gpus: jobs.gpus[job]!,
      tenant,
      submitUs,
      started: false,
      waitUs: 0,
      ranUs: 0,
      endUs: -1,
      nodes: 0,
      finished: false,
    };
  });
  const sinceUs = new Map<number, number>();
  for (const { kind, subject, timeUs, grants } of log.facts) {
    const life = lives[subject]!;
    const passedUs = timeUs - (sinceUs.get(subject) ?? 0);
    if (kind === FactKind.Refusal) continue;
    if (kind === FactKind.Start || kind === FactKind.Reject) life.waitUs += passedUs;
    else if (kind !== FactKind.Arrive) life.ranUs += passedUs;
    if (kind === FactKind.Start) life.started = true;
    if (kind === FactKind.Start || kind === FactKind.GoOn) life.nodes = grants.length;
    if (kind === FactKind.Finish) Object.assign(life, { finished: true, endUs: timeUs });
    sinceUs.set(subject, timeUs);
  }
  return lives;
}

function mean(values: number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function expectClose(found: number | null, expected: number | null): void {
  if (found === null || expected === null) expect(found).toBe(expected);
  else expect(found).toBeCloseTo(expected, 9);
}

/** The figures of a group of jobs, one by one from their lives. */
function checkGroup(figures: JobFigures, lives: Life[]): void {
  const finished = lives.filter((life) => life.finished);
  const slowdowns = finished.map(({ waitUs, ranUs }) => Math.max(1, (waitUs + ranUs) / Math.max(ranUs, 10e6)));
  expect([figures.jobs, figures.finished]).toEqual([lives.length, finished.length]);
  expectClose(figures.gpuHours, lives.reduce((sum, { gpus, ranUs }) => sum + gpus * ranUs, 0) / 3600e6);
  expectClose(figures.waitS.mean, mean(lives.filter((life) => life.started).map((life) => life.waitUs / 1e6)));
  expectClose(figures.completionS.mean, mean(finished.map((life) => (life.endUs - life.submitUs) / 1e6)));
  expectClose(figures.boundedSlowdown.mean, mean(slowdowns));
  expectClose(figures.boundedSlowdown.max, slowdowns.length === 0 ? null : Math.max(...slowdowns));
}

function figuresOf({ metrics, simulation, log }: FinishedRun): RunFigures {
  return metrics.figures({ endUs: log.endUs, events: simulation.events, decisions: simulation.decisions });
}

/** Runs with times in minutes where the others have microseconds, so that slowdowns and hours are worth looking at. */
const longRuns = anyRun.map((sketch): RunSketch => {
  const minutes = (us: number): number => us * 60e6;
  const jobs = sketch.jobs.map((job): JobSketch => ({
    ...job,
    submitUs: minutes(job.submitUs!),
    runUs: Math.floor(minutes(job.runUs) / 10),
    estimateUs: minutes(job.estimateUs!),
  }));
  return { ...sketch, jobs, ...(sketch.horizonUs === undefined ? {} : { horizonUs: minutes(sketch.horizonUs) }) };
});

describe('the figures of a run', () => {
  it('are what going through its jobs one by one gives', () => {
    let groups = 0;
    fc.assert(
      fc.property(longRuns, (sketch) => {
        const run = runOf(sketch);
        const figures = figuresOf(run);
        const lives = livesOf(run);
        const { cluster, jobs } = run.spec;
        checkGroup(figures.all, lives);
        for (const { tenant, ...group } of figures.byTenant)
          checkGroup(
            group,
            lives.filter((life) => life.tenant === tenant),
          );
        for (const { gpusMin, gpusMax, ...group } of figures.bySize) {
          checkGroup(
            group,
            lives.filter(({ gpus }) => gpus >= gpusMin && gpus <= gpusMax),
          );
          groups++;
        }
        expect(figures.bySize.reduce((sum, group) => sum + group.jobs, 0)).toBe(lives.length);
        expect([...run.metrics.outcomes.nodes]).toEqual(lives.map((life) => life.nodes));

        const submitted = lives.filter((life) => life.submitUs <= run.log.endUs).length;
        const finished = lives.filter((life) => life.finished).length;
        const preemptions = run.log.of(FactKind.Preempt).length;
        expect(figures.jobs).toMatchObject({ submitted, finished, rejected: 0, preemptions });
        expect(figures.jobs.running + figures.jobs.waiting + finished).toBe(submitted);
        const fromUs = submitted > 0 ? jobs.submitUs[0]! : 0;
        const spanUs = Math.max(0, run.log.endUs - fromUs);
        const busyUs = lives.reduce((sum, { gpus, ranUs }) => sum + gpus * ranUs, 0);
        expect(figures.makespanS).toBe(spanUs / 1e6);
        expectClose(figures.utilisation, spanUs * cluster.gpuCount > 0 ? busyUs / (spanUs * cluster.gpuCount) : 0);
        expectClose(figures.throughputPerHour, spanUs > 0 ? (finished * 3600e6) / spanUs : 0);
        const poolsBusy = figures.pools.reduce((sum, pool) => sum + pool.busyGpuHours, 0);
        expectClose(poolsBusy, busyUs / 3600e6);
        const waitedS = lives.reduce((sum, life, job) => {
          const stillUs = !life.started && life.submitUs <= run.log.endUs ? run.log.endUs - life.submitUs : 0;
          expect(run.metrics.outcomes.waitUs[job]).toBe(life.waitUs + stillUs);
          return sum + (life.waitUs + stillUs) / 1e6;
        }, 0);
        expect(figures.waitByCause.map((one) => one.cause)).toEqual(refusalNames.slice(1, Refusal.DataLost));
        expectClose(
          figures.waitByCause.reduce((sum, one) => sum + one.jobS, 0),
          waitedS,
        );
      }),
      { numRuns: 150, seed },
    );
    expect(groups).toBeGreaterThan(400);
  });

  it('put sizes into classes up to 0, 1, 2, 4, 8, ... GPUs', () => {
    const jobs: JobSketch[] = [0, 1, 2, 3, 4, 5, 8, 9, 1025].map((gpus) => ({ gpus, runUs: 1 }));
    const run = runOf({ pools: [{ nodes: 300, gpusPerNode: 8 }], jobs, scheduling: 'fifo', placement: 'count' });
    expect(figuresOf(run).bySize.map((size) => [size.gpusMin, size.gpusMax, size.jobs])).toEqual([
      [0, 0, 1],
      [1, 1, 1],
      [2, 2, 1],
      [3, 4, 2],
      [5, 8, 2],
      [9, 16, 1],
      [1025, 2048, 1],
    ]);
  });

  it('show the fifty tenants with most GPU time and the others as one', () => {
    const jobs: JobSketch[] = Array.from({ length: 60 }, (_, index) => ({
      gpus: 1,
      runUs: 60 - index,
      tenant: `t${index}`,
    }));
    const figures = figuresOf(runOf({ pools: oneGpu, jobs, scheduling: 'fifo', placement: 'count' }));
    expect(figures.byTenant.map((one) => one.tenant)).toEqual([
      ...Array.from({ length: 50 }, (_, index) => `t${index}`),
      '(10 others)',
    ]);
    expect(figures.byTenant.at(-1)).toMatchObject({ jobs: 10, finished: 10 });
    const [only] = jobs;
    expect(figuresOf(runOf({ pools: oneGpu, jobs: [only!], scheduling: 'fifo', placement: 'count' })).byTenant).toEqual(
      [],
    );
  });

  it('count turned-away and preempted jobs, whose waiting before and after belongs to them', () => {
    const scheduling = policyThat(({ view, plan }) => {
      if (view.nowUs !== 2) {
        plan.start(waitingJobs(view.queue)[0]!);
        return;
      }
      plan.preempt(0 as JobId);
      plan.reject(2 as JobId);
      plan.start(1 as JobId);
    });
    const jobs: JobSketch[] = [
      { gpus: 1, runUs: 5 },
      { gpus: 1, runUs: 1 },
      { gpus: 1, runUs: 1, submitUs: 1 },
      { gpus: 1, runUs: 1, submitUs: 2 },
    ];
    const run = runOf({ pools: oneGpu, jobs, scheduling, placement: 'count' });
    const counts = { submitted: 4, finished: 3, running: 0, waiting: 0, rejected: 1, preemptions: 1 };
    expect(figuresOf(run).jobs).toEqual(counts);
    // Runs 0-2 and 3-6, 2-3, turned away at 2, 6-7.
    expect([...run.metrics.outcomes.waitUs]).toEqual([1, 2, 1, 4]);
    expect(scheduleOf(run)).toEqual([
      [0, 6],
      [2, 3],
      [-1, 2],
      [6, 7],
    ]);
  });

  it('of a run without jobs are zeros and nulls, not NaN', () => {
    const figures = figuresOf(runOf({ pools: oneGpu, jobs: [], scheduling: 'fifo', placement: 'count' }));
    expect(JSON.stringify(figures)).not.toContain('NaN');
    expect([figures.utilisation, figures.makespanS, figures.throughputPerHour, figures.all.waitS.mean]).toEqual([
      0,
      0,
      0,
      null,
    ]);
    expect(figures.series.gpusBusy).toEqual([0]);
  });
});
