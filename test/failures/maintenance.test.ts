import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import type { Maintenance } from '../../src/sim/model/maintenance.ts';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { GpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { clusterOf, runOf, type RunSketch } from '../engine/run-builder.ts';
import { Story } from './story.ts';
import { worldOf } from './worlds.ts';

const pools = [{ nodes: 2, gpusPerNode: 1 }];

const upgrade: Maintenance = {
  name: 'upgrade',
  scope: 'node',
  startUs: 10,
  everyUs: NEVER,
  takesUs: 5,
  batch: 1,
  mode: 'drain',
  patienceUs: NEVER,
};

/** Two nodes of one GPU in maintenance, and whatever else is said. */
function told(plan: Partial<Maintenance>, rest: Partial<RunSketch> = {}, classes: Parameters<typeof worldOf>[0] = []) {
  const story = new Story();
  const uses = new GpuTimeUses(clusterOf(rest.pools ?? pools));
  runOf(
    {
      pools,
      jobs: [{ runUs: 30, gpus: 1 }],
      scheduling: 'fifo',
      placement: 'first-fit',
      horizonUs: 100,
      failures: {
        model: { ...worldOf(classes), maintenance: [{ ...upgrade, ...plan }] },
        recovery: ['periodic-checkpoint', { interval: 100, stall: 2, persist: 1, restart: 4 }],
      },
      ...rest,
    },
    [story, uses],
  );
  return { lines: story.lines, uses };
}

describe('planned maintenance', () => {
  it('drains: a node that is due takes no more work, and is worked on when its gang has ended', () => {
    const jobs = [
      { runUs: 30, gpus: 1 },
      { submitUs: 12, runUs: 4, gpus: 1 },
      { submitUs: 17, runUs: 1, gpus: 2 },
    ];
    const { lines, uses } = told({}, { jobs });
    expect(lines).toEqual([
      '0 j0 starts on n0',
      '12 j1 starts on n1',
      '16 j1 ends',
      '30 j0 ends',
      '30 n0 In > Maintenance',
      '35 n0 Maintenance > In',
      // The next batch begins when the one before is back.
      '35 n1 In > Maintenance',
      '40 n1 Maintenance > In',
      '40 j2 starts on n0 n1',
      '41 j2 ends',
    ]);
    expect(uses.total('maintenance')).toBe(10);
    expect(uses.total('useful')).toBe(36);
  });

  it('loses patience: gangs that are still there are stopped with their work kept, at the cost of any preemption', () => {
    const { lines, uses } = told({ patienceUs: 5 }, { resumeOverheadUs: 3 });
    expect(lines).toEqual([
      '0 j0 starts on n0',
      '15 j0 stops for Maintenance',
      '15 n0 In > Maintenance',
      '15 j0 starts on n1',
      '20 n0 Maintenance > In',
      // 15 us done, 3 to resume, 7 more done by 25.
      '25 j0 stops for Maintenance',
      '25 n1 In > Maintenance',
      '25 j0 starts on n0',
      '30 n1 Maintenance > In',
      '36 j0 ends',
    ]);
    expect(uses.total('restart')).toBe(6);
    expect(uses.total('lost')).toBe(0);
  });

  it('migrates: gangs write a last checkpoint, holding their GPUs, and pay a restart where they go on', () => {
    const { lines, uses } = told({ mode: 'migrate' }, { resumeOverheadUs: 3 });
    expect(lines).toEqual([
      '0 j0 starts on n0',
      // 2 us of stall and 1 until it is safe.
      '13 j0 stops for Maintenance',
      '13 n0 In > Maintenance',
      '13 j0 starts on n1',
      '18 n0 Maintenance > In',
      // Due at 18, after 4 us of restart and 1 of work.
      '21 j0 stops for Maintenance',
      '21 n1 In > Maintenance',
      '21 j0 starts on n0',
      '26 n1 Maintenance > In',
      '44 j0 ends',
    ]);
    expect(uses.total('useful')).toBe(30);
    expect(uses.total('checkpoint')).toBe(6);
    expect(uses.total('restart')).toBe(8);
  });

  it('preempts at once', () => {
    expect(told({ mode: 'preempt' }).lines.slice(0, 4)).toEqual([
      '0 j0 starts on n0',
      '10 j0 stops for Maintenance',
      '10 n0 In > Maintenance',
      '10 j0 starts on n1',
    ]);
  });

  it('comes again, and leaves a round out that is due while the last goes on', () => {
    const shifts = told({ everyUs: 8, takesUs: 10 }, { jobs: [], horizonUs: 60 }).lines;
    expect(shifts.filter((line) => line.endsWith('> Maintenance'))).toEqual([
      '10 n0 In > Maintenance',
      '20 n1 In > Maintenance',
      // 18 and 26 fall into the first round, which ends at 30.
      '34 n0 In > Maintenance',
      '44 n1 In > Maintenance',
      '58 n0 In > Maintenance',
    ]);
  });

  it('works on a domain when all its nodes are empty, and on several at a time', () => {
    const racks = [{ nodes: 6, gpusPerNode: 1, nodesPerRack: 2 }];
    const jobs = [{ runUs: 20, gpus: 1 }];
    const { lines } = told({ scope: 'rack', batch: 2 }, { pools: racks, jobs });
    expect(lines.filter((line) => line.includes(' n') && line.includes('>'))).toEqual([
      '10 n1 In > Maintenance',
      '10 n2 In > Maintenance',
      '10 n3 In > Maintenance',
      '15 n2 Maintenance > In',
      '15 n3 Maintenance > In',
      '20 n0 In > Maintenance',
      '25 n0 Maintenance > In',
      '25 n1 Maintenance > In',
      '25 n4 In > Maintenance',
      '25 n5 In > Maintenance',
      '30 n4 Maintenance > In',
      '30 n5 Maintenance > In',
    ]);
  });

  it('lets a fault on a drained node take back what was not safe, and works on it while it is mended', () => {
    const lifetimes = recordedLifetimes([{ fromUs: 12, toUs: 40 }]);
    const { lines, uses } = told({}, { horizonUs: 60 }, [{ name: 'n0', only: 0, lifetimes, detectionUs: 3 }]);
    expect(lines).toEqual([
      '0 j0 starts on n0',
      '12 j0 stalls',
      '15 j0 comes off',
      '15 n0 In > Down',
      '15 j0 starts on n1',
      // The work on it began as soon as it was empty and was done at 20; the repair takes longer.
      '40 n0 Down > In',
      '49 j0 ends',
      '49 n1 In > Maintenance',
      '54 n1 Maintenance > In',
    ]);
    expect(uses.total('lost')).toBe(12);
    expect(uses.total('detection')).toBe(3);
  });

  it('a fault in the middle of a last checkpoint takes back all that was not safe before it', () => {
    const lifetimes = recordedLifetimes([{ fromUs: 12, toUs: 13 }]);
    const { lines, uses } = told({ mode: 'migrate' }, { horizonUs: 60 }, [{ only: 0, lifetimes }]);
    expect(lines.slice(0, 4)).toEqual(['0 j0 starts on n0', '12 j0 stalls', '12 j0 comes off', '12 n0 In > Down']);
    expect(uses.total('lost')).toBe(10);
    // 2 us of the last checkpoint were spent in vain; another one is written when node 1 is due.
    expect(uses.total('checkpoint')).toBeGreaterThanOrEqual(2);
  });
});
