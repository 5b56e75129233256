import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDistribution } from '../../src/sim/kernel/distributions/registry.ts';
import { drawnLifetimes, drawnTime } from '../../src/sim/model/lifetimes.ts';
import { GpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { clusterOf, runOf } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';
import { expectNodeAccounts } from './node-accounts.ts';
import { Replay } from './replay.ts';
import { worldOf } from './worlds.ts';

/** Times around so many us. */
function after(meanUs: number) {
  return drawnTime(buildDistribution({ kind: 'uniform', min: 0, max: (2 * meanUs) / 1e6 }));
}

const world = fc.record({
  name: fc.integer({ min: 0, max: 1_000_000 }),
  nodes: fc.integer({ min: 2, max: 7 }),
  spares: fc.nat({ max: 1 }),
  gpusPerNode: fc.integer({ min: 1, max: 3 }),
  jobs: fc.array(
    fc.record({
      gpus: fc.integer({ min: 1, max: 10 }),
      gpusMin: fc.integer({ min: 1, max: 10 }),
      runUs: fc.integer({ min: 1, max: 4000 }),
      submitUs: fc.nat({ max: 3000 }),
      priority: fc.nat({ max: 2 }),
    }),
    { minLength: 1, maxLength: 7 },
  ),
  corruptMtbfUs: fc.integer({ min: 800, max: 20_000 }),
  stopMtbfUs: fc.integer({ min: 800, max: 20_000 }),
  validationUs: fc.constantFrom(0, 50, 600, 3000),
  detectionUs: fc.constantFrom(0, 30, 400),
  repairUs: fc.nat({ max: 300 }),
  missed: fc.constantFrom(0, 0.3),
  slow: fc.boolean(),
  crashUs: fc.option(fc.integer({ min: 100, max: 4000 })),
  policy: fc.constantFrom('restart', 'periodic-checkpoint', 'just-in-time', 'in-memory-checkpoint'),
  isElastic: fc.boolean(),
  interval: fc.integer({ min: 1, max: 1500 }),
  stall: fc.nat({ max: 50 }),
  persist: fc.nat({ max: 300 }),
  step: fc.integer({ min: 1, max: 10 }),
  restart: fc.constantFrom(0, 7, 200),
  attempts: fc.constantFrom(0, 12),
  backoff: fc.constantFrom(0, 300),
  scheduling: fc.constantFrom('fifo-skip', 'easy-backfill', 'conservative-backfill', 'srtf', 'priority', 'tiresias'),
  placement: fc.constantFrom('first-fit', 'consolidate', 'count'),
});

describe('silent corruption in a hostile world', () => {
  it('lets nobody do good work on bad, takes back no more than was spoilt, and accounts for every us', () => {
    const met = { stops: 0, spoilt: 0, healed: 0, wrongResults: 0, grown: 0, inPlace: 0, struckAnew: 0 };
    let finished = 0;
    fc.assert(
      fc.property(world, (given) => {
        const { nodes, gpusPerNode, interval, stall, persist, restart, attempts, backoff, step } = given;
        const spares = Math.min(given.spares, nodes - 1);
        const pools = [{ nodes, gpusPerNode, nodesPerRack: 2 }];
        const jobs = given.jobs.map(({ gpus, gpusMin, ...job }) => {
          const size = Math.min(gpus, (nodes - spares) * gpusPerNode);
          return { ...job, gpus: size, gpusMin: given.isElastic ? Math.min(gpusMin, size) : size };
        });
        const cluster = clusterOf(pools);
        const repair = buildDistribution({ kind: 'uniform', min: 0, max: given.repairUs / 1e6 });
        const lifetimes = (meanUs: number) =>
          drawnLifetimes(buildDistribution({ kind: 'exponential', mean: meanUs / 1e6 }), repair);
        const corrupt = { corrupts: true, drawDetectionUs: after(given.validationUs) };
        const model = {
          ...worldOf(
            [
              {
                ...corrupt,
                name: 'memory',
                lifetimes: lifetimes(given.corruptMtbfUs),
                missed: { share: given.missed, detectionUs: after(5000) },
                transient: { share: 0.5, resetUs: after(20) },
              },
              { ...corrupt, name: 'bus', scope: 'rack', lifetimes: lifetimes(3 * given.corruptMtbfUs) },
              { name: 'node', detectionUs: given.detectionUs, lifetimes: lifetimes(given.stopMtbfUs) },
              ...(given.slow
                ? [{ name: 'link', slow: { factor: 0.5, isIgnored: true }, lifetimes: lifetimes(given.stopMtbfUs) }]
                : []),
            ],
            given.name,
            2,
          ),
          ...(spares > 0 && { spares: [{ pool: 0, nodes: spares, takeOverUs: 9 }] }),
          ...(given.crashUs !== null && {
            jobCrashes: [
              { name: 'crash', jobs: jobs.map((_, job) => job), timeToCrashUs: after(given.crashUs), times: 3 },
            ],
          }),
        };
        const isRestart = given.policy === 'restart';
        const holds = given.policy === 'just-in-time' || given.policy === 'in-memory-checkpoint';
        const cost = { restart, attempts, backoff, elastic: given.isElastic };
        const checkpoints = isRestart ? {} : { interval, stall, persist, ...(holds && { step }) };
        const replay = new Replay(cluster, model, {
          ...(!isRestart && { checkpoints: { everyUs: interval, stallUs: stall, persistUs: persist } }),
          machinesHold: holds,
        });
        const uses = new GpuTimeUses(cluster);
        const { metrics, spec, simulation } = runOf(
          {
            pools,
            jobs,
            scheduling: given.scheduling,
            placement: given.placement,
            resumeOverheadUs: 3,
            horizonUs: 40_000,
            failures: { model, recovery: [given.policy, { ...cost, ...checkpoints }] },
          },
          [replay, uses],
        );
        expectNodeAccounts(uses, replay, { nodes, gpusPerNode, endUs: simulation.nowUs });
        const { corruption } = metrics.failures!.figures();
        expect(corruption.corruptedResults).toBe(replay.wrong.size);
        spec.jobs.runUs.forEach((runUs, job) => {
          const isDone = metrics.outcomes.outcome[job] === Outcome.Done;
          if (isDone) finished++;
          if (given.isElastic) return;
          const kept = replay.keptUsOf(job);
          // What ends well was done well from its first us to its last.
          if (isDone && !replay.wrong.has(job)) expect(kept).toBe(runUs);
          else expect(kept).toBeLessThanOrEqual(runUs);
        });
        for (const what of Object.keys(met) as (keyof typeof met)[]) met[what] += replay.met[what];
      }),
      { seed, numRuns: 80 },
    );
    console.log(met, finished);
    expect(met.spoilt).toBeGreaterThan(300);
    expect(Math.min(met.healed, met.wrongResults, met.stops, met.grown, met.inPlace, finished)).toBeGreaterThan(15);
  });
});
