import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDistribution } from '../../src/sim/kernel/distributions/registry.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { lastBackupUs, NO_BACKUP } from '../../src/sim/model/data-keep.ts';
import type { Lifetimes } from '../../src/sim/model/failure-model.ts';
import { drawnLifetimes } from '../../src/sim/model/lifetimes.ts';
import { FactKind, NodeFactKind, type Fact, type Fold, type NodeFact } from '../../src/sim/record/fact.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { runOf, scheduleOf, type FinishedRun, type RunSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';
import { NodeLog } from './node-log.ts';
import { worldOf } from './worlds.ts';

/** Faults at these instants, mended `repairUs` later. */
function faultsAt(instants: readonly number[], repairUs: number): Lifetimes {
  return {
    nextFaultUs: (_, nowUs) => (instants.find((at) => at > nowUs) ?? NEVER) - nowUs,
    repairUs: () => repairUs,
  };
}

type Loss = readonly [node: number, instants: readonly number[], repairUs: number];

/** 4 nodes of 1 GPU in racks of 2; these lose their data at these instants, which is known 20 us later. */
function sketchOf(losses: readonly Loss[], more: Partial<RunSketch> = {}): RunSketch {
  const classes = losses.map(([only, instants, repairUs]) => {
    return { name: `disk ${only}`, only, lifetimes: faultsAt(instants, repairUs), detectionUs: 20, destroysData: true };
  });
  return {
    pools: [{ nodes: 4, gpusPerNode: 1, nodesPerRack: 2 }],
    data: [{ name: 'crawl', copies: [0], readUs: [0, 5, 50], keep: { rewriteUs: 40, backup } }],
    jobs: [],
    scheduling: 'fifo',
    placement: 'first-fit',
    horizonUs: 1000,
    failures: { model: worldOf(classes), recovery: ['restart', {}] },
    ...more,
  };
}

/** Begins every 100 us, takes 30 us, and so does getting it back. */
const backup = { everyUs: 100, copyUs: 30, nodes: [3] };

function run(losses: readonly Loss[], more: Partial<RunSketch> = {}): FinishedRun & { readonly node: NodeLog } {
  const node = new NodeLog();
  return { ...runOf(sketchOf(losses, more), [node]), node };
}

describe('a data set without any copy left', () => {
  it('is back after detection and reading, as of the last complete backup; who reads it waits for that, visibly', () => {
    const jobs = [
      { gpus: 1, runUs: 10, submitUs: 240, dataSet: 'crawl' },
      { gpus: 1, runUs: 10, submitUs: 260, dataSet: 'crawl' },
      { gpus: 1, runUs: 10, submitUs: 261 },
    ];
    const finished = run([[0, [250], 500]], { jobs });
    expect(finished.node.with('Data')).toEqual(['250 DataLost 0', '300 DataBack 0']);
    // The first had read it; the second reads it on node 1, from the node of another rack that kept the backup; the third needs none,
    // and begins once more at 270 us, having been put on node 0 before anybody knew.
    expect(scheduleOf(finished)).toEqual([
      [240, 250],
      [300, 360],
      [261, 280],
    ]);
    expect(finished.metrics.dataLosses!.figures()).toMatchObject({
      losses: 1,
      restored: 1,
      gone: 0,
      recoveryPointS: { mean: 50e-6, max: 50e-6 },
      recoveryTimeS: { mean: 50e-6, max: 50e-6 },
      bySet: [{ readAgainS: { mean: 50e-6, max: 50e-6 }, absentS: 50e-6, turnedAway: 0 }],
    });
    const waits = finished.metrics.figures({ endUs: 1000, events: 1, decisions: 1 }).waitByCause;
    expect(waits.filter(({ jobS }) => jobS > 0)).toEqual([{ cause: 'data-lost', jobS: 40e-6, gpuS: 40e-6 }]);
  });

  it('is as old as its last complete backup: from the copy time up to a distance more, on average half of that', () => {
    const points = Array.from({ length: 100 }, (_, at) => {
      const { dataLosses } = run([[0, [300 + at], 500]]).metrics;
      const { recoveryPointS, recoveryTimeS } = dataLosses!.figures();
      expect(recoveryTimeS.mean).toBe(50e-6);
      return Math.round(1e6 * recoveryPointS.mean!);
    });
    expect(points.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, step) => 30 + step));
  });

  it('lost anew before the next backup is as of the instant at which it came back', () => {
    const both: Loss[] = [
      [0, [250], 500],
      [3, [310], 20],
    ];
    // Node 3 has the only copy from 300 us on, and the only backup: with its data all is gone.
    expect(run(both).node.with('Data')).toEqual([
      '250 DataLost 0',
      '300 DataBack 0',
      '310 DataLost 0',
      '330 DataGone 0',
    ]);
    const two = { ...backup, nodes: [2, 3] };
    const data = [{ name: 'crawl', copies: [0], readUs: [0, 5, 50] as const, keep: { rewriteUs: 40, backup: two } }];
    const log = run(both, { data });
    expect(log.node.with('Data')).toEqual(['250 DataLost 0', '300 DataBack 0']);
    const rack: Loss[] = [
      [0, [250], 500],
      [2, [310], 20],
      [3, [310], 20],
    ];
    expect(run(rack, { data }).node.with('DataGone')).toEqual(['330 DataGone 0']);
  });

  it('is gone without a backup: who waits for it is turned away, who runs goes on, and the run ends', () => {
    const data = [{ name: 'crawl', copies: [0], readUs: [0, 5, 50] as const }];
    const jobs = [
      { gpus: 1, runUs: 900, dataSet: 'crawl' },
      { gpus: 4, runUs: 10, submitUs: 10, dataSet: 'crawl' },
      { gpus: 1, runUs: 10, submitUs: 300, dataSet: 'crawl' },
      { gpus: 1, runUs: 10, submitUs: 301 },
    ];
    const { metrics, node, simulation } = run([[0, [250], 100]], { data, jobs: jobs.slice(1), horizonUs: NEVER });
    expect(node.with('Data')).toEqual(['250 DataLost 0', '270 DataGone 0']);
    expect([...metrics.outcomes.outcome]).toEqual([Outcome.Done, Outcome.Rejected, Outcome.Done]);
    expect(metrics.dataLosses!.figures()).toMatchObject({ gone: 1, turnedAway: 1, recoveryPointS: { mean: null } });
    expect(simulation.nowUs).toBeLessThan(400);
    // On node 0 the fault stops the first one; it cannot begin again, and neither can the gang behind it begin.
    const stopped = run([[0, [250], 100]], { data, jobs });
    expect([...stopped.metrics.outcomes.outcome]).toEqual([
      Outcome.Rejected,
      Outcome.Rejected,
      Outcome.Rejected,
      Outcome.Done,
    ]);
  });
});

describe('a copy of a data set', () => {
  const data = [{ name: 'crawl', copies: [0, 1], readUs: [0, 5, 50] as const, keep: { rewriteUs: 40 } }];

  it('is written anew when its node is mended, from another one', () => {
    // Node 0 is found at 120, mended at 130, and holds a copy again at 170.
    const second = (at: number): string[] => {
      return run(
        [
          [0, [100], 10],
          [1, [at], 10],
        ],
        { data },
      ).node.with('Data');
    };
    expect(second(169)).toEqual(['169 DataLost 0', '189 DataGone 0']);
    expect(second(171)).toEqual([]);
  });

  it('that is destroyed is no longer read: where jobs run near their data, they follow the copies that are left', () => {
    const jobs = [{ gpus: 1, runUs: 10, submitUs: 180, dataSet: 'crawl' }];
    const near = { jobs, placement: 'delay-scheduling' };
    const two = [{ ...data[0]!, copies: [0, 2] }];
    const nodeOf = (losses: readonly Loss[]): number => {
      return run(losses, { ...near, data: two }).log.of(FactKind.Start)[0]!.grants[0]!.node;
    };
    expect(nodeOf([[3, [100], 10]])).toBe(0);
    expect(nodeOf([[0, [150], 10]])).toBe(2);
    expect(nodeOf([[0, [100], 10]])).toBe(0);
  });
});

it('a backup that is complete at an instant is found by arithmetic as if each were followed', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.nat(40), fc.nat(300), fc.nat(300), (copyUs, moreUs, sinceUs, nowUs) => {
      const everyUs = copyUs + moreUs + 1;
      let last: number = NO_BACKUP;
      for (let at = 0; at + copyUs <= nowUs; at += everyUs) if (at >= sinceUs) last = at;
      expect(lastBackupUs({ everyUs, copyUs, nodes: [0] }, sinceUs, nowUs)).toBe(last);
    }),
    { seed },
  );
});

/** Which sets are lost as told by the facts; no job may begin that reads one of them. */
class Absences implements Fold {
  readonly lost = new Set<number>();
  losses = 0;
  begunWithout = 0;
  private readonly setOf: (job: number) => number;

  constructor(setOf: (job: number) => number) {
    this.setOf = setOf;
  }

  step({ kind, subject }: Fact): void {
    if (kind === FactKind.Start && this.lost.has(this.setOf(subject))) this.begunWithout++;
  }

  stepNode({ kind, subject }: NodeFact): void {
    if (kind === NodeFactKind.DataLost) {
      this.losses++;
      this.lost.add(subject);
    } else if (kind === NodeFactKind.DataBack) this.lost.delete(subject);
  }

  done(): void {}
}

it('in a hostile world no job begins whose data are lost, every job comes to an end, and the same happens twice', () => {
  let losses = 0;
  const spare = { pool: 0, nodes: 1, takeOverUs: 3 };
  fc.assert(
    fc.property(
      fc.record({
        luck: fc.nat(1000),
        scheduling: fc.constantFrom('fifo', 'easy-backfill', 'conservative-backfill', 'priority', 'srtf', 'tiresias'),
        placement: fc.constantFrom('first-fit', 'delay-scheduling', 'count'),
        meanUs: fc.integer({ min: 150, max: 2000 }),
        hasBackup: fc.boolean(),
        hasSpare: fc.boolean(),
      }),
      ({ luck, scheduling, placement, meanUs, hasBackup, hasSpare }) => {
        const exponential = (mean: number) => buildDistribution({ kind: 'exponential', mean: mean / 1e6 });
        const lifetimes = drawnLifetimes(exponential(meanUs), exponential(60));
        const disk = { name: 'disk', lifetimes, detectionUs: 7, destroysData: true };
        const model = worldOf([disk, { name: 'rack', scope: 'rack', lifetimes: faultsAt([400, 900], 80) }], luck);
        const keep = { rewriteUs: 11, ...(hasBackup ? { backup: { ...backup, nodes: [3, 5] } } : {}) };
        const sketch: RunSketch = {
          pools: [{ nodes: 6, gpusPerNode: 2, nodesPerRack: 2 }],
          data: [
            { name: 'a', copies: [0, 1], readUs: [0, 2, 9], keep },
            { name: 'b', copies: [2], readUs: [0, 2, 9], keep },
          ],
          jobs: Array.from({ length: 30 }, (_, index) => ({
            gpus: 1 + (index % 3),
            runUs: 20 + 7 * index,
            submitUs: 40 * index,
            priority: index % 4,
            ...(index % 3 === 0 ? {} : { dataSet: index % 3 === 1 ? 'a' : 'b' }),
          })),
          scheduling,
          placement,
          failures: {
            model: hasSpare && placement !== 'count' ? { ...model, spares: [spare] } : model,
            recovery: ['periodic-checkpoint', { interval: 30, stall: 1, restart: 4 }],
          },
        };
        const absences = new Absences((job) => (job % 3) - 1);
        const first = runOf(sketch, [absences]);
        losses += absences.losses;
        expect(absences.begunWithout).toBe(0);
        expect(runOf(sketch, [], 7).fingerprint).toBe(first.fingerprint);
        const ends = first.metrics.outcomes.outcome;
        expect([...ends].every((end) => end === Outcome.Done || end === Outcome.Rejected)).toBe(true);
        if (hasBackup) return;
        const lost = [...ends.keys()].filter((job) => ends[job] === Outcome.Rejected);
        expect(lost.every((job) => absences.lost.has(first.spec.jobs.dataSet[job]!))).toBe(true);
      },
    ),
    { seed, numRuns: 30 },
  );
  expect(losses).toBeGreaterThan(30);
});
