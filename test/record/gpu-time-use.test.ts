import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GpuTimeUses, gpuTimeUses, type GpuTimeUse } from '../../src/sim/record/gpu-time-use.ts';
import { Onlooker } from '../engine/onlooker.ts';
import { anyRun, type PlacementChoice } from '../engine/random-runs.ts';
import { clusterOf, runOf, type RunSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';
import { placeObviously } from '../policies/obvious-placement.ts';
import { nodesThatFail, worldOf } from '../failures/worlds.ts';

describe('idle in pieces', () => {
  it('is what each node had free while a job waited that only the shape kept out, to the microsecond', () => {
    let found = 0;
    fc.assert(
      fc.property(anyRun, (random) => {
        const jobs = random.jobs.map((job) => ({ ...job, cpuMilli: 0, memoryMiB: 0 }));
        const sketch = { ...random, jobs };
        const cluster = clusterOf(sketch.pools);
        const expected = new Float64Array(cluster.nodeCount);
        const onlooker = new Onlooker(sketch, ({ waiting, nodes, gangOf }, durationUs) => {
          const isFragmented = [...waiting].some(
            (job) => placeObviously(sketch.placement as PlacementChoice, gangOf(job), nodes) === 'fragmented',
          );
          if (isFragmented) nodes.forEach(({ gpus }, node) => (expected[node]! += gpus * durationUs));
        });
        const uses = new GpuTimeUses(cluster);
        runOf(sketch, [onlooker, uses]);
        expect(used(uses, 'idle-fragmented')).toEqual([...expected]);
        found += expected.reduce((sum, us) => sum + us, 0);
      }),
      { numRuns: 120, seed },
    );
    expect(found).toBeGreaterThan(1000);
  });

  it('leaves out what is held and what is out of service', () => {
    // Two GPUs on each of three nodes. From 10 to 100 us a gang of two waits for two GPUs on one node, and one is free on
    // each of the first two; the third node breaks at 40 us.
    const sketch: RunSketch = {
      pools: [{ nodes: 3, gpusPerNode: 2 }],
      jobs: [
        { gpus: 1, runUs: 100 },
        { gpus: 1, runUs: 100 },
        { gpus: 2, runUs: 500, submitUs: 10, priority: 1 },
        { gpus: 2, runUs: 500, submitUs: 10 },
      ],
      scheduling: 'fifo',
      placement: 'worst-fit',
      horizonUs: 200,
      failures: {
        model: worldOf([
          {
            only: 2,
            lifetimes: { nextFaultUs: (_, nowUs) => (nowUs === 0 ? 40 : 1e9), repairUs: () => 1e9 },
          },
        ]),
        recovery: ['restart', {}],
      },
    };
    const uses = new GpuTimeUses(clusterOf(sketch.pools));
    runOf(sketch, [uses]);
    expect(used(uses, 'idle-fragmented')).toEqual([90, 90, 0]);
    expect(used(uses, 'useful')).toEqual([300, 300, 0]);
    expect(used(uses, 'lost')).toEqual([0, 0, 60]);
    expect(used(uses, 'down')).toEqual([0, 0, 320]);
    expect(used(uses, 'idle-free')).toEqual([10, 10, 20]);
  });

  it('is part of what adds up where nodes fail at random', () => {
    const sketch: RunSketch = {
      pools: [{ nodes: 6, gpusPerNode: 4 }],
      jobs: Array.from({ length: 60 }, (_, job) => ({
        gpus: [1, 2, 3, 4, 8, 12][job % 6]!,
        runUs: 1e9 + 7919 * job,
        submitUs: 1e8 * job,
      })),
      scheduling: 'fifo-skip',
      placement: 'worst-fit',
      failures: {
        model: worldOf([nodesThatFail(1, { kind: 'exponential', mean: 600 })], 3),
        recovery: ['periodic-checkpoint', { interval: 1e8, stall: 1e6, restart: 3e7 }],
      },
    };
    const cluster = clusterOf(sketch.pools);
    const uses = new GpuTimeUses(cluster);
    const { simulation, metrics } = runOf(sketch, [uses]);
    for (const use of ['useful', 'lost', 'restart', 'idle-free', 'idle-fragmented', 'down'] as const) {
      expect(Math.min(...used(uses, use))).toBeGreaterThan(0);
    }
    for (let node = 0; node < cluster.nodeCount; node++) {
      // Held time comes from another fold.
      const held = heldUses.reduce((sum, use) => sum + used(uses, use)[node]!, 0);
      expect(held).toBe(metrics.nodeTime.busyUs[node]);
      const all = gpuTimeUses.reduce((sum, use) => sum + used(uses, use)[node]!, 0);
      expect(all).toBe(4 * simulation.nowUs);
    }
  });
});

const heldUses: readonly GpuTimeUse[] = ['useful', 'lost', 'checkpoint', 'restart', 'detection', 'degraded'];

/** GPU-us of each node. */
function used({ gpuUs }: GpuTimeUses, use: GpuTimeUse): number[] {
  const at = gpuTimeUses.indexOf(use);
  return [...gpuUs].filter((_, index) => index % gpuTimeUses.length === at);
}
