import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { buildDistribution } from '../../src/sim/kernel/distributions/registry.ts';
import { drawnLifetimes, drawnTime, recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { GpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { clusterOf, runOf, type RunSketch } from '../engine/run-builder.ts';
import { runCount, seed } from '../engine/seed.ts';
import { expectNodeAccounts } from './node-accounts.ts';
import { randomJobs } from './random-jobs.ts';
import { Replay } from './replay.ts';
import { sharedParts, worldOf } from './worlds.ts';

/** Times around so many us. */
function after(meanUs: number) {
  return drawnTime(buildDistribution({ kind: 'uniform', min: 0, max: (2 * meanUs) / 1e6 }));
}

const world = fc.record({
  name: fc.integer({ min: 0, max: 1_000_000 }),
  nodes: fc.integer({ min: 1, max: 9 }),
  gpusPerNode: fc.integer({ min: 1, max: 4 }),
  nodesPerRack: fc.integer({ min: 1, max: 4 }),
  jobs: randomJobs(1),
  nodeMtbfUs: fc.integer({ min: 200, max: 20_000 }),
  rackMtbfUs: fc.integer({ min: 200, max: 20_000 }),
  repairUs: fc.nat({ max: 500 }),
  detectionUs: fc.constantFrom(0, 1, 30, 400),
  technicians: fc.constantFrom(1, 2, Infinity),
  slow: fc.option(fc.record({ factor: fc.double({ min: 0.05, max: 0.95, noNaN: true }), isIgnored: fc.boolean() })),
  missed: fc.constantFrom(0, 0.3),
  transient: fc.constantFrom(0, 0.5),
  reappears: fc.constantFrom(0, 0.4),
  lemons: fc.constantFrom(0, 0.3),
  burst: fc.constantFrom(0, 0.3),
  cascade: fc.constantFrom(0, 0.3),
  alarms: fc.boolean(),
  crashes: fc.option(fc.record({ meanUs: fc.integer({ min: 1, max: 3000 }), times: fc.constantFrom(1, 4) })),
  everyUs: fc.integer({ min: 1, max: 500 }),
  stallUs: fc.nat({ max: 50 }),
  persistUs: fc.nat({ max: 300 }),
  restart: fc.constantFrom(0, 7, 200),
  attempts: fc.constantFrom(0, 1, 5),
  keeps: fc.boolean(),
  scheduling: fc.constantFrom(
    'fifo',
    'fifo-skip',
    'easy-backfill',
    'conservative-backfill',
    'srtf',
    'priority',
    'tiresias',
  ),
  placement: fc.constantFrom('first-fit', 'best-fit', 'consolidate', 'count', 'topology'),
  scope: fc.constantFrom('node' as const, 'gpu' as const),
  sharedMtbfUs: fc.constantFrom(NEVER, 600, 4000),
});

describe('a hostile world', () => {
  it('holds no GPU twice, starts nobody on a node that is out, loses only what was not safe, and accounts for every us', () => {
    let interruptions = 0;
    let finished = 0;
    let givenUp = 0;
    let paceChanges = 0;
    let jobCrashes = 0;
    let [withoutStorage, undecided] = [0, 0];
    fc.assert(
      fc.property(world, (given) => {
        const { nodes, gpusPerNode, nodesPerRack } = given;
        const pools = [{ nodes, gpusPerNode, nodesPerRack }];
        const jobs = given.jobs.map((job) => ({ ...job, gpus: Math.min(job.gpus, nodes * gpusPerNode) }));
        const cluster = clusterOf(pools);
        const exponential = (meanUs: number) => buildDistribution({ kind: 'exponential', mean: meanUs / 1e6 });
        const repair = buildDistribution({ kind: 'uniform', min: 0, max: given.repairUs / 1e6 });
        const { detectionUs } = given;
        const { crashes } = given;
        const worldly = worldOf(
          [
            {
              name: 'node',
              scope: given.scope,
              detectionUs,
              lifetimes: drawnLifetimes(exponential(given.nodeMtbfUs), repair),
              missed: { share: given.missed, detectionUs: after(300) },
              transient: { share: given.transient, resetUs: after(10) },
              reappears: { share: given.reappears, withinUs: after(100) },
              lemons: {
                share: given.lemons,
                lifetimes: drawnLifetimes(exponential(given.nodeMtbfUs / 3), repair),
              },
              burst: { probability: given.burst, spread: 0.5, within: 'rack' },
              ...(given.slow !== null && { slow: given.slow }),
            },
            {
              name: 'rack',
              scope: 'rack',
              detectionUs,
              lifetimes: drawnLifetimes(exponential(given.rackMtbfUs), repair),
              cascades: [{ to: 0, probability: given.cascade, afterUs: after(20) }],
            },
            {
              name: 'false alarm',
              lifetimes: given.alarms ? drawnLifetimes(exponential(2000), repair) : recordedLifetimes([]),
              isFalseAlarm: true,
            },
            ...sharedParts(given.sharedMtbfUs, repair, detectionUs),
          ],
          given.name,
          given.technicians,
        );
        const model = {
          ...worldly,
          ...(crashes !== null && {
            jobCrashes: [
              {
                name: 'crash',
                jobs: jobs.map((_, job) => job),
                timeToCrashUs: after(crashes.meanUs),
                times: crashes.times,
              },
            ],
          }),
        };
        const cost = { restart: given.restart, attempts: given.attempts };
        const checkpoints = { interval: given.everyUs, stall: given.stallUs, persist: given.persistUs };
        const sketch: RunSketch = {
          pools,
          jobs,
          scheduling: given.scheduling,
          placement: given.placement,
          horizonUs: 30_000,
          failures: {
            model,
            recovery: given.keeps ? ['periodic-checkpoint', { ...cost, ...checkpoints }] : ['restart', cost],
          },
        };
        const { everyUs, stallUs, persistUs } = given;
        const replay = new Replay(cluster, model, given.keeps ? { checkpoints: { everyUs, stallUs, persistUs } } : {});
        const uses = new GpuTimeUses(cluster);
        const { metrics, spec, simulation } = runOf(sketch, [replay, uses]);
        expectNodeAccounts(uses, replay, { nodes, gpusPerNode, endUs: simulation.nowUs });
        spec.jobs.runUs.forEach((runUs, job) => {
          const outcome = metrics.outcomes.outcome[job];
          if (outcome === Outcome.Done) expect(replay.keptUsOf(job)).toBe(runUs);
          else expect(replay.keptUsOf(job)).toBeLessThanOrEqual(runUs);
          if (outcome === Outcome.Done) finished++;
          if (outcome === Outcome.Failed) givenUp++;
        });
        interruptions += replay.met.stops;
        withoutStorage += replay.met.withoutStorage;
        undecided += replay.met.undecided;
        paceChanges += replay.met.changesOfPace;
        jobCrashes += metrics.failures!.figures().jobCrashes;
      }),
      { seed, numRuns: runCount(40) },
    );
    console.log(
      `${interruptions} interruptions, ${finished} jobs finished, ${givenUp} given up, ${paceChanges} changes of pace, ${jobCrashes} crashes, ${withoutStorage} gangs without storage, ${undecided} stopped undecided`,
    );
    expect(Math.min(interruptions, paceChanges, jobCrashes, withoutStorage, undecided)).toBeGreaterThan(100);
    expect(finished).toBeGreaterThan(40);
    expect(givenUp).toBeGreaterThan(40);
  });
});
