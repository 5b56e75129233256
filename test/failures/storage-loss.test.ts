import { describe, expect, it } from 'vitest';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import type { ComponentClass } from '../../src/sim/model/failure-model.ts';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { NodeStatus } from '../../src/sim/model/node-status.ts';
import { StopCause } from '../../src/sim/model/planned-stop.ts';
import { FactKind, nothingSpent, type Fact, type Fold, type Spent } from '../../src/sim/record/fact.ts';
import { runOf, type RunSketch } from '../engine/run-builder.ts';
import { worldOf } from './worlds.ts';

type Span = readonly [fromUs: number, toUs: number];

interface Setting {
  /** When the storage is away. */
  readonly storage: readonly Span[];
  /** Faults of single nodes, found so much later, and otherwise than other faults. */
  readonly faults?: readonly (readonly [node: number, fromUs: number, toUs: number])[];
  readonly detectionUs?: number;
  readonly fault?: Partial<ComponentClass>;
  readonly recovery: readonly [string, ParameterValues];
  readonly nodes?: number;
  readonly gpus?: number;
  readonly more?: Partial<RunSketch>;
}

/** What a gang's time went to, up to its last fact; and when it ended, was stopped and began. */
class GangBook implements Fold {
  readonly spent: Record<keyof Spent, number> = nothingSpent();
  readonly at: Partial<Record<FactKind, number[]>> = {};

  step({ kind, timeUs, subject, spent }: Fact): void {
    if (subject !== 0 || kind === FactKind.Refusal) return;
    (this.at[kind] ??= []).push(timeUs);
    const isClosing = kind !== FactKind.Arrive && kind !== FactKind.Start;
    if (isClosing) for (const part of Object.keys(spent) as (keyof Spent)[]) this.spent[part] += spent[part];
  }

  done(): void {}

  get endUs(): number | undefined {
    return this.at[FactKind.Finish]?.[0];
  }
}

/** One job of 1000 us on nodes of one GPU each. */
function book({ storage, faults = [], nodes = 2, gpus = 1, ...rest }: Setting): GangBook {
  const { detectionUs = 0, fault = {}, recovery, more = {} } = rest;
  const told = new GangBook();
  const classes = [
    {
      name: 'storage',
      scope: 'storage' as const,
      lifetimes: recordedLifetimes(storage.map(([fromUs, toUs]) => ({ fromUs, toUs }))),
    },
    ...faults.map(([only, fromUs, toUs]) => {
      return { name: `at ${fromUs}`, only, detectionUs, ...fault, lifetimes: recordedLifetimes([{ fromUs, toUs }]) };
    }),
  ];
  runOf(
    {
      pools: [{ nodes, gpusPerNode: 1 }],
      jobs: [{ runUs: 1000, gpus }],
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: { model: worldOf(classes), recovery },
      ...more,
    },
    [told],
  );
  return told;
}

/** 100 us of running, 10 us of stall. */
const synchronous = ['periodic-checkpoint', { interval: 100, stall: 10 }] as const;
/** Safe 50 us after the stall. */
const asynchronous = ['periodic-checkpoint', { interval: 100, stall: 10, persist: 50 }] as const;

describe('a checkpoint that is being written when the storage goes', () => {
  it('is void: the gang goes on at once, and writes it as soon as the storage is back', () => {
    // Ran to 100, wrote to 110, ran to 210, wrote half of the second to 215. At 300 it has done 285, and writes to 310.
    const { endUs, spent } = book({ storage: [[215, 300]], recovery: synchronous });
    // 715 us of work are left then, with seven checkpoints between.
    expect(endUs).toBe(310 + 715 + 7 * 10);
    expect(spent).toMatchObject({ usefulUs: 1000, lostUs: 0, stallUs: 10 + 5 + 10 + 70 });
  });

  it('leaves the last whole one: what was done since is at risk until the next is written', () => {
    const lostAt = (faultUs: number, storage: readonly Span[] = [[215, 300]]): number => {
      return book({ storage, faults: [[0, faultUs, faultUs + 1]], recovery: synchronous }).spent.lostUs;
    };
    expect(lostAt(214)).toBe(100);
    expect(lostAt(216)).toBe(101);
    expect(lostAt(299)).toBe(184);
    expect(lostAt(309)).toBe(185);
    expect(lostAt(310)).toBe(0);
    expect(lostAt(315)).toBe(5);
    // One that was written to its end at that very instant is whole.
    expect(lostAt(299, [[220, 300]])).toBe(79);
    expect(lostAt(299, [[219, 300]])).toBe(180);
  });

  it('is void too where the gang went on while it was being made safe', () => {
    // Begun at 110, safe at 160: lost at 150. Written anew from 170 to 180, safe at 230; 160 us were done by 170.
    const lostAt = (faultUs: number): number => {
      return book({ storage: [[150, 170]], faults: [[0, faultUs, faultUs + 1]], recovery: asynchronous }).spent.lostUs;
    };
    expect(lostAt(169)).toBe(159);
    expect(lostAt(229)).toBe(160 + 49);
    expect(lostAt(230)).toBe(50);
    expect(book({ storage: [[160, 170]], faults: [[0, 169, 170]], recovery: asynchronous }).spent.lostUs).toBe(59);
  });

  it('and is the last before the gang leaves keeps it where it is, for the fault to find it there', () => {
    const prediction = { cause: StopCause.Prediction, share: 1, leadUs: 40, status: NodeStatus.RepairQueue };
    const leaving = (storage: readonly Span[]) => {
      return book({ storage, faults: [[0, 190, 195]], fault: { announced: prediction }, recovery: synchronous });
    };
    // Told at 150, it is gone at 160; the storage is lost at 155, and 100 of its 175 us of work are safe.
    expect(leaving([]).at[FactKind.Preempt]).toEqual([160]);
    const stays = leaving([[155, 400]]);
    expect(stays.at[FactKind.Preempt]).toBeUndefined();
    expect(stays.at[FactKind.Stall]).toEqual([190]);
    expect(stays.spent).toMatchObject({ lostUs: 75, usefulUs: 1000 });
    // Without storage when it is told, it does not even try.
    expect(leaving([[145, 400]]).spent).toMatchObject({ lostUs: 80, usefulUs: 1000 });
  });
});

describe('a checkpoint that comes due while the storage is away', () => {
  it('is written when it is back, and the cycle goes on from there', () => {
    // Away from 90 to 350: 350 us of work, written to 360, then every 100 us: 650 are left, with six between.
    const { endUs, spent } = book({ storage: [[90, 350]], recovery: synchronous });
    expect(endUs).toBe(360 + 650 + 6 * 10);
    expect(spent.stallUs).toBe(10 + 60);
  });

  it('moves nothing when it was not due: an outage between two of them is not noticed', () => {
    expect(book({ storage: [[120, 200]], recovery: synchronous }).endUs).toBe(1000 + 9 * 10);
  });

  it('is not written at all where the storage stays away', () => {
    const { endUs, spent } = book({ storage: [[0, 5000]], faults: [[0, 600, 601]], recovery: synchronous });
    expect(endUs).toBe(1600);
    expect(spent).toMatchObject({ lostUs: 600, stallUs: 0 });
  });

  it('waits for the last of several parts of the storage', () => {
    const storage = { name: 'metadata', scope: 'storage' as const };
    const second = { ...storage, lifetimes: recordedLifetimes([{ fromUs: 80, toUs: 400 }]) };
    const first = { ...storage, name: 'data', lifetimes: recordedLifetimes([{ fromUs: 90, toUs: 120 }]) };
    const told = new GangBook();
    runOf(
      {
        pools: [{ nodes: 1, gpusPerNode: 1 }],
        jobs: [{ runUs: 1000, gpus: 1 }],
        scheduling: 'fifo',
        placement: 'first-fit',
        failures: { model: worldOf([first, second]), recovery: synchronous },
      },
      [told],
    );
    expect(told.endUs).toBe(400 + 10 + 600 + 5 * 10);
  });
});

describe('a gang that has to load its work', () => {
  const withLoad = ['periodic-checkpoint', { interval: 100, stall: 10, restart: 20, warmUp: 5 }] as const;

  it('stands still in the middle of that while the storage is away, and goes on where it was', () => {
    // Fault at 150 with 100 of 140 us safe; loads to 160, stands to 200, loads to 210, warms up to 215; 900 are left.
    const { endUs, spent } = book({ storage: [[160, 200]], faults: [[0, 150, 151]], recovery: withLoad });
    expect(endUs).toBe(215 + 900 + 8 * 10);
    expect(spent).toMatchObject({ loadUs: 10 + 40 + 10, warmUpUs: 5, lostUs: 40, usefulUs: 1000 });
  });

  it('begins it when the storage is back', () => {
    const { endUs, spent } = book({ storage: [[140, 200]], faults: [[0, 150, 151]], recovery: withLoad });
    expect(endUs).toBe(225 + 900 + 8 * 10);
    expect(spent).toMatchObject({ loadUs: 50 + 20, warmUpUs: 5, lostUs: 40 });
  });

  it('warms up without the storage, once it has loaded', () => {
    const { endUs, spent } = book({ storage: [[172, 190]], faults: [[0, 150, 151]], recovery: withLoad });
    expect(endUs).toBe(175 + 900 + 8 * 10);
    expect(spent.loadUs).toBe(20);
  });

  it('can be struck, and begin anew, while it stands there', () => {
    const faults = [
      [0, 150, 151],
      [1, 180, 181],
    ] as const;
    const { endUs, spent } = book({ storage: [[160, 200]], faults, recovery: withLoad });
    // On node 1 from 150 on; struck there at 180, on node 0 again, where the load begins at 200.
    expect(endUs).toBe(225 + 900 + 8 * 10);
    expect(spent).toMatchObject({ loadUs: 10 + 20 + 20 + 20, warmUpUs: 5, lostUs: 40 });
  });
});

describe('what machines of a gang hold', () => {
  const steps = { interval: 300, stall: 0, step: 10, restart: 20 };

  it('is loaded from their memory whether the storage is there or not', () => {
    const recovery = ['in-memory-checkpoint', { ...steps, restartFromStorage: 50 }] as const;
    const away = { storage: [[100, 700]] as const, nodes: 3, gpus: 2, recovery };
    const { endUs, spent } = book({ ...away, faults: [[0, 155, 156]] });
    expect([endUs, spent.lostUs, spent.loadUs]).toEqual([155 + 20 + 850, 5, 20]);
    // With both nodes lost the last whole checkpoint is in the storage, and none was written: load from 700 to 750.
    const both = book({ ...away, nodes: 4, faults: [[0, 355, 356], [1, 355, 356]] }); // prettier-ignore
    expect([both.endUs, both.spent.lostUs, both.spent.loadUs]).toEqual([750 + 1000, 355, 700 - 355 + 50]);
  });

  it('is lost where it must be saved when the fault is found, and the storage is away then', () => {
    const recovery = ['just-in-time', { ...steps, save: 7 }] as const;
    const found = (storage: readonly Span[]) => {
      const { spent } = book({ storage, faults: [[0, 155, 300]], detectionUs: 60, nodes: 4, gpus: 3, recovery });
      return [spent.lostUs, spent.loadUs];
    };
    expect(found([])).toEqual([5, 27]);
    expect(found([[100, 214]])).toEqual([5, 27]);
    expect(found([[215, 230]])).toEqual([155, 15 + 20]);
  });
});
