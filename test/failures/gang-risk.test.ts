import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import type { GangRisk } from '../../src/sim/contract/recovery.ts';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { specOf, type PoolSketch } from '../engine/run-builder.ts';
import { worldOf } from './worlds.ts';

const neverFaults = recordedLifetimes([]);

const nodesAndRacks = [
  { name: 'node', lifetimes: neverFaults, meanTimeToFaultUs: 1000, perDomain: 2 },
  { name: 'rack', scope: 'rack', lifetimes: neverFaults, meanTimeToFaultUs: 400 },
] as const;

/** What a recovery policy is told of a gang of so many GPUs; of nodes of one, in racks of 4, unless it is said. */
function toldOf(
  gpus: number,
  classes: Parameters<typeof worldOf>[0] = nodesAndRacks,
  pools: readonly PoolSketch[] = [{ nodes: 12, gpusPerNode: 1, nodesPerRack: 4 }],
): GangRisk[] {
  const told: GangRisk[] = [];
  const spec = specOf({
    pools,
    jobs: [{ runUs: 10, gpus }],
    scheduling: 'fifo',
    placement: 'first-fit',
    failures: { model: worldOf(classes), recovery: ['restart', {}] },
  });
  const { model, recovery } = spec.failures!;
  const watching = {
    ...recovery,
    checkpoints: (gang: GangRisk) => {
      told.push(gang);
      return { everyUs: NEVER, stallUs: 0, persistUs: 0 };
    },
  };
  const simulation = new Simulation({ ...spec, failures: { model, recovery: watching } }, []);
  while (simulation.advance(100));
  return told;
}

describe('the mean time between faults that a recovery policy is told', () => {
  it.each([
    // Two components in each node; a rack's fault stops whoever has one GPU in it.
    [1, 2 / 1000 + 1 / 400],
    [4, 8 / 1000 + 1 / 400],
    [5, 10 / 1000 + 2 / 400],
    [12, 24 / 1000 + 3 / 400],
  ])('counts each domain once: %d nodes in racks of 4', (nodes, rate) => {
    const [gang, ...others] = toldOf(nodes);
    expect(others).toEqual([]);
    expect(gang!.nodes).toBe(nodes);
    expect(gang!.meanTimeToFaultUs * rate).toBeCloseTo(1, 12);
  });

  it.each([
    // Whoever has one GPU of a node is stopped by the faults of all of them.
    [1, 3 / 1000],
    [3, 3 / 1000],
    [4, 8 / 1000],
    [8, 8 / 1000],
  ])('counts all GPUs of a node where each may fail: %d of two nodes of 3 and one of 8', (gpus, rate) => {
    const pools = [
      { nodes: 2, gpusPerNode: 3 },
      { nodes: 1, gpusPerNode: 8 },
    ];
    const classes = [{ name: 'GPU', scope: 'gpu', lifetimes: neverFaults, meanTimeToFaultUs: 1000 }] as const;
    expect(toldOf(gpus, classes, pools)[0]!.meanTimeToFaultUs * rate).toBeCloseTo(1, 12);
  });
});

describe('the interval between checkpoints that a policy finds for 2,048 nodes of 50,000 h and a stall of 5 minutes', () => {
  it.each([
    ['optimal', 1.96201],
    ['daly', 1.962006],
    ['young', 2.017179],
  ])('by the rule %s', (rule, hours) => {
    const found: number[] = [];
    const spec = specOf({
      pools: [{ nodes: 2048, gpusPerNode: 8 }],
      jobs: [{ runUs: 10, gpus: 2048 * 8 }],
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: {
        model: worldOf([{ lifetimes: neverFaults, meanTimeToFaultUs: 50_000 * 3600e6 }]),
        recovery: ['periodic-checkpoint', { rule, stall: 300e6 }],
      },
    });
    const { model, recovery } = spec.failures!;
    const watching = {
      ...recovery,
      checkpoints: (gang: GangRisk) => {
        const plan = recovery.checkpoints(gang);
        found.push(plan.everyUs / 3600e6);
        return plan;
      },
    };
    const simulation = new Simulation({ ...spec, failures: { model, recovery: watching } }, []);
    while (simulation.advance(100));
    expect(found).toEqual([expect.closeTo(hours, 6)]);
  });

  it('counts what a trace or a pool has for the nodes that have it alone', () => {
    const own = new Map([[0, neverFaults]]);
    const classes = [
      { name: 'trace', lifetimes: neverFaults, ownLifetimes: own, meanTimeToFaultUs: 1000 },
      { name: 'other pool', pool: 1, lifetimes: neverFaults, meanTimeToFaultUs: 10 },
    ];
    expect(toldOf(1, classes)[0]!.meanTimeToFaultUs).toBeCloseTo(1000, 9);
    expect(toldOf(4, classes)[0]!.meanTimeToFaultUs).toBeCloseTo(1000, 9);
  });
});
