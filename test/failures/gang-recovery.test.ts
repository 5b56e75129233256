import { describe, expect, it } from 'vitest';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import { Refusal } from '../../src/sim/contract/refusal.ts';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { FactKind, nothingSpent, type Fact, type Fold, type Spent } from '../../src/sim/record/fact.ts';
import { CAUSES } from '../../src/sim/record/wait-cause-times.ts';
import { runOf, type RunSketch } from '../engine/run-builder.ts';
import { worldOf } from './worlds.ts';

interface Told {
  readonly kind: FactKind;
  readonly timeUs: number;
  readonly gpus: number;
  readonly spent: Spent;
  /** [first node, nodes, GPUs on each], ... */
  readonly grants: readonly number[];
}

/** The facts of a run that has one job. */
class Story implements Fold {
  readonly told: Told[] = [];

  step({ kind, timeUs, gpus, spent, grants, grantsFirst, grantsEnd }: Fact): void {
    if (kind === FactKind.Arrive || kind === FactKind.Refusal) return;
    this.told.push({
      kind,
      timeUs,
      gpus,
      spent: { ...spent },
      grants: Array.from(grants.slice(grantsFirst, grantsEnd)),
    });
  }

  done(): void {}

  of(kind: FactKind): Told[] {
    return this.told.filter((fact) => fact.kind === kind);
  }
}

/** Faults of single nodes: [node, at, mended], and how long each stays hidden. */
interface Setting {
  readonly faults: readonly (readonly [node: number, fromUs: number, toUs: number])[];
  readonly detectionUs?: number;
  readonly recovery: readonly [string, ParameterValues];
  readonly spares?: number;
  readonly takeOverUs?: number;
  readonly gpus?: number;
  readonly gpusMin?: number;
  readonly runUs?: number;
  readonly more?: Partial<RunSketch>;
}

/** One job of 8 nodes of one GPU, on as many and the spares. */
function story({ faults, detectionUs = 0, recovery, spares = 0, takeOverUs = 0, ...rest }: Setting): Story {
  const { gpus = 8, gpusMin = gpus, runUs = 1000, more = {} } = rest;
  const classes = faults.map(([only, fromUs, toUs]) => ({
    name: `node ${only} at ${fromUs}`,
    only,
    detectionUs,
    lifetimes: recordedLifetimes([{ fromUs, toUs }]),
  }));
  const told = new Story();
  const model = {
    ...worldOf(classes),
    ...(spares > 0 ? { spares: [{ pool: 0, nodes: spares, takeOverUs }] } : {}),
  };
  runOf(
    {
      pools: [{ nodes: 8 + spares, gpusPerNode: 1 }],
      jobs: [{ runUs, gpus, gpusMin }],
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: { model, recovery },
      ...more,
    },
    [told],
  );
  return told;
}

describe('work that machines still hold after a fault', () => {
  it('is lost up to the step that the fault struck, counted from the last safe checkpoint', () => {
    const told = story({
      faults: [[0, 537, 540]],
      detectionUs: 2,
      recovery: ['just-in-time', { interval: 200, stall: 10, step: 30, save: 5, restart: 20, warmUp: 7 }],
    });
    // Checkpoints at 200 and, after its stall, at 410; ran since: 537 - 420 = 117, of which 27 are an unfinished step.
    expect(told.of(FactKind.Stall)[0]!.spent).toMatchObject({ lostUs: 27, stallUs: 20, usefulUs: 537 - 20 - 27 });
    expect(told.of(FactKind.Interrupt)[0]!.spent).toMatchObject({ undetectedUs: 2 });
    const finish = told.of(FactKind.Finish)[0]!;
    const workLeft = 1000 - 490;
    // Mended at 540; one more save, load and warm-up; 510 of work with checkpoints after 200 and 400 of it.
    expect(finish.timeUs).toBe(540 + 25 + 7 + workLeft + 2 * 10);
    expect(finish.spent).toMatchObject({ loadUs: 25, warmUpUs: 7, overheadUs: 0, usefulUs: workLeft, stallUs: 20 });
  });

  it('is lost after all when further faults strike before the first is found', () => {
    const told = story({
      faults: [
        [0, 500, 700],
        [1, 503, 700],
      ],
      detectionUs: 10,
      recovery: ['in-memory-checkpoint', { interval: 300, stall: 0, step: 1, copies: 2, restartFromStorage: 40 }],
    });
    expect(told.of(FactKind.Stall)[0]!.spent).toMatchObject({ usefulUs: 500, lostUs: 0 });
    expect(
      told
        .of(FactKind.Stall)
        .slice(1)
        .map(({ spent }) => spent),
    ).toEqual([{ ...nothingSpent(), undetectedUs: 3, usefulUs: -200, lostUs: 200 }]);
    const finish = told.of(FactKind.Finish)[0]!;
    expect(finish).toMatchObject({ timeUs: 700 + 40 + 700, spent: { loadUs: 40, usefulUs: 700 } });
  });

  it('stays where the second fault strikes another group', () => {
    const told = story({
      faults: [
        [0, 500, 700],
        [2, 503, 700],
      ],
      detectionUs: 10,
      recovery: ['in-memory-checkpoint', { interval: 300, stall: 0, step: 1, copies: 2, restartFromStorage: 40 }],
    });
    expect(told.of(FactKind.Stall)).toHaveLength(1);
    expect(told.of(FactKind.Finish)[0]!.timeUs).toBe(700 + 500);
  });
});

describe('spares', () => {
  const restart: Setting['recovery'] = ['periodic-checkpoint', { interval: 100, stall: 0, restart: 20 }];

  it('take the place of lost nodes at the instant at which the fault is found', () => {
    const told = story({ faults: [[3, 250, 900]], detectionUs: 5, recovery: restart, spares: 1, takeOverUs: 30 });
    expect(told.told.map(({ kind, timeUs }) => [kind, timeUs])).toEqual([
      [FactKind.Start, 0],
      [FactKind.Stall, 250],
      [FactKind.Interrupt, 255],
      [FactKind.Start, 255],
      [FactKind.Finish, 255 + 20 + 30 + 800],
    ]);
    expect(told.of(FactKind.Start)[1]!.grants).toEqual([0, 3, 1, 8, 1, 1, 4, 4, 1]);
    expect(told.of(FactKind.Finish)[0]!.spent).toMatchObject({ loadUs: 20, overheadUs: 30, usefulUs: 800 });
  });

  it('are the nodes that come back, once they have stood in', () => {
    const faults = [
      [3, 250, 400],
      [8, 600, 2000],
    ] as const;
    const told = story({ faults, recovery: restart, spares: 1 });
    // Node 3, mended, takes the place of the spare that broke.
    expect(told.of(FactKind.Start).map(({ grants }) => grants)).toEqual([
      [0, 8, 1],
      [0, 3, 1, 8, 1, 1, 4, 4, 1],
      [0, 8, 1],
    ]);
  });

  it('too few of them leave the gang to the queue', () => {
    const faults = [
      [3, 250, 400],
      [4, 250, 450],
    ] as const;
    const told = story({ faults, detectionUs: 5, recovery: restart, spares: 1 });
    // The spare stands in for node 3; node 4, found at the same instant, has none, and waits for the first to be mended.
    expect(told.of(FactKind.Start).map(({ timeUs }) => timeUs)).toEqual([0, 255, 400]);
  });

  it('that are broken themselves, and nobody knows, stop the gang again', () => {
    const faults = [
      [8, 245, 300],
      [3, 250, 400],
    ] as const;
    const told = story({ faults, detectionUs: 50, recovery: restart, spares: 1 });
    // Node 8 has been found and mended is again a spare by 345: the fault of node 3, found at 300, waits for it.
    expect(told.told.map(({ kind, timeUs }) => [kind, timeUs])).toEqual([
      [FactKind.Start, 0],
      [FactKind.Stall, 250],
      [FactKind.Interrupt, 300],
      [FactKind.Start, 300],
      [FactKind.Finish, 300 + 20 + 800],
    ]);
    const later = story({ faults: [[8, 280, 320], faults[1]], detectionUs: 50, recovery: restart, spares: 1 });
    expect(later.told.map(({ kind, timeUs }) => [kind, timeUs])).toEqual([
      [FactKind.Start, 0],
      [FactKind.Stall, 250],
      [FactKind.Interrupt, 300],
      // On node 8, whose fault is found at 330.
      [FactKind.Start, 300],
      [FactKind.Stall, 300],
      [FactKind.Interrupt, 330],
      [FactKind.Start, 330],
      [FactKind.Finish, 330 + 20 + 800],
    ]);
  });
});

describe('faults found at one instant', () => {
  it('stop a gang that was brought back onto the node of the next, which then does nothing', () => {
    const faults = [
      [3, 250, 900],
      [4, 250, 900],
    ] as const;
    const told = story({ faults, recovery: ['periodic-checkpoint', { interval: 100, stall: 0 }], spares: 2 });
    // Two spares for two nodes, one after the other.
    expect(told.told.map(({ kind, timeUs }) => [kind, timeUs])).toEqual([
      [FactKind.Start, 0],
      [FactKind.Stall, 250],
      [FactKind.Interrupt, 250],
      [FactKind.Start, 250],
      [FactKind.Stall, 250],
      [FactKind.Interrupt, 250],
      [FactKind.Start, 250],
      [FactKind.Finish, 250 + 800],
    ]);
  });
});

describe('an elastic gang', () => {
  const elastic: Setting['recovery'] = ['periodic-checkpoint', { interval: 100, stall: 0, restart: 20, elastic: true }];

  it('goes on at once on the nodes that are left, slower, and grows back when the node returns', () => {
    const told = story({ faults: [[3, 200, 420]], recovery: elastic, gpusMin: 4 });
    expect(told.told.map(({ kind, timeUs, gpus }) => [kind, timeUs, gpus])).toEqual([
      [FactKind.Start, 0, 8],
      [FactKind.Stall, 200, 8],
      [FactKind.Interrupt, 200, 8],
      [FactKind.Start, 200, 7],
      [FactKind.Leave, 420, 7],
      [FactKind.GoOn, 420, 8],
      // 200 us at 7 of 8 speeds are 175 of work.
      [FactKind.Finish, 420 + 1000 - 200 - 175, 8],
    ]);
    expect(told.of(FactKind.GoOn)[0]!.grants).toEqual([0, 8, 1]);
  });

  it('does not grow while others wait, and not beyond what it had', () => {
    const jobs = [
      { runUs: 1000, gpus: 8, gpusMin: 4 },
      { runUs: 50, gpus: 8, submitUs: 300 },
    ];
    const told = story({ faults: [[3, 200, 420]], recovery: elastic, more: { jobs } });
    expect(told.of(FactKind.GoOn)).toEqual([]);
    expect(told.of(FactKind.Finish)[0]!.gpus).toBe(7);
  });

  it('queues when too little is left', () => {
    const told = story({ faults: [[3, 200, 420]], recovery: elastic, gpusMin: 8 });
    expect(told.of(FactKind.Start).map(({ timeUs, gpus }) => [timeUs, gpus])).toEqual([
      [0, 8],
      [420, 8],
    ]);
  });
});

describe('a gang that backs off', () => {
  it('joins the queue only when its time has come', () => {
    const told = story({
      faults: [[3, 200, 210]],
      recovery: ['restart', { backoff: 100 }],
    });
    expect(told.of(FactKind.Start).map(({ timeUs }) => timeUs)).toEqual([0, 300]);
  });

  it('waits for that alone until then, whatever others of its shape wait for, and for room after it', () => {
    // Both are on node 0, one after the other. The fault at 20 is mended at 30; the first is out until 120.
    const jobs = [
      { gpus: 8, runUs: 100 },
      { gpus: 8, runUs: 200, submitUs: 10 },
      { gpus: 8, runUs: 1, submitUs: 290 },
    ];
    const lifetimes = recordedLifetimes([
      { fromUs: 20, toUs: 30 },
      { fromUs: 280, toUs: 290 },
    ]);
    const { metrics } = runOf({
      pools: [{ nodes: 1, gpusPerNode: 8 }],
      jobs,
      scheduling: 'fifo',
      placement: 'first-fit',
      horizonUs: 340,
      failures: { model: worldOf([{ lifetimes }]), recovery: ['restart', { backoff: 100 }] },
    });
    const { waitedUs } = metrics.causes;
    const waits = jobs.map((_, job) => {
      const ofJob = waitedUs.subarray(job * CAUSES, (job + 1) * CAUSES);
      return [Refusal.NoCapacity, Refusal.Backoff].map((cause) => ofJob[cause - 1]);
    });
    // The first goes on from 230 to 280, and is out again when the run is cut off; the last runs from 290 on.
    expect(waits).toEqual([
      [110, 100 + 60],
      [20, 0],
      [0, 0],
    ]);
    expect([...metrics.outcomes.waitUs]).toEqual([270, 20, 0]);
    expect(metrics.causes.mainCause(0)).toBe(Refusal.Backoff);
    const shown = metrics.figures({ endUs: 340, events: 1, decisions: 1 }).waitByCause;
    expect(shown.filter(({ jobS }) => jobS > 0).map(({ cause }) => cause)).toEqual(['no-capacity', 'backoff']);
  });
});
