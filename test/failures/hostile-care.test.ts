import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { buildDistribution } from '../../src/sim/kernel/distributions/registry.ts';
import { repairOrders, type Announcement } from '../../src/sim/model/failure-model.ts';
import { drawnLifetimes } from '../../src/sim/model/lifetimes.ts';
import { maintenanceModes } from '../../src/sim/model/maintenance.ts';
import { NodeStatus } from '../../src/sim/model/node-status.ts';
import { StopCause } from '../../src/sim/model/planned-stop.ts';
import { NodeFactKind, type Fold, type NodeFact } from '../../src/sim/record/fact.ts';
import { GpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { clusterOf, runOf, type RunSketch } from '../engine/run-builder.ts';
import { runCount, seed } from '../engine/seed.ts';
import { expectNodeAccounts } from './node-accounts.ts';
import { Replay } from './replay.ts';
import { sharedParts, worldOf } from './worlds.ts';

/** Nodes in quarantine, which must not be in service. */
class KeptNodes implements Fold {
  quarantines = 0;
  replaced = 0;
  private readonly kept = new Set<number>();
  private readonly out = new Set<number>();

  step(): void {}

  stepNode({ kind, subject: node, detail, to }: NodeFact): void {
    if (kind === NodeFactKind.Quarantine) {
      if (!this.out.has(node) || this.kept.has(node)) throw new Error(`node ${node} is kept in service, or twice`);
      this.kept.add(node);
      this.quarantines++;
    } else if (kind === NodeFactKind.Release) {
      if (!this.kept.delete(node)) throw new Error(`node ${node} is released twice`);
      this.replaced += detail;
    } else if (kind === NodeFactKind.Shift) {
      if (to === NodeStatus.In && this.kept.has(node)) throw new Error(`node ${node} works in quarantine`);
      if (to === NodeStatus.In) this.out.delete(node);
      else this.out.add(node);
    }
  }

  done(): void {}
}

const times = (max: number) => fc.integer({ min: 0, max });
const world = fc.record({
  name: fc.nat({ max: 1_000_000 }),
  nodes: fc.integer({ min: 1, max: 9 }),
  gpusPerNode: fc.integer({ min: 1, max: 4 }),
  nodesPerRack: fc.integer({ min: 1, max: 4 }),
  jobs: fc.array(
    fc.record({
      gpus: fc.integer({ min: 1, max: 12 }),
      runUs: fc.integer({ min: 1, max: 3000 }),
      submitUs: times(3000),
      priority: fc.nat({ max: 2 }),
    }),
    { minLength: 1, maxLength: 10 },
  ),
  faultUs: fc.integer({ min: 500, max: 20_000 }),
  reclaimUs: fc.integer({ min: 300, max: 20_000 }),
  repairUs: fc.integer({ min: 1, max: 300 }),
  detectionUs: fc.constantFrom(0, 20, 200),
  technicians: fc.constantFrom(1, 3, Infinity),
  quarantine: fc.option(
    fc.record({
      windowUs: fc.constantFrom(100, 5000),
      threshold: fc.constantFrom(1, 2.5, 4),
      lastsUs: fc.constantFrom(0, 10, 700, NEVER),
      isReplaced: fc.boolean(),
    }),
  ),
  order: fc.constantFrom(...repairOrders),
  burnInUs: fc.constantFrom(0, 100),
  noticeUs: times(200),
  recall: fc.constantFrom(0, 0.5, 1),
  falseUs: fc.integer({ min: 300, max: 20_000 }),
  mode: fc.constantFrom(...maintenanceModes),
  scope: fc.constantFrom('node' as const, 'rack' as const),
  batch: fc.integer({ min: 1, max: 3 }),
  everyUs: fc.constantFrom(NEVER, 1500),
  takesUs: times(200),
  patienceUs: fc.constantFrom(0, 100, NEVER),
  stallUs: times(50),
  persistUs: times(100),
  slowUs: fc.integer({ min: 300, max: 2000 }),
  slow: fc.option(fc.record({ factor: fc.double({ min: 0.05, max: 0.95, noNaN: true }), isIgnored: fc.boolean() })),
  restart: fc.constantFrom(0, 7, 200),
  resumeOverheadUs: fc.constantFrom(0, 5),
  keeps: fc.boolean(),
  scheduling: fc.constantFrom(
    'fifo',
    'fifo-skip',
    'easy-backfill',
    'conservative-backfill',
    'srtf',
    'priority',
    'tiresias',
    'gavel',
  ),
  placement: fc.constantFrom('first-fit', 'best-fit', 'consolidate', 'count', 'topology', 'best-fit-score'),
  partScope: fc.constantFrom('node' as const, 'gpu' as const),
  sharedMtbfUs: fc.constantFrom(NEVER, 900, 5000),
});

describe('a hostile world in which nodes are cared for', () => {
  it('holds no GPU twice, puts nobody on a node that is due or gone, keeps all work of planned stops, and adds up', () => {
    const stops = [0, 0, 0, 0];
    let finished = 0;
    let leftSlowly = 0;
    let struckSaving = 0;
    let [quarantines, replaced] = [0, 0];
    fc.assert(
      fc.property(world, (given) => {
        const { nodes, gpusPerNode, nodesPerRack, stallUs, detectionUs, burnInUs } = given;
        const pools = [{ nodes, gpusPerNode, nodesPerRack }];
        const jobs = given.jobs.map((job) => ({ ...job, gpus: Math.min(job.gpus, nodes * gpusPerNode) }));
        const cluster = clusterOf(pools);
        const exponential = (meanUs: number) => buildDistribution({ kind: 'exponential', mean: meanUs / 1e6 });
        const lives = (meanUs: number) => drawnLifetimes(exponential(meanUs), exponential(given.repairUs));
        const prediction: Announcement = {
          cause: StopCause.Prediction,
          share: given.recall,
          leadUs: given.noticeUs,
          status: NodeStatus.RepairQueue,
          falseUs: (luck) => Math.ceil(2 * given.falseUs * luck.uniform()),
        };
        const reclaim: Announcement = {
          cause: StopCause.Reclaim,
          share: 1,
          leadUs: given.noticeUs,
          status: NodeStatus.Down,
        };
        const weights = { fault: 1, multiNodeInterruption: 1, singleNodeInterruption: 0.5 };
        const model = {
          ...worldOf(
            [
              {
                name: 'part',
                scope: given.partScope,
                lifetimes: lives(given.faultUs),
                detectionUs,
                burnInUs,
                announced: prediction,
              },
              { name: 'rack', scope: 'rack', lifetimes: lives(4 * given.faultUs), detectionUs, priority: 1 },
              {
                name: 'slow part',
                lifetimes: drawnLifetimes(exponential(given.slowUs), exponential(given.slowUs)),
                detectionUs: 500,
                announced: prediction,
                ...(given.slow !== null && { slow: given.slow }),
              },
              { name: 'spot', lifetimes: lives(given.reclaimUs), needsTechnician: false, announced: reclaim },
              ...sharedParts(given.sharedMtbfUs, exponential(given.repairUs), detectionUs),
            ],
            given.name,
            given.technicians,
          ),
          repairOrder: given.order,
          ...(given.quarantine !== null && { quarantine: { ...given.quarantine, weights, nodesMax: nodes - 1 } }),
          maintenance: [
            {
              name: 'upgrade',
              scope: given.scope,
              startUs: 300,
              everyUs: given.everyUs,
              takesUs: given.takesUs,
              batch: given.batch,
              mode: given.mode,
              patienceUs: given.patienceUs,
            },
          ],
        };
        const cost = { restart: given.restart };
        const checkpoints = { interval: 200, stall: stallUs, persist: given.persistUs };
        const sketch: RunSketch = {
          pools,
          jobs,
          scheduling: given.scheduling,
          placement: given.placement,
          horizonUs: 30_000,
          resumeOverheadUs: given.resumeOverheadUs,
          failures: {
            model,
            recovery: given.keeps ? ['periodic-checkpoint', { ...cost, ...checkpoints }] : ['restart', cost],
          },
        };
        const kept = new KeptNodes();
        const replay = new Replay(cluster, model, {
          mayLeave: true,
          ...(given.keeps && { checkpoints: { everyUs: 200, stallUs, persistUs: given.persistUs } }),
        });
        const uses = new GpuTimeUses(cluster);
        const { metrics, spec, simulation } = runOf(sketch, [replay, kept, uses]);
        expectNodeAccounts(uses, replay, { nodes, gpusPerNode, endUs: simulation.nowUs });
        spec.jobs.runUs.forEach((runUs, job) => {
          const isDone = metrics.outcomes.outcome[job] === Outcome.Done;
          if (isDone) finished++;
          if (isDone) expect(replay.keptUsOf(job)).toBe(runUs);
          else expect(replay.keptUsOf(job)).toBeLessThanOrEqual(runUs);
        });
        leftSlowly += replay.met.leftSlowly;
        struckSaving += replay.met.struckSaving;
        replay.plannedStops.forEach((count, cause) => (stops[cause]! += count));
        quarantines += kept.quarantines;
        replaced += kept.replaced;
      }),
      { seed, numRuns: runCount(45) },
    );
    console.log(
      `stopped by policies ${stops[0]}, for maintenance ${stops[1]}, predictions ${stops[2]}, reclaims ${stops[3]}; ` +
        `${leftSlowly} left with slow members, ${struckSaving} were struck before they could`,
    );
    expect(finished).toBeGreaterThan(50);
    expect(Math.min(...stops, leftSlowly, struckSaving)).toBeGreaterThan(5);
    console.log(`${quarantines} quarantines, ${replaced} nodes replaced`);
    expect(Math.min(quarantines, replaced)).toBeGreaterThan(50);
  });
});
