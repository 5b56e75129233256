import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDistribution } from '../../src/sim/kernel/distributions/registry.ts';
import { drawnLifetimes, drawnTime, recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { NodeStatus } from '../../src/sim/model/node-status.ts';
import { FactKind, NodeFactKind, type Fact, type Fold, type NodeFact } from '../../src/sim/record/fact.ts';
import { GpuTimeUses, gpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { clusterOf, runOf, type RunSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';
import { worldOf } from './worlds.ts';

/** Replays the facts: who holds what where, which nodes are out, and what each job has done and kept. */
class Replay implements Fold {
  readonly keptUs: number[];
  readonly held: Int32Array;
  readonly status: Uint8Array;
  interruptions = 0;
  paceChanges = 0;
  /** What was kept when the job began on the GPUs that it holds: no fault takes back more. */
  private readonly keptBeforeUs: number[];
  /** Time that GPUs in service were held by nobody: followed here, where the account takes what is left over. */
  readonly idleUs: Float64Array;
  private readonly passedUs: Float64Array;
  private readonly gpus: Int32Array;

  constructor(nodeGpus: Int32Array, jobs: number) {
    this.gpus = nodeGpus;
    this.idleUs = new Float64Array(nodeGpus.length);
    this.passedUs = new Float64Array(nodeGpus.length);
    this.held = new Int32Array(nodeGpus.length);
    this.status = new Uint8Array(nodeGpus.length);
    this.keptUs = Array.from({ length: jobs }, () => 0);
    this.keptBeforeUs = Array.from({ length: jobs }, () => 0);
  }

  step(fact: Fact): void {
    const { kind, subject, spent } = fact;
    if (kind === FactKind.Start || kind === FactKind.GoOn) {
      this.hold(fact, 1);
      this.keptBeforeUs[subject] = this.keptUs[subject]!;
    } else if (kind === FactKind.Stall || kind === FactKind.Pace) {
      if (kind === FactKind.Stall) this.interruptions++;
      else this.paceChanges++;
      this.keptUs[subject] = this.keptUs[subject]! + spent.usefulUs;
      must(this.keptUs[subject] >= this.keptBeforeUs[subject]!, 'more work is lost than was done since the start');
    } else if (endsAStretch(kind)) {
      this.hold(fact, -1);
      this.keptUs[subject] = this.keptUs[subject]! + spent.usefulUs;
    }
  }

  stepNode({ kind, subject: node, from, to, timeUs }: NodeFact): void {
    if (kind !== NodeFactKind.Shift) return;
    this.pass(node, timeUs);
    must(this.held[node] === 0, `gangs hold GPUs on node ${node} while it goes out of service or comes back`);
    must(this.status[node] === from && from !== to, `node ${node} goes or comes twice`);
    this.status[node] = to;
  }

  done(endUs: number): void {
    this.held.forEach((_, node) => this.pass(node, endUs));
  }

  private pass(node: number, nowUs: number): void {
    const idle = this.status[node] === NodeStatus.In ? this.gpus[node]! - this.held[node]! : 0;
    this.idleUs[node] = this.idleUs[node]! + idle * (nowUs - this.passedUs[node]!);
    this.passedUs[node] = nowUs;
  }

  private hold({ timeUs, grants, grantsFirst, grantsEnd }: Fact, sign: 1 | -1): void {
    for (let run = grantsFirst; run < grantsEnd; run += 3) {
      for (let node = grants[run]!; node < grants[run]! + grants[run + 1]!; node++) {
        this.pass(node, timeUs);
        const held = this.held[node]! + sign * grants[run + 2]!;
        must(held >= 0 && held <= this.gpus[node]!, `${held} of ${this.gpus[node]} GPUs held on node ${node}`);
        must(
          sign === -1 || this.status[node] === NodeStatus.In,
          `a gang starts on node ${node}, which is out of service`,
        );
        this.held[node] = held;
      }
    }
  }
}

/** Asked for thousands of times a run: `expect` would take longer than the run. */
function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

function endsAStretch(kind: FactKind): boolean {
  const ends: readonly FactKind[] = [
    FactKind.Finish,
    FactKind.Preempt,
    FactKind.Leave,
    FactKind.CutOff,
    FactKind.Interrupt,
    FactKind.GiveUp,
  ];
  return ends.includes(kind);
}

/** Times around so many us. */
function after(meanUs: number) {
  return drawnTime(buildDistribution({ kind: 'uniform', min: 0, max: (2 * meanUs) / 1e6 }));
}

const world = fc.record({
  name: fc.integer({ min: 0, max: 1_000_000 }),
  nodes: fc.integer({ min: 1, max: 9 }),
  gpusPerNode: fc.integer({ min: 1, max: 4 }),
  nodesPerRack: fc.integer({ min: 1, max: 4 }),
  jobs: fc.array(
    fc.record({
      gpus: fc.integer({ min: 1, max: 12 }),
      runUs: fc.integer({ min: 1, max: 4000 }),
      submitUs: fc.nat({ max: 3000 }),
      priority: fc.nat({ max: 2 }),
    }),
    { minLength: 1, maxLength: 10 },
  ),
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
});

describe('a hostile world', () => {
  it('holds no GPU twice, starts nobody on a node that is out, loses only what was not safe, and accounts for every us', () => {
    let interruptions = 0;
    let finished = 0;
    let givenUp = 0;
    let paceChanges = 0;
    fc.assert(
      fc.property(world, (given) => {
        const { nodes, gpusPerNode, nodesPerRack } = given;
        const pools = [{ nodes, gpusPerNode, nodesPerRack }];
        const jobs = given.jobs.map((job) => ({ ...job, gpus: Math.min(job.gpus, nodes * gpusPerNode) }));
        const cluster = clusterOf(pools);
        const exponential = (meanUs: number) => buildDistribution({ kind: 'exponential', mean: meanUs / 1e6 });
        const repair = buildDistribution({ kind: 'uniform', min: 0, max: given.repairUs / 1e6 });
        const { detectionUs } = given;
        const model = worldOf(
          [
            {
              name: 'node',
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
          ],
          given.name,
          given.technicians,
        );
        const cost = { restart: given.restart, attempts: given.attempts };
        const checkpoints = { interval: given.everyUs, stall: given.stallUs, persist: given.persistUs };
        const sketch: RunSketch = {
          pools,
          jobs,
          scheduling: given.scheduling,
          placement: given.placement,
          horizonUs: 60_000,
          failures: {
            model,
            recovery: given.keeps ? ['periodic-checkpoint', { ...cost, ...checkpoints }] : ['restart', cost],
          },
        };
        const replay = new Replay(cluster.nodeGpus, jobs.length);
        const uses = new GpuTimeUses(cluster);
        const { metrics, spec, simulation } = runOf(sketch, [replay, uses]);
        for (let node = 0; node < nodes; node++) {
          const here = gpuTimeUses.map((_, use) => uses.gpuUs[node * gpuTimeUses.length + use]!);
          expect(Math.min(...here)).toBeGreaterThanOrEqual(0);
          const idle = here[gpuTimeUses.indexOf('idle-free')]! + here[gpuTimeUses.indexOf('idle-fragmented')]!;
          expect(idle).toBe(replay.idleUs[node]);
          expect(here.reduce((sum, us) => sum + us, 0)).toBe(gpusPerNode * simulation.nowUs);
        }
        spec.jobs.runUs.forEach((runUs, job) => {
          const outcome = metrics.outcomes.outcome[job];
          if (outcome === Outcome.Done) expect(replay.keptUs[job]).toBe(runUs);
          else expect(replay.keptUs[job]).toBeLessThanOrEqual(runUs);
          if (outcome === Outcome.Done) finished++;
          if (outcome === Outcome.Failed) givenUp++;
        });
        interruptions += replay.interruptions;
        paceChanges += replay.paceChanges;
      }),
      { seed, numRuns: 100 },
    );
    console.log(
      `${interruptions} interruptions, ${finished} jobs finished, ${givenUp} given up, ${paceChanges} changes of pace`,
    );
    expect(Math.min(interruptions, finished, paceChanges)).toBeGreaterThan(200);
    expect(givenUp).toBeGreaterThan(50);
  });
});
