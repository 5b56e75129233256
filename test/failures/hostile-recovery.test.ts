import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { buildDistribution } from '../../src/sim/kernel/distributions/registry.ts';
import { drawnLifetimes } from '../../src/sim/model/lifetimes.ts';
import type { SpareNodes } from '../../src/sim/model/spare-nodes.ts';
import { GpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { clusterOf, runOf } from '../engine/run-builder.ts';
import { runCount, seed } from '../engine/seed.ts';
import { expectNodeAccounts } from './node-accounts.ts';
import { Replay } from './replay.ts';
import { sharedParts, worldOf } from './worlds.ts';

const world = fc.record({
  name: fc.integer({ min: 0, max: 1_000_000 }),
  nodes: fc.integer({ min: 2, max: 9 }),
  spares: fc.nat({ max: 3 }),
  gpusPerNode: fc.integer({ min: 1, max: 4 }),
  nodesPerRack: fc.integer({ min: 1, max: 4 }),
  jobs: fc.array(
    fc.record({
      gpus: fc.integer({ min: 1, max: 16 }),
      gpusMin: fc.integer({ min: 1, max: 16 }),
      runUs: fc.integer({ min: 1, max: 4000 }),
      submitUs: fc.nat({ max: 3000 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  nodeMtbfUs: fc.integer({ min: 500, max: 20_000 }),
  rackMtbfUs: fc.integer({ min: 500, max: 20_000 }),
  repairUs: fc.nat({ max: 500 }),
  detectionUs: fc.constantFrom(0, 30, 400, 900),
  takeOverUs: fc.constantFrom(0, 9, 100),
  policy: fc.constantFrom('periodic-checkpoint', 'just-in-time', 'in-memory-checkpoint'),
  isElastic: fc.boolean(),
  interval: fc.integer({ min: 1, max: 2000 }),
  stall: fc.nat({ max: 50 }),
  persist: fc.nat({ max: 300 }),
  step: fc.integer({ min: 1, max: 10 }),
  restart: fc.constantFrom(0, 7, 200),
  warmUp: fc.constantFrom(0, 5),
  attempts: fc.constantFrom(0, 8),
  backoff: fc.constantFrom(0, 11, 300),
  scheduling: fc.constantFrom('fifo', 'fifo-skip', 'easy-backfill', 'conservative-backfill', 'srtf'),
  placement: fc.constantFrom('first-fit', 'best-fit', 'consolidate', 'count', 'topology'),
  /** Of the spares, those for the even jobs alone. */
  ownSpares: fc.nat({ max: 2 }),
  scope: fc.constantFrom('node' as const, 'gpu' as const),
  sharedMtbfUs: fc.constantFrom(NEVER, 900, 5000),
});

function sparesOf(nodes: number, ownWanted: number, takeOverUs: number): SpareNodes[] {
  const own = Math.min(ownWanted, nodes);
  const forAll = { pool: 0, nodes: nodes - own, takeOverUs };
  return own === 0 ? [forAll] : [{ pool: 0, nodes: own, takeOverUs, jobs: new Set([0, 2, 4]) }, forAll];
}

describe('recovery in a hostile world', () => {
  it('holds no GPU twice and no gang by half, loses only what no machine held, and accounts for every us', () => {
    const met = {
      stops: 0,
      struckAnew: 0,
      inPlace: 0,
      shrunk: 0,
      grown: 0,
      struckLoading: 0,
      withoutStorage: 0,
      undecided: 0,
    };
    let finished = 0;
    let givenUp = 0;
    fc.assert(
      fc.property(world, (given) => {
        const { nodes, gpusPerNode, nodesPerRack, detectionUs, interval, stall, persist, restart, warmUp } = given;
        const spares = Math.min(given.spares, nodes - 1);
        const pools = [{ nodes, gpusPerNode, nodesPerRack }];
        const most = (nodes - spares) * gpusPerNode;
        const jobs = given.jobs.map(({ gpus, gpusMin, ...job }) => {
          const size = Math.min(gpus, most);
          return { ...job, gpus: size, gpusMin: given.isElastic ? Math.min(gpusMin, size) : size };
        });
        const cluster = clusterOf(pools);
        const exponential = (meanUs: number) => buildDistribution({ kind: 'exponential', mean: meanUs / 1e6 });
        const repair = buildDistribution({ kind: 'uniform', min: 0, max: given.repairUs / 1e6 });
        const lifetimes = (meanUs: number) => drawnLifetimes(exponential(meanUs), repair);
        const model = {
          ...worldOf(
            [
              { name: 'node', scope: given.scope, detectionUs, lifetimes: lifetimes(given.nodeMtbfUs) },
              { name: 'rack', scope: 'rack' as const, detectionUs, lifetimes: lifetimes(given.rackMtbfUs) },
              ...sharedParts(given.sharedMtbfUs, repair, detectionUs),
            ],
            given.name,
            2,
          ),
          ...(spares > 0 ? { spares: sparesOf(spares, given.ownSpares, given.takeOverUs) } : {}),
        };
        const { isElastic: elastic, attempts, backoff, step } = given;
        const extra = given.policy === 'periodic-checkpoint' ? {} : { step };
        const cost = { restart, warmUp, attempts, backoff, elastic, interval, stall, persist, ...extra };
        const replay = new Replay(cluster, model, {
          checkpoints: { everyUs: interval, stallUs: stall, persistUs: persist },
          machinesHold: given.policy !== 'periodic-checkpoint',
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
            failures: { model, recovery: [given.policy, cost] },
          },
          [replay, uses],
        );
        expectNodeAccounts(uses, replay, { nodes, gpusPerNode, endUs: simulation.nowUs });
        expect(replay.spares).toBeLessThanOrEqual(spares);
        spec.jobs.runUs.forEach((runUs, job) => {
          const outcome = metrics.outcomes.outcome[job];
          if (outcome === Outcome.Done) finished++;
          if (outcome === Outcome.Failed) givenUp++;
          // A gang that was shrunk takes longer for its work.
          if (outcome === Outcome.Done && !elastic) expect(replay.keptUsOf(job)).toBe(runUs);
          if (!elastic) expect(replay.keptUsOf(job)).toBeLessThanOrEqual(runUs);
        });
        for (const what of Object.keys(met) as (keyof typeof met)[]) met[what] += replay.met[what];
      }),
      { seed, numRuns: runCount(60) },
    );
    console.log(met, finished, givenUp);
    const { struckAnew, ...others } = met;
    expect(struckAnew).toBeGreaterThan(0);
    expect(Math.min(finished, givenUp, ...Object.values(others))).toBeGreaterThan(20);
  });
});
