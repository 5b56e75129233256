import { describe, expect, it } from 'vitest';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { GpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { RecoveryPhases } from '../../src/sim/record/recovery-phases.ts';
import { SpareLevel } from '../../src/sim/record/spare-level.ts';
import { clusterOf, runOf } from '../engine/run-builder.ts';
import { Story } from './story.ts';
import { nodesThatFail, worldOf } from './worlds.ts';

const DAY_US = 86_400e6;

/** Useful GPU-hours of 60 days of one job on 32 nodes of one GPU that fail every 400 h each, with so many spares. */
function usefulHours(spares: number, luck: number): number {
  const pools = [{ nodes: 32 + spares, gpusPerNode: 1 }];
  const failing = { ...nodesThatFail(400, { kind: 'lognormal', median: 12 * 3600, sigma: 0.5 }), detectionUs: 120e6 };
  const model = {
    ...worldOf([failing], luck, 3),
    ...(spares > 0 ? { spares: [{ pool: 0, nodes: spares, takeOverUs: 60e6 }] } : {}),
  };
  const uses = new GpuTimeUses(clusterOf(pools));
  runOf(
    {
      pools,
      jobs: [{ runUs: 100 * DAY_US, gpus: 32 }],
      scheduling: 'fifo',
      placement: 'first-fit',
      horizonUs: 60 * DAY_US,
      failures: { model, recovery: ['periodic-checkpoint', { interval: 3600e6, stall: 20e6, restart: 300e6 }] },
    },
    [uses],
  );
  return uses.total('useful') / 3600e6;
}

describe('too few spares', () => {
  it('cost useful time, the more the fewer, by the same faults', () => {
    const lucks = [1, 2, 3, 4];
    const useful = [0, 1, 2, 3, 4].map((spares) => lucks.map((luck) => usefulHours(spares, luck)));
    for (let spares = 1; spares < useful.length; spares++) {
      const gains = lucks.map((_, at) => useful[spares]![at]! - useful[spares - 1]![at]!);
      const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
      expect(mean).toBeGreaterThan(0);
      // With the same luck, one spare more is hardly ever worth less.
      expect(gains.filter((gain) => gain < 0).length).toBeLessThanOrEqual(1);
    }
  });
});

describe('spares of some jobs alone', () => {
  const down = (fromUs: number, node: number) => {
    return { name: `n${node} ${fromUs}`, only: node, lifetimes: recordedLifetimes([{ fromUs, toUs: fromUs + 1000 }]) };
  };

  /** Jobs 0 and 1 on two nodes each, job 2 on a fifth; the last two nodes are spares, node 5 for job 0 alone. */
  function told(faults: readonly (readonly [fromUs: number, node: number])[]): string[] {
    const story = new Story();
    const spares = [
      { pool: 0, nodes: 1, takeOverUs: 0 },
      { pool: 0, nodes: 1, takeOverUs: 0, jobs: new Set([0]) },
    ];
    runOf(
      {
        pools: [{ nodes: 7, gpusPerNode: 1 }],
        jobs: [2, 2, 1].map((gpus) => ({ runUs: 10_000, gpus })),
        scheduling: 'fifo',
        placement: 'first-fit',
        horizonUs: 3000,
        failures: {
          model: { ...worldOf(faults.map(([fromUs, node]) => down(fromUs, node))), spares },
          recovery: ['restart', {}],
        },
      },
      [story],
    );
    return story.lines.filter((line) => !/stalls|comes off|cut off/.test(line) && !line.startsWith('0 j'));
  }

  it('wait for those, who take them before the spares of all', () => {
    const faults = [
      [100, 0],
      [200, 1],
    ] as const;
    expect(told(faults)).toEqual([
      '0 n6 In > Reserved',
      '0 n5 In > Reserved',
      '100 n5 Reserved > In',
      '100 n0 In > Down',
      '100 j0 starts on n5 n1',
      '200 n6 Reserved > In',
      '200 n1 In > Down',
      '200 j0 starts on n5 n6',
      // The spares of all are listed first, and filled up first.
      '1100 n0 Down > Reserved',
      '1200 n1 Down > Reserved',
    ]);
  });

  it('are not for others, who queue while they stand ready', () => {
    const faults = [
      [100, 2],
      [200, 3],
      [300, 0],
      [1400, 1],
      [1500, 2],
    ] as const;
    expect(told(faults).slice(2)).toEqual([
      '100 n6 Reserved > In',
      '100 n2 In > Down',
      '100 j1 starts on n6 n3',
      '200 n3 In > Down',
      '300 n5 Reserved > In',
      '300 n0 In > Down',
      '300 j0 starts on n5 n1',
      // As long as job 1 waits, nobody is kept.
      '1100 n2 Down > In',
      '1100 j1 starts on n2 n6',
      '1200 n3 Down > Reserved',
      '1300 n0 Down > Reserved',
      '1400 n0 Reserved > In',
      '1400 n1 In > Down',
      '1400 j0 starts on n5 n0',
      '1500 n3 Reserved > In',
      '1500 n2 In > Down',
      '1500 j1 starts on n3 n6',
      '2400 n1 Down > Reserved',
      '2500 n2 Down > Reserved',
    ]);
  });
});

describe('a recovery that is told phase by phase', () => {
  const US_PER_HOUR = 3600e6;

  /** One job of 8 nodes; node 3 is down from 250 to 900 us, which is found after 5. */
  function told(spares: number): { readonly us: Record<string, number>; readonly level: unknown } {
    const faulty = { only: 3, detectionUs: 5, lifetimes: recordedLifetimes([{ fromUs: 250, toUs: 900 }]) };
    const phases = new RecoveryPhases(1);
    const level = new SpareLevel();
    runOf(
      {
        pools: [{ nodes: 8 + spares, gpusPerNode: 1 }],
        jobs: [{ runUs: 1000, gpus: 8 }],
        scheduling: 'fifo',
        placement: 'first-fit',
        failures: {
          model: {
            ...worldOf([faulty]),
            ...(spares > 0 ? { spares: [{ pool: 0, nodes: spares, takeOverUs: 30 }] } : {}),
          },
          recovery: ['periodic-checkpoint', { interval: 100, stall: 0, restart: 20, warmUp: 7 }],
        },
      },
      [phases, level],
    );
    const rounded = Object.entries(phases.figures()).map(([phase, { hours, gpuHours }]) => {
      expect(gpuHours).toBeCloseTo(8 * hours, 15);
      return [phase, Math.round(hours * US_PER_HOUR)] as const;
    });
    return { us: Object.fromEntries(rounded), level: level.figures() };
  }

  it('waits for room without a spare', () => {
    const us = { detection: 5, scheduling: 900 - 255, takeOver: 0, load: 20, warmUp: 7 };
    expect(told(0)).toEqual({ us, level: null });
  });

  it('pays for the take-over with one, and says when it stood ready', () => {
    const us = { detection: 5, scheduling: 0, takeOver: 30, load: 20, warmUp: 7 };
    expect(told(1)).toEqual({ us, level: { fromS: [0, 255e-6, 900e-6], nodes: [1, 0, 1] } });
  });
});
