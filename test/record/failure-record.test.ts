import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDistribution } from '../../src/sim/kernel/distributions/registry.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { drawnLifetimes } from '../../src/sim/model/lifetimes.ts';
import type { Lifetimes } from '../../src/sim/model/failure-model.ts';
import type { Maintenance } from '../../src/sim/model/maintenance.ts';
import type { FailureRecord } from '../../src/sim/record/failure-record.ts';
import { costOf } from '../../src/sim/record/incidents.ts';
import { RestartCause } from '../../src/sim/record/restart-costs.ts';
import { clusterOf, runOf, type RunSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';
import { Replay } from '../failures/replay.ts';
import { worldOf } from '../failures/worlds.ts';

/** Breaks once, and is mended so much later. */
function once(atUs: number, repairUs: number): Lifetimes {
  return { nextFaultUs: (_, nowUs) => (nowUs === 0 ? atUs : NEVER), repairUs: () => repairUs };
}

function recordOf(sketch: RunSketch): FailureRecord {
  const { metrics } = runOf(sketch);
  if (metrics.failures === undefined) throw new Error('nothing can break in this run');
  return metrics.failures;
}

describe('a preemption of second order', () => {
  const two = {
    pools: [{ nodes: 2, gpusPerNode: 4 }],
    scheduling: ['priority', { preempt: true }],
    placement: 'first-fit',
    resumeOverheadUs: 7,
  } as const;

  it('is one that makes room for a job that comes back from a fault, with all that it costs', () => {
    // The first node breaks at 100 us. Its job takes the second node, whose own job waits until it is done.
    const record = recordOf({
      ...two,
      jobs: [
        { gpus: 4, runUs: 500, priority: 2 },
        { gpus: 4, runUs: 900 },
      ],
      failures: { model: worldOf([{ only: 0, lifetimes: once(100, 5000) }]), recovery: ['restart', { restart: 10 }] },
    });
    const { restartGpuUs, waitGpuUs, secondOrder, lostGpuUs } = record.costs;
    expect(secondOrder).toBe(1);
    expect([...lostGpuUs]).toEqual([4 * 100]);
    expect([...waitGpuUs]).toEqual([0, 0, 4 * 510, 0, 0, 0]);
    expect([...restartGpuUs]).toEqual([0, 0, 4 * 7, 0, 0, 4 * 10]);
    expect(record.figures().restarts.secondOrder).toEqual({
      preemptions: 1,
      restartGpuHours: 28 / 3600e6,
      waitGpuHours: 2040 / 3600e6,
    });
  });

  it('is not one that makes room for a job that had not run before', () => {
    const record = recordOf({
      ...two,
      jobs: [
        { gpus: 8, runUs: 900 },
        { gpus: 4, runUs: 500, submitUs: 100, priority: 2 },
      ],
      failures: { model: worldOf([{ lifetimes: once(NEVER, 0) }]), recovery: ['restart', {}] },
    });
    expect(record.costs.secondOrder).toBe(0);
    expect([...record.costs.waitGpuUs]).toEqual([0, 8 * 500, 0, 0, 0, 0]);
    expect([...record.costs.restartGpuUs]).toEqual([0, 8 * 7, 0, 0, 0, 0]);
  });

  it('is one only on nodes that the other takes', () => {
    // At 100 us both a fresh job and one that comes back make somebody give way, each on a node of its own.
    const record = recordOf({
      ...two,
      pools: [{ nodes: 3, gpusPerNode: 4 }],
      jobs: [
        { gpus: 4, runUs: 500, priority: 2 },
        { gpus: 4, runUs: 900 },
        { gpus: 4, runUs: 900 },
        { gpus: 4, runUs: 500, submitUs: 100, priority: 1 },
      ],
      failures: { model: worldOf([{ only: 0, lifetimes: once(100, 5000) }]), recovery: ['restart', {}] },
    });
    expect(record.costs.secondOrder).toBe(1);
    expect([...record.costs.waitGpuUs]).toEqual([0, 4 * 500, 4 * 500, 0, 0, 0]);
  });
});

describe('a planned stop', () => {
  it('is no interruption, and gives way to nobody', () => {
    // At 100 us the only node is due for 50 us of maintenance: its gang is stopped at once, with its work kept.
    const maintenance: Maintenance = {
      name: 'upgrade',
      scope: 'node',
      startUs: 100,
      everyUs: NEVER,
      takesUs: 50,
      batch: 1,
      mode: 'preempt',
      patienceUs: 0,
    };
    const record = recordOf({
      pools: [{ nodes: 1, gpusPerNode: 4 }],
      jobs: [{ gpus: 4, runUs: 500 }],
      scheduling: 'fifo',
      placement: 'first-fit',
      resumeOverheadUs: 7,
      failures: { model: { ...worldOf([]), maintenance: [maintenance] }, recovery: ['restart', {}] },
    });
    expect(record.figures()).toMatchObject({ interruptions: 0, hitJobs: 0, incidents: { count: 0 } });
    expect(record.figures().plannedStops).toEqual({
      maintenance: 1,
      prediction: 0,
      reclaim: 0,
      restartGpuHours: (4 * 7) / 3600e6,
      waitGpuHours: (4 * 50) / 3600e6,
    });
    expect(record.costs.secondOrder).toBe(0);
  });
});

describe('a crash loop', () => {
  it('is counted from the fourth run in a row that gets nowhere, with the jobs that gave way to it', () => {
    // The second node breaks after each 100 us and is back 10 us later. Meanwhile a small job gets the first one.
    const record = recordOf({
      pools: [{ nodes: 2, gpusPerNode: 1 }],
      jobs: [
        { gpus: 2, runUs: 1000, priority: 1 },
        { gpus: 1, runUs: 200 },
      ],
      scheduling: ['priority', { preempt: true }],
      placement: 'first-fit',
      failures: {
        model: worldOf([{ only: 1, lifetimes: { nextFaultUs: () => 100, repairUs: () => 10 } }]),
        recovery: ['restart', { attempts: 6 }],
      },
    });
    const { crashLoops, givenUp } = record.figures();
    expect(givenUp).toBe(1);
    expect(crashLoops).toEqual({
      jobs: 1,
      requeues: 3,
      gpuHours: (3 * 2 * 100) / 3600e6,
      preemptions: 3,
      worst: [{ job: 'j0', requeues: 3, gpuHours: (3 * 2 * 100) / 3600e6 }],
    });
    expect(record.costs.secondOrder).toBe(5);
  });

  it('ends with a run that gets on', () => {
    // A checkpoint after each 60 us: every second run keeps some work.
    const record = recordOf({
      pools: [{ nodes: 1, gpusPerNode: 1 }],
      jobs: [{ gpus: 1, runUs: 200 }],
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: {
        model: worldOf([
          {
            lifetimes: {
              nextFaultUs: (_, nowUs) => (nowUs % 140 === 0 ? 50 : 70),
              repairUs: () => 10,
            },
          },
        ]),
        recovery: ['periodic-checkpoint', { interval: 60, stall: 0 }],
      },
    });
    expect(record.figures().interruptions).toBeGreaterThan(4);
    expect(record.figures().crashLoops).toMatchObject({ jobs: 0, requeues: 0, gpuHours: 0, preemptions: 0, worst: [] });
  });
});

describe('an incident', () => {
  const lifetimes = once(100, 300);
  const rack = { name: 'switch', scope: 'rack', detectionUs: 20 } as const;

  it('tells what a fault did, from the fault until all that it stopped runs again', () => {
    // Two racks of two nodes; one technician, who is busy with the node until 240 us.
    const record = recordOf({
      pools: [{ nodes: 4, gpusPerNode: 2, nodesPerRack: 2 }],
      jobs: [
        { gpus: 4, runUs: 1000 },
        { gpus: 1, runUs: 60 },
      ],
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: {
        model: worldOf(
          [
            { name: 'node', only: 3, lifetimes: once(40, 200) },
            { ...rack, only: 0, lifetimes },
          ],
          1,
          1,
        ),
        recovery: ['restart', { restart: 5 }],
      },
    });
    const [incident] = record.incidents.worst;
    expect(incident).toEqual({
      component: 1,
      faultUs: 100,
      foundUs: 120,
      begunUs: 240,
      mendedUs: 540,
      gangs: 1,
      gpus: 4,
      largestJob: 0,
      largestGpus: 4,
      // Node 3 is back at 240.
      again: 1,
      firstAgainUs: 240,
      lastAgainUs: 240,
      givenUp: 0,
      lostGpuUs: 400,
      detectionGpuUs: 80,
      waitGpuUs: 4 * 120,
      restartGpuUs: 20,
      outGpuUs: 4 * 420,
      open: 0,
    });
    expect(record.incidents.count).toBe(1);
    const [told] = record.figures().incidents.worst;
    expect(told).toMatchObject({ component: 'switch', place: 'rack 0', firstNode: 0, nodes: 2, largestJob: 'j0' });
  });

  it('is told by the times of its class too', () => {
    const { byClass } = recordOf({
      pools: [{ nodes: 2, gpusPerNode: 1, nodesPerRack: 1 }],
      jobs: [],
      horizonUs: 1000,
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: { model: worldOf([{ ...rack, lifetimes }], 1, 1), recovery: ['restart', {}] },
    }).figures();
    // Found at 120; one is begun on at 120 and mended at 420, the other at 420 and 720. Up 2 x 100 + 580 + 280.
    const hours = (us: number) => expect.closeTo(us / 3600e6, 15) as number;
    expect(byClass[0]).toMatchObject({
      components: 2,
      faults: 2,
      mtbfH: hours(1060 / 2),
      detectionH: hours(20),
      repairQueueH: hours(150),
      repairH: hours(300),
      mttrH: hours(470),
    });
  });
});

const world = fc.record({
  name: fc.nat({ max: 1_000_000 }),
  jobs: fc.array(
    fc.record({
      gpus: fc.integer({ min: 1, max: 8 }),
      runUs: fc.integer({ min: 1, max: 4000 }),
      submitUs: fc.nat({ max: 3000 }),
      priority: fc.nat({ max: 2 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  nodeMtbfUs: fc.integer({ min: 200, max: 20_000 }),
  rackMtbfUs: fc.integer({ min: 200, max: 20_000 }),
  repairUs: fc.nat({ max: 500 }),
  detectionUs: fc.constantFrom(0, 1, 30, 400),
  technicians: fc.constantFrom(1, 2, Infinity),
  everyUs: fc.integer({ min: 1, max: 500 }),
  restart: fc.constantFrom(0, 7, 200),
  attempts: fc.constantFrom(0, 5),
  scheduling: fc.constantFrom('fifo', 'easy-backfill', 'srtf', 'priority', 'tiresias'),
});

describe('what failures cost', () => {
  it('adds up to the microsecond, by class, by incident and by size, to where the GPU-time went', () => {
    const met = { secondOrder: 0, loops: 0, incidents: 0 };
    fc.assert(
      fc.property(world, (given) => {
        const exponential = (meanUs: number) => buildDistribution({ kind: 'exponential', mean: meanUs / 1e6 });
        const repair = buildDistribution({ kind: 'uniform', min: 0, max: given.repairUs / 1e6 });
        const { detectionUs } = given;
        const lives = (meanUs: number) => drawnLifetimes(exponential(meanUs), repair);
        const model = worldOf(
          [
            { name: 'node', detectionUs, lifetimes: lives(given.nodeMtbfUs) },
            { name: 'rack', scope: 'rack', detectionUs, lifetimes: lives(given.rackMtbfUs) },
          ],
          given.name,
          given.technicians,
        );
        const pools = [{ nodes: 4, gpusPerNode: 2, nodesPerRack: 2 }];
        const checkpoints = { everyUs: given.everyUs, stallUs: 5, persistUs: 0 };
        const replay = new Replay(clusterOf(pools), model, { checkpoints });
        const cost = { restart: given.restart, attempts: given.attempts };
        const { metrics } = runOf(
          {
            pools,
            jobs: given.jobs,
            scheduling: given.scheduling,
            placement: 'best-fit',
            resumeOverheadUs: 11,
            startOverheadUs: 3,
            teardownUs: 2,
            horizonUs: 60_000,
            failures: { model, recovery: ['periodic-checkpoint', { interval: given.everyUs, stall: 5, ...cost }] },
          },
          [replay],
        );
        const { uses, costs, incidents, sizes, loops } = metrics.failures!;
        expect([...uses.gpuUs]).toEqual([0, 1, 2, 3].flatMap((node) => replay.usesOf(node)));
        expect(sum(costs.restartGpuUs) + costs.teardownGpuUs).toBe(uses.total('restart'));
        expect(sum(costs.lostGpuUs)).toBe(uses.total('lost'));
        expect(sum(costs.detectionGpuUs)).toBe(uses.total('detection'));
        const { sums } = incidents;
        expect(sums.lostGpuUs).toBe(uses.total('lost'));
        expect(sums.detectionGpuUs).toBe(uses.total('detection'));
        expect(sums.restartGpuUs).toBe(sum(costs.restartGpuUs.subarray(RestartCause.Fault)));
        expect(sums.waitGpuUs).toBe(sum(costs.waitGpuUs.subarray(RestartCause.Fault)));
        expect(sum(sizes.sizes.flatMap((one) => one.heldGpuUs))).toBe(sum(metrics.outcomes.gpuUs));
        expect(sum(sizes.sizes.flatMap((one) => one.usefulGpuUs))).toBe(uses.total('useful'));
        expect(sum(sizes.usefulGpuUs)).toBe(uses.total('useful'));
        expect(sum(sizes.sizes.flatMap((one) => one.interruptions))).toBe(sum(costs.interruptions));
        if (incidents.count <= 20) expect(sum(incidents.worst.map(costOf))).toBe(sum(Object.values(sums)));
        const costsOfWorst = incidents.worst.map(costOf);
        expect(costsOfWorst).toEqual(costsOfWorst.toSorted((a, b) => b - a));
        met.secondOrder += costs.secondOrder;
        met.loops += sum(loops.requeues);
        met.incidents += incidents.count;
      }),
      { seed, numRuns: 80 },
    );
    expect(Math.min(met.secondOrder, met.loops, met.incidents)).toBeGreaterThan(20);
  });
});

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
