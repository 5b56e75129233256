import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal, refusalNames } from '../../src/sim/contract/refusal.ts';
import { CAUSES } from '../../src/sim/record/wait-cause-times.ts';
import { WaitCauseTimes } from '../../src/sim/record/wait-cause-times.ts';
import { Onlooker } from '../engine/onlooker.ts';
import { anyRun, type PlacementChoice } from '../engine/random-runs.ts';
import { runOf, tableOfSketches } from '../engine/run-builder.ts';
import { placeObviously } from '../policies/obvious-placement.ts';
import { seed } from '../engine/seed.ts';

describe('the causes of waiting', () => {
  it('are those that asking the placement for each waiting job after each instant gives, to the microsecond', () => {
    const totals = new Array<number>(CAUSES).fill(0);
    fc.assert(
      fc.property(anyRun, (random) => {
        // GPUs alone: with CPU limits a gang on partly free nodes may fit again without anything given back.
        const jobs = random.jobs.map((job) => ({ ...job, cpuMilli: 0, memoryMiB: 0 }));
        const sketch = { ...random, jobs };
        const waitedUs = new Float64Array(CAUSES * jobs.length);
        const onlooker = new Onlooker(sketch, ({ waiting, nodes, gangOf }, durationUs) => {
          for (const job of waiting) {
            const answer = placeObviously(sketch.placement as PlacementChoice, gangOf(job), nodes);
            const name = typeof answer === 'string' ? answer : 'behind-head';
            waitedUs[CAUSES * job + (refusalNames as readonly string[]).indexOf(name) - 1]! += durationUs;
          }
        });
        const { metrics } = runOf(sketch, [onlooker]);
        expect([...metrics.causes.waitedUs]).toEqual([...waitedUs]);
        waitedUs.forEach((us, at) => (totals[at % CAUSES]! += us));
      }),
      { numRuns: 300, seed },
    );
    // These jobs read no data.
    expect(Math.min(...totals.slice(0, Refusal.NotLocal - 1))).toBeGreaterThan(100);
  });

  it('say which one cost most time, the first of equals, and none for a job that did not wait', () => {
    const times = new WaitCauseTimes(
      tableOfSketches(
        [1, 1, 1].map((gpus) => ({ gpus, runUs: 1 })),
        ['A'],
      ),
    );
    [[], [3, 5, 1], [0, 4, 4]].forEach((waits, job) => times.waitedUs.set(waits, job * CAUSES));
    expect([0, 1, 2].map((job) => times.mainCause(job))).toEqual([
      Refusal.None,
      Refusal.Fragmented,
      Refusal.Fragmented,
    ]);
  });
});
