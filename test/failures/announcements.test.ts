import { describe, expect, it } from 'vitest';
import type { Announcement } from '../../src/sim/model/failure-model.ts';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { NodeStatus } from '../../src/sim/model/node-status.ts';
import { StopCause } from '../../src/sim/model/planned-stop.ts';
import { GpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { clusterOf, runOf, type RunSketch } from '../engine/run-builder.ts';
import { Story } from './story.ts';
import { worldOf } from './worlds.ts';

const pools = [{ nodes: 2, gpusPerNode: 1 }];
const checkpoints = ['periodic-checkpoint', { interval: 12, stall: 2, persist: 1, restart: 4 }] as const;

const reclaim: Announcement = { cause: StopCause.Reclaim, share: 1, leadUs: 5, status: NodeStatus.Down };
const prediction: Announcement = {
  cause: StopCause.Prediction,
  share: 1,
  leadUs: 5,
  status: NodeStatus.RepairQueue,
};

/** Node 0 is gone from 20 to 30, and that is announced so. */
function told(announced: Announcement, rest: Partial<RunSketch['failures']> = {}) {
  const story = new Story();
  const uses = new GpuTimeUses(clusterOf(pools));
  const lifetimes = recordedLifetimes([{ fromUs: 20, toUs: 30 }]);
  const { metrics } = runOf(
    {
      pools,
      jobs: [{ runUs: 30, gpus: 1 }],
      scheduling: 'fifo',
      placement: 'first-fit',
      horizonUs: 60,
      failures: { model: worldOf([{ only: 0, lifetimes, announced }]), recovery: checkpoints, ...rest },
    },
    [story, uses],
  );
  return { lines: story.lines, uses, figures: metrics.failures!.figures() };
}

describe('a node that is reclaimed with notice', () => {
  it('is left with all work saved if a checkpoint fits in the notice', () => {
    // By 15 one checkpoint was written (12 to 14) and 13 us of work done; the last takes 2 us and 1 to be safe.
    const { lines, uses } = told(reclaim);
    expect(lines).toEqual([
      '0 j0 starts on n0',
      '18 j0 stops for Reclaim',
      '18 n0 In > Down',
      '18 j0 starts on n1',
      '30 n0 Down > In',
      // 4 us of restart, 17 of work, and a checkpoint in between.
      '41 j0 ends',
    ]);
    expect([uses.total('useful'), uses.total('lost'), uses.total('checkpoint')]).toEqual([30, 0, 2 + 3 + 2]);
  });

  it('is neither a fault nor a repair in the figures', () => {
    const { figures } = told(reclaim);
    expect(figures).toMatchObject({ faults: 0, reclaims: 1, interruptions: 0, meanTimeToRepairH: null });
    expect(told(prediction).figures).toMatchObject({ faults: 1, reclaims: 0 });
  });

  it('takes what is not safe with it if a checkpoint does not fit', () => {
    const { lines, uses } = told({ ...reclaim, leadUs: 2 });
    expect(lines).toEqual([
      '0 j0 starts on n0',
      '20 j0 stalls',
      '20 j0 comes off',
      '20 n0 In > Down',
      '20 j0 starts on n1',
      '30 n0 Down > In',
      '44 j0 ends',
    ]);
    // Safe were the 12 us before the checkpoint, since 15; 6 were done after it.
    expect([uses.total('useful'), uses.total('lost')]).toEqual([30, 6]);
  });

  it('takes all work of a gang that writes no checkpoints with it', () => {
    const { uses } = told(reclaim, { recovery: ['restart', {}] });
    expect(uses.total('lost')).toBe(20);
  });

  it('lets nobody in from the notice on, and is announced at once if it is back for less than the notice', () => {
    const lifetimes = recordedLifetimes([
      { fromUs: 20, toUs: 30 },
      { fromUs: 33, toUs: 40 },
    ]);
    const { lines } = told(reclaim, { model: worldOf([{ only: 0, lifetimes, announced: reclaim }]) });
    expect(lines.filter((line) => line.includes('n0 '))).toEqual([
      '18 n0 In > Down',
      // Back and gone again at one instant: the notice of the next reclaim has begun.
      '30 n0 Down > In',
      '30 n0 In > Down',
      '40 n0 Down > In',
    ]);
  });
});

describe('a predicted fault', () => {
  it('hits nobody: the node is empty when it comes, and is mended after it', () => {
    const { lines, uses } = told(prediction);
    expect(lines.filter((line) => line.includes('n0'))).toEqual([
      '0 j0 starts on n0',
      '18 n0 In > RepairQueue',
      '20 n0 RepairQueue > Down',
      '30 n0 Down > In',
    ]);
    expect(lines).toContain('18 j0 stops for Prediction');
    expect(uses.total('lost')).toBe(0);
  });

  it('is not predicted where luck says so', () => {
    expect(told({ ...prediction, share: 0 }).lines[1]).toBe('20 j0 stalls');
  });

  it('that does not come costs a migration, and the node is back when its time has passed', () => {
    let draws = 0;
    const falseUs = (): number => (draws++ === 0 ? 2 : Infinity);
    const { lines } = told({ ...prediction, share: 0, falseUs });
    expect(lines).toEqual([
      '0 j0 starts on n0',
      '5 j0 stops for Prediction',
      '5 n0 In > RepairQueue',
      '5 j0 starts on n1',
      '7 n0 RepairQueue > In',
      '20 n0 In > Down',
      '30 n0 Down > In',
      // 2 us of work were done before, 28 after 4 of restart, with two checkpoints.
      '41 j0 ends',
    ]);
  });
});
