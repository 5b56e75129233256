import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { buildDistribution } from '../../src/sim/kernel/distributions/registry.ts';
import { drawnLifetimes } from '../../src/sim/model/lifetimes.ts';
import { GpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { clusterOf, runOf, type RunSketch } from '../engine/run-builder.ts';
import { runCount, seed } from '../engine/seed.ts';
import { expectNodeAccounts } from './node-accounts.ts';
import { randomJobs } from './random-jobs.ts';
import { Replay } from './replay.ts';
import { sharedParts, worldOf } from './worlds.ts';

const world = fc.record({
  name: fc.integer({ min: 0, max: 1_000_000 }),
  nodes: fc.integer({ min: 2, max: 9 }),
  gpusPerNode: fc.integer({ min: 1, max: 4 }),
  jobs: randomJobs(2),
  nodeMtbfUs: fc.integer({ min: 1000, max: 50_000 }),
  repairUs: fc.nat({ max: 500 }),
  detectionUs: fc.constantFrom(0, 30, 400),
  slow: fc.option(fc.record({ factor: fc.double({ min: 0.05, max: 0.95, noNaN: true }), isIgnored: fc.boolean() }), {
    freq: 1,
  }),
  policy: fc.constantFrom('periodic-checkpoint', 'just-in-time', 'in-memory-checkpoint'),
  rule: fc.constantFrom('fixed', 'young', 'optimal'),
  everyUs: fc.integer({ min: 1, max: 500 }),
  snapshotUs: fc.nat({ max: 20 }),
  bytesPerGpu: fc.constantFrom(0, 1, 20, 300),
  asynchronous: fc.boolean(),
  writeBytesPerUs: fc.integer({ min: 1, max: 50 }),
  readBytesPerUs: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
  nodeBytesPerUs: fc.constantFrom(1, 5, Infinity),
  scheduling: fc.constantFrom('fifo', 'easy-backfill', 'srtf', 'priority'),
  sharedMtbfUs: fc.constantFrom(NEVER, 900, 5000),
});

describe('a hostile world with a storage', () => {
  it('accounts for every us, loses no more than was done since the start, and comes to an end', () => {
    const met = { stops: 0, finished: 0, newPlans: 0 };
    fc.assert(
      fc.property(world, (given) => {
        const { nodes, gpusPerNode, detectionUs, bytesPerGpu, snapshotUs } = given;
        const { writeBytesPerUs, readBytesPerUs, nodeBytesPerUs } = given;
        const pools = [{ nodes, gpusPerNode }];
        const cluster = clusterOf(pools);
        const exponential = (meanUs: number) => buildDistribution({ kind: 'exponential', mean: meanUs / 1e6 });
        const repair = buildDistribution({ kind: 'uniform', min: 0, max: given.repairUs / 1e6 });
        const model = {
          ...worldOf(
            [
              {
                detectionUs,
                lifetimes: drawnLifetimes(exponential(given.nodeMtbfUs), repair),
                meanTimeToFaultUs: given.nodeMtbfUs,
                ...(given.slow !== null && { slow: given.slow }),
              },
              ...sharedParts(given.sharedMtbfUs, repair, detectionUs),
            ],
            given.name,
          ),
          storage: { writeBytesPerUs, nodeBytesPerUs, ...(readBytesPerUs !== undefined && { readBytesPerUs }) },
        };
        const times = { interval: given.everyUs, stall: snapshotUs, persist: 2 * snapshotUs, step: 20, restart: 7 };
        const size = { bytesPerGpu, asynchronous: given.asynchronous, snapshot: snapshotUs };
        const sketch: RunSketch = {
          pools,
          jobs: given.jobs.map((job) => ({ ...job, gpus: Math.min(job.gpus, nodes * gpusPerNode) })),
          scheduling: given.scheduling,
          placement: 'first-fit',
          horizonUs: 40_000,
          failures: { model, recovery: [given.policy, { ...times, ...size, rule: given.rule }] },
        };
        const replay = new Replay(cluster, model, { checkpoints: 'by-storage', machinesHold: true });
        const uses = new GpuTimeUses(cluster);
        const { metrics, spec, simulation } = runOf(sketch, [replay, uses]);
        expectNodeAccounts(uses, replay, { nodes, gpusPerNode, endUs: simulation.nowUs });
        spec.jobs.runUs.forEach((runUs, job) => {
          const isDone = metrics.outcomes.outcome[job] === Outcome.Done;
          if (isDone) expect(replay.keptUsOf(job)).toBe(runUs);
          else expect(replay.keptUsOf(job)).toBeLessThanOrEqual(runUs);
          if (isDone) met.finished++;
        });
        met.stops += replay.met.stops;
        if (given.slow === null) met.newPlans += replay.met.changesOfPace;
      }),
      { seed, numRuns: runCount(40) },
    );
    console.log(met);
    expect(Math.min(met.stops, met.finished, met.newPlans)).toBeGreaterThan(40);
  });
});
