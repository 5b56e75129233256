import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FactKind } from '../../src/sim/record/fact.ts';
import { Column } from '../../src/sim/record/occupancy.ts';
import { PolicyError } from '../../src/sim/engine/policy-error.ts';
import type { NodeId } from '../../src/sim/model/brand.ts';
import { GpuWatch } from './gpu-watch.ts';
import { placementThat } from './policies-of-the-test.ts';
import { plainPools } from './random-runs.ts';
import { runOf, type JobSketch } from './run-builder.ts';
import { seed } from './seed.ts';

const jobs = fc.array(
  fc.record({
    submitUs: fc.integer({ min: 0, max: 30 }),
    runUs: fc.integer({ min: 1, max: 20 }),
    gpus: fc.constantFrom(0.001, 0.2, 0.333, 0.5, 0.5, 0.999, 1, 2),
  }),
  { minLength: 8, maxLength: 40 },
);
const placements = ['best-fit-score', 'dot-product', 'tetris', 'gpu-packing', 'gpu-clustering', 'fgd', 'random'];
const schedulings = ['fifo', 'fifo-skip', 'easy-backfill', 'conservative-backfill'];

describe('jobs that ask for part of a GPU', () => {
  it.each(placements)('share GPUs, none of which is promised beyond its whole, under %s', (placement) => {
    let sharers = 0;
    fc.assert(
      fc.property(plainPools, jobs, fc.constantFrom(...schedulings), (pools, all, scheduling) => {
        const gpus = pools.reduce((sum, pool) => sum + pool.nodes * pool.gpusPerNode, 0);
        const fitting = all.filter((job) => job.gpus <= Math.max(...pools.map((pool) => pool.gpusPerNode)));
        if (!fitting.some((job) => job.gpus % 1 > 0)) return;
        const watch = new GpuWatch(gpus);
        const { metrics, log } = runOf({ pools, jobs: fitting, scheduling, placement }, [watch]);
        expect(watch.problems).toEqual([]);
        const asked = fitting.reduce((sum, job) => sum + Math.round(1000 * job.gpus) * job.runUs, 0);
        expect(watch.idleMilliUs + asked).toBe(1000 * gpus * log.endUs);
        const busyUs = metrics.nodeTime.busyUs.reduce((sum, us) => sum + us, 0);
        expect(busyUs).toBeCloseTo(asked / 1000, 6);
        expect(metrics.occupancy.totals[Column.GpusBusy]).toBeCloseTo(asked / 1000, 6);
        expect(metrics.outcomes.gpuUs.reduce((sum, us) => sum + us, 0)).toBeCloseTo(asked / 1000, 6);
        sharers += watch.sharers;
      }),
      { numRuns: 60, seed },
    );
    expect(sharers).toBeGreaterThan(50);
  });

  const two: JobSketch[] = [
    { gpus: 0.6, runUs: 10 },
    { gpus: 0.4, runUs: 10 },
  ];
  const pools = [{ nodes: 1, gpusPerNode: 2 }];

  it('hold a whole GPU each where the placement does not share', () => {
    const { metrics, log } = runOf({ pools, jobs: two, scheduling: 'fifo', placement: 'best-fit' });
    expect(log.of(FactKind.Start).map(({ grants }) => grants)).toEqual([
      [{ node: 0, gpus: 1 }],
      [{ node: 0, gpus: 1 }],
    ]);
    expect(metrics.occupancy.totals[Column.GpusBusy]).toBe(20);
  });

  it('leave the other GPU to a whole job that comes later', () => {
    const { metrics } = runOf({
      pools,
      jobs: [...two, { gpus: 1, runUs: 10 }],
      scheduling: 'fifo',
      placement: 'best-fit-score',
    });
    expect([...metrics.outcomes.firstStartUs]).toEqual([0, 0, 0]);
    expect(metrics.occupancy.totals[Column.GpusBusy]).toBe(20);
  });

  it.each([
    ['that is full', 0, '400 thousandths of GPU 0 wanted, 0 left'],
    ['that is not there', 2, 'it has no GPU 2 to give, but 2 in all'],
  ])('are not started on a GPU %s: the gate says so', (_, gpu, message) => {
    const mine = [
      { gpus: 1, runUs: 10 },
      { gpus: 0.4, runUs: 10, submitUs: 1 },
    ];
    let placed = 0;
    const placement = {
      ...placementThat((grants) => grants.add(0 as NodeId, 1, 1, placed++ === 0 ? undefined : gpu)),
      shares: true,
    };
    const run = (): unknown => runOf({ pools, jobs: mine, scheduling: 'fifo', placement });
    expect(run).toThrow(
      new PolicyError('tested', 1, 'start job j1 on node 0', message, 'grant only what the free view shows'),
    );
  });
});
