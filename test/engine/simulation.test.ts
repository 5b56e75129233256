import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/sim/contract/refusal.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { policyThat, waitingJobs } from './policies-of-the-test.ts';
import { runOf, scheduleOf, type JobSketch } from './run-builder.ts';

const oneGpu = [{ nodes: 1, gpusPerNode: 1 }];
const startAll = policyThat(({ view, plan }) => {
  for (const job of waitingJobs(view.queue)) plan.start(job);
});

describe('a run', () => {
  it('is over when its last job ends, even if a policy once wanted to be asked again later', () => {
    // The second job's reservation is at 1000, where the first was expected to end; it ended at 10.
    const jobs: JobSketch[] = [
      { gpus: 1, runUs: 10, estimateUs: 1000 },
      { gpus: 1, runUs: 10 },
    ];
    const run = runOf({ pools: oneGpu, jobs, scheduling: 'conservative-backfill', placement: 'count' });
    expect(scheduleOf(run)).toEqual([
      [0, 10],
      [10, 20],
    ]);
    expect([run.log.endUs, run.simulation.nowUs]).toEqual([20, 20]);
  });

  it('asks a policy again at the instant that its last answer names, and at no other if nothing happens', () => {
    const askedUs: number[] = [];
    const answers = [70, 50, NEVER, 90, 95];
    const scheduling = policyThat(({ view, plan }) => {
      askedUs.push(view.nowUs);
      if (view.nowUs === 95) plan.start(waitingJobs(view.queue)[0]!);
      return answers[askedUs.length - 1] ?? NEVER;
    });
    const jobs: JobSketch[] = [0, 10, 80].map((submitUs) => ({ gpus: 1, runUs: 0, submitUs }));
    runOf({ pools: oneGpu, jobs, scheduling, placement: 'count' });
    // At 0 it answers 70, at 10 50 in place of 70, at 50 NEVER, at 80 90, at 90 95; then whenever a job of no length ends.
    expect(askedUs).toEqual([0, 10, 50, 80, 90, 95, 95, 95]);
  });

  it('asks once an instant, after all ends and all arrivals of that instant', () => {
    const seen: [number, number, number][] = [];
    const scheduling = policyThat(({ view, plan }) => {
      seen.push([view.nowUs, view.queue.length, view.freeGpus(0)]);
      for (const job of waitingJobs(view.queue)) plan.start(job);
    });
    const jobs: JobSketch[] = [0, 0, 5, 5, 5].map((submitUs) => ({ gpus: 1, runUs: 5, submitUs }));
    const run = runOf({ pools: [{ nodes: 2, gpusPerNode: 1 }], jobs, scheduling, placement: 'count' });
    // At 10 two end and one waits; at 15 nobody waits, and the policy is spared.
    expect(seen).toEqual([
      [0, 2, 2],
      [5, 3, 2],
      [10, 1, 2],
    ]);
    expect(run.simulation.decisions).toBe(4);
    expect([run.simulation.events, run.simulation.settled]).toEqual([10, 5]);
  });

  it('stops at its horizon: what runs is cut off there, what waits has waited until then', () => {
    const jobs: JobSketch[] = [
      { gpus: 1, runUs: 10 },
      { gpus: 1, runUs: 100, submitUs: 2 },
      { gpus: 1, runUs: 10, submitUs: 3 },
      { gpus: 1, runUs: 10, submitUs: 51 },
    ];
    const run = runOf({ pools: oneGpu, jobs, scheduling: 'fifo', placement: 'count', horizonUs: 50 });
    const { outcome, waitUs, ranUs, endUs } = run.metrics.outcomes;
    expect([...outcome]).toEqual([Outcome.Done, Outcome.Running, Outcome.Waiting, Outcome.NotSubmitted]);
    expect([...waitUs]).toEqual([0, 8, 47, 0]);
    expect([...ranUs]).toEqual([10, 40, 0, 0]);
    expect([...endUs]).toEqual([10, -1, -1, -1]);
    expect(run.log.endUs).toBe(50);
    expect(run.log.of(FactKind.CutOff).map(({ subject, timeUs }) => [subject, timeUs])).toEqual([[1, 50]]);
  });

  it('still sees what happens at its horizon, and nothing after', () => {
    const jobs: JobSketch[] = [
      { gpus: 1, runUs: 50 },
      { gpus: 1, runUs: 1, submitUs: 50 },
    ];
    const run = runOf({ pools: oneGpu, jobs, scheduling: startAll, placement: 'count', horizonUs: 50 });
    expect(scheduleOf(run)).toEqual([
      [0, 50],
      [50, -1],
    ]);
    expect(run.metrics.outcomes.ranUs[1]).toBe(0);
  });

  it('without jobs is over at once', () => {
    const run = runOf({ pools: oneGpu, jobs: [], scheduling: 'easy-backfill', placement: 'best-fit' });
    expect([run.log.endUs, run.log.facts.length, run.simulation.events]).toEqual([0, 0, 0]);
  });

  it('ends in an error that says who waits for what if nothing will ever happen again', () => {
    const jobs: JobSketch[] = [
      { gpus: 1, runUs: 5 },
      { gpus: 2, runUs: 5, submitUs: 1 },
    ];
    const run = (placement: string) => (): unknown =>
      runOf({ pools: [{ nodes: 1, gpusPerNode: 1 }], jobs, scheduling: 'fifo', schedulingName: 'fifo', placement });
    expect(run('count')).toThrow(
      'policy "fifo" at 0.000005 s: cannot end the run: 1 jobs still wait, first job j1 (no-capacity): ' +
        'nothing runs and nothing will happen any more; let the policy start them, ' +
        'or choose a placement or a cluster that can hold them',
    );
    const lazy = policyThat(() => undefined);
    expect(() => runOf({ pools: oneGpu, jobs, scheduling: lazy, placement: 'count' })).toThrow(/first job j0 \(none\)/);
  });

  it('shows a plan at once: what was started is no longer in the queue or free, what was refused has changed nothing', () => {
    const scheduling = policyThat(({ view, plan }) => {
      if (view.queue.length < 3) {
        for (const job of waitingJobs(view.queue)) plan.start(job);
        return;
      }
      const [first, second, third] = waitingJobs(view.queue);
      expect(plan.start(first!)).toBe(Refusal.None);
      expect([view.freeGpus(0), view.queue.length, view.queue.head()]).toEqual([1, 2, second]);
      expect(plan.start(second!)).toBe(Refusal.NoCapacity);
      expect([view.freeGpus(0), view.queue.length, view.queue.head()]).toEqual([1, 2, second]);
      plan.reject(second!);
      expect([view.freeGpus(0), view.queue.length, view.queue.head()]).toEqual([1, 1, third]);
    });
    const jobs: JobSketch[] = [
      { gpus: 1, runUs: 5 },
      { gpus: 2, runUs: 5 },
      { gpus: 2, runUs: 5 },
    ];
    const run = runOf({ pools: [{ nodes: 1, gpusPerNode: 2 }], jobs, scheduling, placement: 'count' });
    expect(scheduleOf(run)).toEqual([
      [0, 5],
      [-1, 0],
      [5, 10],
    ]);
  });
});
