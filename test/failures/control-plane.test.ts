import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/sim/contract/refusal.ts';
import { mergedDownTimes, recordedLifetimes, repeatedLifetimes, type DownTime } from '../../src/sim/model/lifetimes.ts';
import { CAUSES } from '../../src/sim/record/wait-cause-times.ts';
import { runOf, scheduleOf, type RunSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';
import { Story } from './story.ts';
import { worldOf } from './worlds.ts';

const controlPlane = { name: 'scheduler', scope: 'control-plane' as const };

/** Nodes of one GPU, whose control plane is away then. */
function sketchOf(away: readonly DownTime[], more: Partial<RunSketch>): RunSketch {
  return {
    pools: [{ nodes: 2, gpusPerNode: 1 }],
    jobs: [],
    scheduling: 'fifo',
    placement: 'first-fit',
    failures: {
      model: worldOf([{ ...controlPlane, lifetimes: recordedLifetimes(away) }]),
      recovery: ['restart', {}],
    },
    ...more,
  };
}

describe('without the control plane', () => {
  it('gangs go on and end, nothing begins, and at its return all is decided at once', () => {
    const jobs = [
      { gpus: 1, runUs: 100 },
      { gpus: 1, runUs: 300 },
      { gpus: 1, runUs: 50, submitUs: 20 },
      { gpus: 1, runUs: 50, submitUs: 160 },
    ];
    const finished = runOf(sketchOf([{ fromUs: 80, toUs: 200 }], { jobs }));
    expect(scheduleOf(finished)).toEqual([
      [0, 100],
      [0, 300],
      [200, 250],
      [250, 300],
    ]);
    const waits = (job: number, cause: Refusal): number => finished.metrics.causes.waitedUs[job * CAUSES + cause - 1]!;
    // From 20 to 80 there was no room; what there was later could not be given. The last waits for room again from 200 on.
    expect([waits(2, Refusal.NoCapacity), waits(2, Refusal.NoControlPlane)]).toEqual([60, 120]);
    expect([waits(3, Refusal.NoCapacity), waits(3, Refusal.NoControlPlane)]).toEqual([50, 40]);
    const shown = finished.metrics.figures({ endUs: 300, events: 1, decisions: 1 }).waitByCause;
    expect(shown).toContainEqual({ cause: 'no-control-plane', jobS: 160e-6, gpuS: 160e-6 });
  });

  it('spares stand by: the gang waits until it is back, and has them then', () => {
    const story = new Story();
    const broken = { name: 'node 0', only: 0, lifetimes: recordedLifetimes([{ fromUs: 100, toUs: 500 }]) };
    const run = (away: DownTime): readonly string[] => {
      story.lines.length = 0;
      const model = worldOf([broken, { ...controlPlane, lifetimes: recordedLifetimes([away]) }]);
      runOf(
        {
          pools: [{ nodes: 3, gpusPerNode: 1 }],
          jobs: [{ gpus: 2, runUs: 200 }],
          scheduling: 'fifo',
          placement: 'first-fit',
          failures: { model: { ...model, spares: [{ pool: 0, nodes: 1, takeOverUs: 7 }] }, recovery: ['restart', {}] },
        },
        [story],
      );
      return story.lines;
    };
    expect(run({ fromUs: 20, toUs: 90 })).toContain('100 j0 starts on n2 n1');
    expect(run({ fromUs: 90, toUs: 160 })).toEqual([
      '0 n2 In > Reserved',
      '0 j0 starts on n0 n1',
      '100 j0 stalls',
      '100 j0 comes off',
      '100 n0 In > Down',
      '160 n2 Reserved > In',
      '160 j0 starts on n1 n2',
      '360 j0 ends',
    ]);
    // The node is back first: no spare is needed any more.
    expect(run({ fromUs: 90, toUs: 510 })).toContain('510 j0 starts on n0 n1');
  });

  it('people go on with repairs, and the node is given out when it is back', () => {
    const broken = { name: 'node', only: 0, lifetimes: recordedLifetimes([{ fromUs: 50, toUs: 120 }]) };
    const away = { ...controlPlane, lifetimes: recordedLifetimes([{ fromUs: 40, toUs: 200 }]) };
    const story = new Story();
    const jobs = [{ gpus: 1, runUs: 100 }];
    const failures = { model: worldOf([broken, away]), recovery: ['restart', {}] as const };
    runOf({ pools: [{ nodes: 1, gpusPerNode: 1 }], jobs, scheduling: 'fifo', placement: 'count', failures }, [story]);
    expect(story.lines).toEqual([
      '0 j0 starts on n0',
      '50 j0 stalls',
      '50 j0 comes off',
      '50 n0 In > Down',
      '120 n0 Down > In',
      '200 j0 starts on n0',
      '300 j0 ends',
    ]);
  });

  it('each job begins when the first server is free and there is somebody to see it: as one by one', () => {
    let waitedForIt = 0;
    const time = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.record({ gapUs: fc.nat(200), runUs: time }), { minLength: 1, maxLength: 30 }),
        fc.array(fc.record({ gapUs: time, lastsUs: time }), { maxLength: 8 }),
        (servers, sketches, outages) => {
          let clock = 0;
          const jobs = sketches.map(({ gapUs, runUs }) => ({ gpus: 1, runUs, submitUs: (clock += gapUs) }));
          let at = 0;
          const away = outages.map(({ gapUs, lastsUs }) => {
            const fromUs = at + gapUs;
            at = fromUs + lastsUs;
            return { fromUs, toUs: at };
          });
          const freeUs = new Array<number>(servers).fill(0);
          let headUs = 0;
          const expected = jobs.map(({ submitUs, runUs }) => {
            const first = freeUs.indexOf(Math.min(...freeUs));
            const ready = Math.max(submitUs, freeUs[first]!, headUs);
            const startUs = mergedDownTimes(away).find(({ fromUs, toUs }) => fromUs <= ready && ready < toUs)?.toUs;
            if (startUs !== undefined) waitedForIt++;
            headUs = startUs ?? ready;
            freeUs[first] = headUs + runUs;
            return [headUs, headUs + runUs];
          });
          const run = runOf(sketchOf(away, { jobs, pools: [{ nodes: servers, gpusPerNode: 1 }] }));
          expect(scheduleOf(run)).toEqual(expected);
          const waited = run.metrics.causes.waitedUs.reduce((sum, us) => sum + us, 0);
          expect(waited).toBe(run.metrics.outcomes.waitUs.reduce((sum, us) => sum + us, 0));
        },
      ),
      { numRuns: 200, seed },
    );
    expect(waitedForIt).toBeGreaterThan(100);
  });

  it('for 10 % of the time, with room for all, jobs wait 10 % of half of an outage on average', () => {
    // One a second, in the middle of it: of ten in a hundred that come in an outage of 10 s, the mean wait is 5 s.
    const jobs = Array.from({ length: 2000 }, (_, second) => ({ gpus: 1, runUs: 1e6, submitUs: second * 1e6 + 5e5 }));
    const { metrics } = runOf({
      pools: [{ nodes: 1, gpusPerNode: 1000 }],
      jobs,
      scheduling: 'fifo',
      placement: 'count',
      failures: {
        model: worldOf([{ ...controlPlane, lifetimes: repeatedLifetimes(90e6, 10e6, 100e6) }]),
        recovery: ['restart', {}],
      },
    });
    expect(metrics.outcomes.waitUs.reduce((sum, us) => sum + us, 0) / jobs.length).toBe(0.1 * 0.5 * 10e6);
  });
});
