import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FactKind, nothingSpent, type Fact } from '../../src/sim/record/fact.ts';
import { Column, Occupancy } from '../../src/sim/record/occupancy.ts';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import { tableOfSketches } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';

const JOBS = 300;

/** What holds from one instant to another. */
interface Stretch {
  readonly fromUs: number;
  readonly toUs: number;
  readonly levels: readonly number[];
}

/** Lives of jobs as facts in order of time: some start at once, some are preempted, some turned away, some never end. */
function lives(name: string, spanUs: number): { gpus: number[]; facts: [FactKind, number, number][] } {
  const luck = new AleaStream(name);
  const later = (us: number): number => us + Math.floor(luck.uniform() * luck.uniform() * spanUs * 0.2);
  const facts: [FactKind, number, number][] = [];
  const gpus: number[] = [];
  for (let job = 0; job < JOBS; job++) {
    gpus.push(Math.floor(luck.uniform() * 9));
    let us = Math.floor(luck.uniform() * spanUs * 0.8);
    facts.push([FactKind.Arrive, us, job]);
    if (luck.uniform() < 0.1) {
      facts.push([FactKind.Reject, (us = later(us)), job]);
      continue;
    }
    for (;;) {
      facts.push([FactKind.Start, (us = luck.uniform() < 0.3 ? us : later(us)), job]);
      if (luck.uniform() < 0.1) break;
      us = later(us);
      const stopped = luck.uniform() < 0.3;
      facts.push([stopped ? FactKind.Preempt : FactKind.Finish, us, job]);
      if (!stopped) break;
    }
  }
  // Sorting is stable: facts of a job at one instant stay in the order of its life.
  return { gpus, facts: facts.sort((a, b) => a[1] - b[1]) };
}

const change: Record<number, readonly [busy: number, queued: number, running: number]> = {
  [FactKind.Arrive]: [0, 1, 0],
  [FactKind.Start]: [1, -1, 1],
  [FactKind.Preempt]: [-1, 1, -1],
  [FactKind.Finish]: [-1, 0, -1],
  [FactKind.Reject]: [0, -1, 0],
};

function stretchesOf(gpus: number[], facts: [FactKind, number, number][], endUs: number): Stretch[] {
  const stretches: Stretch[] = [];
  const levels = [0, 0, 0, 0];
  let fromUs = 0;
  const passTo = (toUs: number): void => {
    if (toUs > fromUs) stretches.push({ fromUs, toUs, levels: [...levels] });
    fromUs = toUs;
  };
  for (const [kind, us, job] of facts) {
    passTo(us);
    const [busy, queued, running] = change[kind]!;
    levels[Column.GpusBusy]! += busy * gpus[job]!;
    levels[Column.GpusQueued]! += queued * gpus[job]!;
    levels[Column.JobsQueued]! += queued;
    levels[Column.JobsRunning]! += running;
  }
  passTo(endUs);
  return stretches;
}

/** Whole numbers are exact up to 2^53; a larger integral (1,000 GPUs for 105 days) carries the rounding of doubles. */
function expectIntegral(found: number, exact: number): void {
  if (exact <= Number.MAX_SAFE_INTEGER) expect(found).toBe(exact);
  else expect(Math.abs(found / exact - 1)).toBeLessThan(1e-12);
}

describe('occupancy over time', () => {
  it.each([
    ['half a second', 5e5],
    ['a quarter of an hour', 9e8],
    ['a day', 86_400e6],
    ['three years', 94_608_000e6],
  ])('has the exact integral of every bucket, and keeps every peak, over %s', (_, spanUs) => {
    fc.assert(
      fc.property(fc.integer(), (name) => {
        const { gpus, facts } = lives(`lives ${name}`, spanUs);
        const occupancy = new Occupancy(
          tableOfSketches(
            gpus.map((count) => ({ gpus: count, runUs: 0 })),
            ['A'],
          ),
        );
        const fact: Fact = {
          kind: 0,
          timeUs: 0,
          subject: 0,
          detail: 0,
          gpus: 0,
          grants: new Int32Array(0),
          grantsFirst: 0,
          grantsEnd: 0,
          gpusEnd: 0,
          gpuMilli: 0,
          spent: nothingSpent(),
        };
        for (const [kind, timeUs, subject] of facts) {
          occupancy.step(
            Object.assign(fact, { kind, timeUs, subject, gpus: gpus[subject]!, gpuMilli: 1000 * gpus[subject]! }),
          );
        }
        const endUs = Math.max(facts.at(-1)![1], spanUs);
        occupancy.done(endUs);
        const stretches = stretchesOf(gpus, facts, endUs);
        const { bucketUs } = occupancy;
        expect(occupancy.buckets).toBe(Math.ceil(endUs / bucketUs));
        expect(occupancy.buckets).toBeLessThanOrEqual(1024);
        expect(bucketUs === 1e6 || occupancy.buckets > 512).toBe(true);
        const integral = (column: number, fromUs: number, toUs: number): number =>
          stretches.reduce(
            (sum, one) =>
              sum + one.levels[column]! * Math.max(0, Math.min(toUs, one.toUs) - Math.max(fromUs, one.fromUs)),
            0,
          );
        for (let bucket = 0; bucket < 1024; bucket++) {
          const fromUs = bucket * bucketUs;
          const inside = stretches.filter((one) => one.fromUs < fromUs + bucketUs && one.toUs > fromUs);
          expect(occupancy.queuedMax[bucket]).toBe(Math.max(0, ...inside.map((one) => one.levels[Column.JobsQueued]!)));
          for (let column = 0; column < 4; column++) {
            expectIntegral(occupancy.integrals[4 * bucket + column]!, integral(column, fromUs, fromUs + bucketUs));
          }
        }
        for (let column = 0; column < 4; column++)
          expectIntegral(occupancy.totals[column]!, integral(column, 0, endUs));
        expect(occupancy.queueLengthMax).toBe(Math.max(...occupancy.queuedMax));
      }),
      { numRuns: 4, seed },
    );
  });

  it('widens its buckets when the run outgrows them, and not before', () => {
    for (const [endUs, bucketUs] of [
      [1024e6, 1e6],
      [1024e6 + 1, 2e6],
      [4096e6, 4e6],
    ] as const) {
      const occupancy = new Occupancy(tableOfSketches([], ['A']));
      occupancy.done(endUs);
      expect([occupancy.bucketUs, occupancy.buckets]).toEqual([bucketUs, Math.ceil(endUs / bucketUs)]);
    }
  });

  it('does not call it a queue when jobs start the instant they come', () => {
    const occupancy = new Occupancy(tableOfSketches([{ gpus: 1, runUs: 1 }], ['A']));
    const fact = {
      timeUs: 5,
      subject: 0,
      detail: 0,
      gpus: 1,
      gpuMilli: 1000,
      spent: nothingSpent(),
      grants: new Int32Array(0),
      grantsFirst: 0,
      grantsEnd: 0,
      gpusEnd: 0,
    };
    occupancy.step({ ...fact, kind: FactKind.Arrive });
    occupancy.step({ ...fact, kind: FactKind.Start });
    occupancy.done(10);
    expect([occupancy.queueLengthMax, ...occupancy.queuedMax].every((length) => length === 0)).toBe(true);
    expect([...occupancy.totals]).toEqual([5, 0, 0, 5]);
  });
});
