import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/sim/contract/refusal.ts';
import { NO_JOB } from '../../src/sim/contract/scheduling.ts';
import { CandidateIndex } from '../../src/sim/engine/candidate-index.ts';
import { Shapes } from '../../src/sim/engine/shapes.ts';
import { WaitingLine } from '../../src/sim/engine/waiting-line.ts';
import { IntegerSet } from '../../src/sim/kernel/integer-set.ts';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import type { JobId } from '../../src/sim/model/brand.ts';
import { tableOfSketches } from './run-builder.ts';
import { seed } from './seed.ts';

const JOBS = 2600;

/** A queue over jobs of so many shapes, with a stand-in for the cluster of which only the free total counts. */
function queueOf(name: string, shapeCount: number, inArrivalOrder: boolean) {
  const luck = new AleaStream(name);
  const upTo = (max: number): number => Math.floor(luck.uniform() * (max + 1));
  const sketches = Array.from({ length: JOBS }, () => {
    const shape = upTo(shapeCount - 1);
    // Shapes differ in GPUs, or in CPU alone: classes must hold several shapes of one size as well.
    return { runUs: 1, gpus: 1 + (shape % 40), cpuMilli: Math.floor(shape / 40), priority: upTo(5) };
  });
  const jobs = tableOfSketches(sketches, ['A']);
  const estimateUs = Float64Array.from({ length: JOBS }, () => upTo(100));
  const cluster = { free: 40 };
  const shapes = new Shapes(jobs, false, (gang) => (gang.gpus <= cluster.free ? Refusal.None : Refusal.NoCapacity));
  const keyOf = inArrivalOrder ? () => 0 : (job: JobId) => -jobs.priority[job]!;
  const line = new WaitingLine(JOBS, keyOf, estimateUs, shapes);
  const ranked = Array.from({ length: JOBS }, (_, job) => job);
  if (!inArrivalOrder) ranked.sort((a, b) => jobs.priority[b]! - jobs.priority[a]! || a - b);
  return { upTo, jobs, estimateUs, cluster, shapes, line, ranked };
}

describe('the search for candidates', () => {
  it.each([
    { shapeCount: 1, inArrivalOrder: true },
    { shapeCount: 6, inArrivalOrder: false },
    { shapeCount: 16, inArrivalOrder: true },
    { shapeCount: 200, inArrivalOrder: true },
    { shapeCount: 400, inArrivalOrder: false },
  ])('finds what a walk through the whole queue finds: %o', ({ shapeCount, inArrivalOrder }) => {
    let found = 0;
    fc.assert(
      fc.property(fc.integer(), (name) => {
        const queue = queueOf(`candidates ${name}`, shapeCount, inArrivalOrder);
        const { upTo, jobs, estimateUs, cluster, shapes, line, ranked } = queue;
        const waiting = new Set<number>();
        const join = (job: number): void => {
          waiting.add(job);
          line.add(job);
        };
        for (let job = 0; job < JOBS; job++) if (upTo(9) > 0) join(job);
        for (let step = 0; step < 120; step++) {
          const job = upTo(JOBS - 1);
          if (waiting.delete(job)) line.remove(job);
          else {
            // Like a job that comes back from a preemption: its estimate has changed while it was away.
            estimateUs[job] = upTo(100);
            join(job);
          }
          const before = cluster.free;
          cluster.free = upTo(42);
          if (cluster.free > before) shapes.released();
          else shapes.taken();
          const after = upTo(JOBS - 1);
          const gpusMax = [-1, 0, upTo(40), Infinity][upTo(3)]!;
          const estimateUsMax = [-1, 0, upTo(8), Infinity][upTo(3)]!;
          const expected = ranked
            .slice(ranked.indexOf(after) + 1)
            .find(
              (one) =>
                waiting.has(one) &&
                jobs.gpus[one]! <= cluster.free &&
                (jobs.gpus[one]! <= gpusMax || estimateUs[one]! <= estimateUsMax),
            );
          expect(line.nextCandidate(after as JobId, gpusMax, estimateUsMax)).toBe(expected ?? NO_JOB);
          if (expected !== undefined) found++;
          expect(line.length).toBe(waiting.size);
          expect(line.head()).toBe(ranked.find((one) => waiting.has(one)));
        }
      }),
      { numRuns: 8, seed },
    );
    expect(found).toBeGreaterThan(200);
  });

  it('passes over long stretches of the queue in which every estimate is too long, also after the short ones left', () => {
    // All fit, but need too many GPUs for too long, save one short job in every hundred.
    const jobs = tableOfSketches(
      Array.from({ length: JOBS }, () => ({ runUs: 1, gpus: 8 })),
      ['A'],
    );
    const estimateUs = Float64Array.from({ length: JOBS }, (_, job) => (job % 100 === 99 ? 5 : 50));
    let looks = 0;
    const ranks = new IntegerSet(JOBS);
    const shapes = new Shapes(jobs, false, () => Refusal.None);
    const index = new CandidateIndex(ranks, shapes, (rank) => (looks++, rank), estimateUs);
    for (let job = 0; job < JOBS; job++) {
      ranks.add(job);
      shapes.enter(0);
      index.add(job, 0, estimateUs[job]!);
    }
    expect(index.next(0, 7, 5)).toBe(99);
    expect(index.next(0, 8, 5)).toBe(0);
    for (let short = 99; short < JOBS; short += 100) {
      ranks.remove(short);
      index.remove(short, 0);
    }
    looks = 0;
    expect(index.next(0, 7, 5)).toBe(-1);
    // Two thousand and a half wait; a glance at each stretch must do.
    expect(looks).toBe(0);
    expect(index.next(0, 7, 50)).toBe(0);
  });
});
