import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import type { Lifetimes } from '../../src/sim/model/failure-model.ts';
import { GpuTimeUses, gpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { clusterOf, runOf, type JobSketch } from '../engine/run-builder.ts';
import { worldOf } from './worlds.ts';

/** One fault of each component, after so long; repaired in `repairUs`. */
function onceAt(faultUs: number, repairUs: number): Lifetimes {
  return { nextFaultUs: (_, nowUs) => (nowUs === 0 ? faultUs : NEVER), repairUs: () => repairUs };
}

/** Runs the job on 2 nodes of 1 GPU for 1,000 us; its end, and where the time of node 0 went. */
function runSlow(classes: Parameters<typeof worldOf>[0], checkpoints: object = {}, job: Partial<JobSketch> = {}) {
  const pools = [{ nodes: 2, gpusPerNode: 1 }];
  const uses = new GpuTimeUses(clusterOf(pools));
  const { metrics } = runOf(
    {
      pools,
      jobs: [{ runUs: 300, gpus: 2, ...job }],
      scheduling: 'fifo',
      placement: 'first-fit',
      horizonUs: 1000,
      failures: {
        model: worldOf(classes),
        recovery: ['periodic-checkpoint', { interval: NEVER, stall: 0, ...checkpoints }],
      },
    },
    [uses],
  );
  const spent = gpuTimeUses.map((use, index) => [use, uses.gpuUs[index]!] as const).filter(([, us]) => us > 0);
  return { endUs: metrics.outcomes.endUs[0], uses: Object.fromEntries(spent) };
}

const ignored = { factor: 0.5, isIgnored: true };

describe('slow members', () => {
  it('let the gang run at the pace of the slowest until it passes', () => {
    // 100 us at full pace, found at 120, passed at 180: 80 us at half. Then 160 us more.
    const lifetimes = onceAt(100, 60);
    const one = runSlow([{ lifetimes, only: 0, detectionUs: 20, slow: ignored }]);
    expect(one).toEqual({ endUs: 340, uses: { useful: 300, degraded: 40, 'idle-free': 660 } });
    // Another at a quarter of the speed from 110 to 150: 10 + 30 us at half, 40 at a quarter; 100 + 20 + 10, 170 more.
    const two = runSlow([
      { lifetimes, only: 0, detectionUs: 20, slow: ignored },
      { name: 'link', lifetimes: onceAt(110, 40), only: 1, slow: { factor: 0.25, isIgnored: true } },
    ]);
    expect(two).toEqual({ endUs: 350, uses: { useful: 300, degraded: 50, 'idle-free': 650 } });
  });

  it('slow down a gang that starts there too, in whole us', () => {
    // Slow from 10 to 40; the gang begins at 20. 20 us at 0.3 are 6.
    const slow = { factor: 0.3, isIgnored: true };
    const run = runSlow([{ lifetimes: onceAt(10, 30), only: 1, slow }], {}, { submitUs: 20, runUs: 50 });
    expect(run).toEqual({ endUs: 20 + 20 + 44, uses: { useful: 50, degraded: 14, 'idle-free': 936 } });
  });

  it('stop the gang when they are found, unless that is ignored, and take back what was not safe', () => {
    // A checkpoint at 80; from 100 on at half pace: at 150 it has done 125 and is stopped, back at 80. Repaired at 190.
    const slow = { factor: 0.5, isIgnored: false };
    const run = runSlow([{ lifetimes: onceAt(100, 40), only: 0, detectionUs: 50, slow }], { interval: 80 });
    // 45 of work are lost and 25 us went to slowness; 220 more from 190 on.
    expect(run).toEqual({ endUs: 410, uses: { useful: 300, lost: 45, degraded: 25, down: 40, 'idle-free': 590 } });
  });

  it('slow the cycle of checkpoints in nothing but what is in them', () => {
    // Slow from 100 on for good. By then it has run for 90 us and stalled once for 10; 210 us of work are 420 at half
    // pace. A checkpoint after each 80 us of running, of 510 in all: six, five of them still to come.
    const slow = { factor: 0.5, isIgnored: true };
    const run = runSlow([{ lifetimes: onceAt(100, NEVER), only: 0, slow }], { interval: 80, stall: 10 });
    expect(run).toEqual({
      endUs: 100 + 420 + 50,
      uses: { useful: 300, checkpoint: 60, degraded: 210, 'idle-free': 430 },
    });
  });

  it('change nothing for a gang that holds its GPUs after its work', () => {
    const pools = [{ nodes: 1, gpusPerNode: 1 }];
    const { metrics } = runOf({
      pools,
      jobs: [{ runUs: 90, gpus: 1 }],
      teardownUs: 50,
      scheduling: 'fifo',
      placement: 'first-fit',
      horizonUs: 1000,
      failures: { model: worldOf([{ lifetimes: onceAt(100, 60), slow: ignored }]), recovery: ['restart', {}] },
    });
    expect(metrics.outcomes.endUs[0]).toBe(140);
  });
});
