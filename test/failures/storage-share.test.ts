import { describe, expect, it } from 'vitest';
import { CheckpointLedger, Ending } from '../../src/sim/engine/failures/checkpoint-ledger.ts';
import { FactKind, nothingSpent, type Fact, type Fold } from '../../src/sim/record/fact.ts';
import type { FailureFigures } from '../../src/sim/record/failure-figures.ts';
import { runOf } from '../engine/run-builder.ts';
import { failuresBySeed } from './scenario-runs.ts';
import { stalledPartsByEvents, type Bandwidths, type Writer } from './storage-twin.ts';
import { worldOf } from './worlds.ts';

/** How much of its running each gang stands still over checkpoints, and how often gangs plan anew. */
class Stalls implements Fold {
  readonly stallUs: number[] = [];
  readonly usefulUs: number[] = [];
  newPlans = 0;

  step({ subject, spent, kind }: Fact): void {
    if (kind === FactKind.Pace) this.newPlans++;
    else if (kind !== FactKind.CutOff && kind !== FactKind.Finish) return;
    this.stallUs[subject] = (this.stallUs[subject] ?? 0) + spent.stallUs;
    this.usefulUs[subject] = (this.usefulUs[subject] ?? 0) + spent.usefulUs;
  }

  done(): void {}
}

/** The writers as jobs of the real engine, in which nothing breaks; all begin at once, or one every so many us. */
function stallsOf(writers: readonly Writer[], { storage, node }: Bandwidths, horizonUs: number, apartUs = 0): Stalls {
  const stalls = new Stalls();
  const [{ everyS, bytes, nodes }] = writers as [Writer];
  runOf(
    {
      pools: [{ nodes: writers.reduce((sum, writer) => sum + writer.nodes, 0), gpusPerNode: 1 }],
      jobs: writers.map((writer, place) => ({ runUs: 1e14, gpus: writer.nodes, submitUs: place * apartUs })),
      scheduling: 'fifo',
      placement: 'first-fit',
      horizonUs,
      failures: {
        model: { ...worldOf([]), storage: { writeBytesPerUs: storage / 1e6, nodeBytesPerUs: node / 1e6 } },
        recovery: ['periodic-checkpoint', { interval: everyS * 1e6, bytesPerGpu: bytes / nodes }],
      },
    },
    [stalls],
  );
  return stalls;
}

function alike(count: number, nodes: number): Writer[] {
  return Array.from({ length: count }, () => ({ nodes, bytes: nodes * 1e9, everyS: 1000 }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('gangs that share the storage', () => {
  it('stand still over checkpoints about as long as when the bandwidth is shared out event by event', () => {
    const unbounded = 1e12;
    const cases: readonly [string, Writer[], Bandwidths, least: number, most: number][] = [
      ['2 gangs, a tenth of the time each', alike(2, 4), { storage: 4e7, node: unbounded }, 0.97, 1.03],
      ['8 gangs, storage busy a fifth of the time', alike(8, 4), { storage: 2e8, node: unbounded }, 0.97, 1.05],
      ['8 gangs, storage busy four fifths', alike(8, 4), { storage: 4e7, node: unbounded }, 1, 1.15],
      ['8 gangs, more than it can write', alike(8, 4), { storage: 2e7, node: unbounded }, 1, 1.15],
      ['20 gangs, storage as busy as it can be', alike(20, 4), { storage: 8e7, node: unbounded }, 1, 1.2],
      ['one of 32 nodes and 16 of 2', [...alike(1, 32), ...alike(16, 2)], { storage: 1e8, node: unbounded }, 1, 1.35],
      ['8 gangs whose nodes write slowly', alike(8, 4), { storage: 1e8, node: 1.25e7 }, 0.85, 1.05],
      ['16 nodes that write slowly', alike(16, 1), { storage: 3e7, node: 1e7 }, 0.85, 1.05],
    ];
    const table = cases.map(([name, writers, bandwidths, least, most]) => {
      const twin = mean(stalledPartsByEvents(writers, bandwidths, 600));
      const { stallUs, usefulUs } = stallsOf(writers, bandwidths, 1e12);
      const engine = mean(stallUs.map((us, job) => us / (us + usefulUs[job]!)));
      expect(engine / twin, name).toBeGreaterThan(least);
      expect(engine / twin, name).toBeLessThan(most);
      return `${name}: ${(100 * twin).toFixed(1)} % event by event, ${(100 * engine).toFixed(1)} % by the mean`;
    });
    console.log(table.join('\n'));
  });

  it('take exactly the time of their bytes when nobody else writes', () => {
    const { stallUs, usefulUs } = stallsOf(alike(1, 4), { storage: 4e7, node: 1e9 }, 4400e6);
    // 4 GB at 40 MB/s: 100 s after each 1000 s.
    expect([stallUs[0], usefulUs[0]]).toEqual([400e6, 4000e6]);
    // 4 nodes of 5 MB/s each write 4 GB in 200 s.
    const slow = stallsOf(alike(1, 4), { storage: 4e7, node: 5e6 }, 2400e6);
    expect([slow.stallUs[0], slow.usefulUs[0]]).toEqual([400e6, 2000e6]);
  });

  it('plan anew some times for each start, however many run', () => {
    const bandwidths = { storage: 4e7, node: 1e12 };
    const [few, many] = [50, 400].map((gangs) => stallsOf(alike(gangs, 1), bandwidths, 1e9, 1e6).newPlans / gangs);
    expect(few).toBeGreaterThan(5);
    expect(many).toBeLessThan(60);
  });

  it('keep the part of a checkpoint that is written when the storage becomes slower, and take longer for the rest', () => {
    const ledger = new CheckpointLedger(1);
    const spent = nothingSpent();
    ledger.begin(0, { everyUs: 100, stallUs: 80, persistUs: 0 }, 1);
    ledger.close(0, 120, 1000, 1, Ending.Paced, spent);
    expect([spent.usefulUs, spent.stallUs]).toEqual([100, 20]);
    ledger.replan(0, { everyUs: 300, stallUs: 160, persistUs: 0 });
    // Of 160 us a quarter is written: 120 us are left, then it works up to the next after 300.
    expect(ledger.runLengthUs(0, 900)).toBe(900 + 120 + 2 * 160);
    ledger.close(0, 121, 900, 1, Ending.Fault, spent);
    expect([spent.usefulUs, spent.lostUs, spent.stallUs]).toEqual([0, 1, 120]);
  });

  it('make what is being written safe later when the storage becomes slower', () => {
    for (const [elapsedUs, lostUs] of [
      [119, 120 + 119],
      [120, 20 + 120],
    ] as const) {
      const ledger = new CheckpointLedger(1);
      const spent = nothingSpent();
      ledger.begin(0, { everyUs: 100, stallUs: 0, persistUs: 80 }, 1);
      ledger.close(0, 120, 1000, 1, Ending.Paced, spent);
      ledger.replan(0, { everyUs: 200, stallUs: 0, persistUs: 160 });
      // 60 of 80 us were left, so 120 of 160 are.
      ledger.close(0, elapsedUs, 880, 1, Ending.Fault, spent);
      expect(spent.lostUs).toBe(lostUs);
    }
  });

  it('use their GPUs the worse, the more of them there are', async () => {
    const useful = await Promise.all(
      [0, 3, 7].map(async (others) => mean((await failuresBySeed(contention(others), [1, 2])).map(usefulOfFirst))),
    );
    for (let place = 1; place < useful.length; place++) expect(useful[place]).toBeLessThan(useful[place - 1]!);
  });
});

/** A job on the first 33 nodes, which is struck by the same faults whoever runs beside it, and some others of 32 each. */
function contention(others: number): object {
  return {
    name: 'contention',
    horizon: '20d',
    cluster: { pools: [{ name: 'a', nodes: 257, gpusPerNode: 8 }] },
    storage: { writeBandwidth: '5GB/s', nodeBandwidth: '1GB/s' },
    workload: {
      jobs: [
        { id: 'first', gpus: 264, submit: 0, run: '60d' },
        ...Array.from({ length: others }, (_, job) => ({ id: `other-${job}`, gpus: 256, submit: 1, run: '60d' })),
      ],
    },
    policies: { scheduling: 'fifo', placement: 'first-fit' },
    failures: {
      recovery: { name: 'periodic-checkpoint', rule: 'young', bytesPerGpu: '20GB' },
      components: [
        {
          name: 'node',
          timeToFault: { kind: 'exponential', mean: '500h' },
          timeToRepair: { kind: 'deterministic', value: '0s' },
        },
      ],
    },
  };
}

function usefulOfFirst({ bySize }: FailureFigures): number {
  return bySize.find(({ gpusMin }) => gpusMin === 257)!.ettr!;
}
