import { describe, expect, it } from 'vitest';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import type { JobCrashClass } from '../../src/sim/model/failure-model.ts';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { runOf, type JobSketch } from '../engine/run-builder.ts';
import { failuresBySeed } from './scenario-runs.ts';
import { Story } from './story.ts';
import { worldOf } from './worlds.ts';

const US_PER_HOUR = 3600e6;

/** Runs the jobs on 2 nodes of one GPU; what crashes does so 100 us after each start. */
function runCrashing(
  crashes: Partial<JobCrashClass>,
  recovery: readonly [string, ParameterValues],
  jobs: readonly JobSketch[] = [{ runUs: 300, gpus: 1 }],
  faultUs: number[] = [],
) {
  const story = new Story();
  const downTimes = faultUs.map((fromUs) => ({ fromUs, toUs: fromUs + 10 }));
  const model = {
    ...worldOf([{ lifetimes: recordedLifetimes(downTimes), only: 0 }]),
    jobCrashes: [{ name: 'out of memory', jobs: [0], timeToCrashUs: () => 100, times: Infinity, ...crashes }],
  };
  const { metrics, simulation } = runOf(
    {
      pools: [{ nodes: 2, gpusPerNode: 1 }],
      jobs,
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: { model, recovery },
    },
    [story],
  );
  const figures = metrics.failures!.figures();
  return { lines: story.lines, metrics, figures, endUs: simulation.nowUs };
}

describe('a job that its own software kills', () => {
  it('starts anew at once and takes no node with it', () => {
    const { lines, figures } = runCrashing({ times: 2 }, ['restart', {}]);
    expect(lines).toEqual([
      '0 j0 starts on n0',
      '100 j0 stalls',
      '100 j0 comes off',
      '100 j0 starts on n0',
      '200 j0 stalls',
      '200 j0 comes off',
      '200 j0 starts on n0',
      '500 j0 ends',
    ]);
    expect([figures.jobCrashes, figures.interruptions, figures.faults]).toEqual([2, 2, 0]);
    expect(figures.byClass.map(({ component, faults, interruptions }) => [component, faults, interruptions])).toEqual([
      ['node', 0, 0],
      ['out of memory', 2, 2],
    ]);
    expect(figures.byClass[1]!.lostGpuHours).toBeCloseTo(200 / US_PER_HOUR, 15);
    expect(figures.gpuHours.down).toBe(0);
    expect(figures.faultsOverTime.counts).toEqual([[0, 2]]);
  });

  it('goes on from its last checkpoint, after the load', () => {
    // Every 40 us: 80 are safe at 100. Load of 7, crash at 200 with 93 done, of which 80 are safe; 140 are left.
    const { metrics } = runCrashing({ times: 2 }, ['periodic-checkpoint', { interval: 40, stall: 0, restart: 7 }]);
    expect(metrics.outcomes.endUs[0]).toBe(200 + 7 + 140);
  });

  it('is given up after its attempts, and what the fruitless runs cost is a line of its own', () => {
    const { metrics, figures, endUs } = runCrashing({}, ['restart', { attempts: 6, backoff: 10, backoffFactor: 1 }]);
    expect(metrics.outcomes.outcome[0]).toBe(Outcome.Failed);
    expect(endUs).toBe(6 * 100 + 5 * 10);
    // Six fruitless runs, three of them beyond the third.
    expect(figures.crashLoops).toMatchObject({ jobs: 1, requeues: 3, worst: [{ job: 'j0', requeues: 3 }] });
    expect(figures.crashLoops.gpuHours).toBeCloseTo(300 / US_PER_HOUR, 15);
  });

  it('does not crash when it is done sooner, nor while a fault keeps it from running', () => {
    const short = runCrashing({}, ['restart', {}], [{ runUs: 100, gpus: 1 }]);
    expect(short.metrics.outcomes.endUs[0]).toBe(100);
    expect(short.figures.jobCrashes).toBe(0);
    // Struck at 50 and found at once, it goes on elsewhere, where its 100 us count anew.
    const struck = runCrashing({ times: 1 }, ['restart', {}], [{ runUs: 300, gpus: 1 }], [50]);
    expect(struck.lines.filter((line) => line.includes('starts'))).toEqual([
      '0 j0 starts on n0',
      '50 j0 starts on n1',
      '150 j0 starts on n0',
    ]);
  });

  it('moves nobody else, and with a greater share those of a smaller one still crash', async () => {
    const scenario = (share: number) => ({
      name: 'crashes',
      cluster: { pools: [{ name: 'a', nodes: 8, gpusPerNode: 8 }] },
      workload: {
        jobs: Array.from({ length: 40 }, (_, job) => ({ id: `j${job}`, gpus: 8, submit: '0s', run: '10h' })),
      },
      policies: { scheduling: 'fifo', placement: 'first-fit' },
      failures: {
        recovery: { name: 'restart', attempts: 3 },
        jobCrashes: [{ name: 'bug', share, timeToCrash: { kind: 'deterministic', value: '1h' } }],
      },
    });
    const givenUp: number[] = [];
    for (const share of [0, 0.25, 0.5, 1]) givenUp.push((await failuresBySeed(scenario(share), [1]))[0]!.givenUp);
    expect(givenUp[0]).toBe(0);
    expect(givenUp[3]).toBe(40);
    expect(givenUp[1]).toBeGreaterThan(4);
    expect(givenUp[1]).toBeLessThan(17);
    expect(givenUp[2]).toBeGreaterThan(givenUp[1]!);
  });
});
