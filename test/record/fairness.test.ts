import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jainIndex } from '../../src/stats/jain-index.ts';
import { finishTimeRatios } from '../../src/sim/record/finish-time-ratio.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { runOf, type FinishedRun, type RunSketch } from '../engine/run-builder.ts';
import { anyRun } from '../engine/random-runs.ts';
import { seed } from '../engine/seed.ts';

const S = 1_000_000;

function figuresOf(sketch: RunSketch) {
  const { simulation, metrics } = runOf(sketch);
  return metrics.figures({ endUs: simulation.nowUs, events: simulation.events, decisions: simulation.decisions });
}

function ratiosOf({ spec, simulation, metrics }: FinishedRun): Float64Array {
  return finishTimeRatios(spec.jobs, spec.cluster, metrics.outcomes, simulation.nowUs);
}

describe("Jain's index", () => {
  it('is 1 for what is alike, 1/n where one has all, and null for nothing', () => {
    expect(jainIndex(Float64Array.of(3, 3, 3))).toBe(1);
    expect(jainIndex(Float64Array.of(0, 5, 0, 0))).toBe(0.25);
    expect(jainIndex(Float64Array.of(1, 2))).toBe(0.9);
    expect(jainIndex(Float64Array.of(0, 0))).toBe(1);
    expect(jainIndex(new Float64Array(0))).toBeNull();
  });
});

describe('fairness of a run', () => {
  const oneGpu = [{ nodes: 1, gpusPerNode: 1 }];

  it('is that of the schedule worked out by hand: two jobs of 100 s, one after the other', () => {
    const { fairness } = figuresOf({
      pools: oneGpu,
      jobs: [
        { gpus: 1, runUs: 100 * S, tenant: 'a' },
        { gpus: 1, runUs: 100 * S, tenant: 'b' },
      ],
      scheduling: 'fifo',
      placement: 'count',
    });
    // Slowdowns 1 and 2. The first has company of 2 for 100 s: alone on half a GPU, 200 s. The second has 1.5: 150 s.
    expect(fairness.jainJobs).toBeCloseTo(0.9, 14);
    expect(fairness.jainTenants).toBeCloseTo(0.9, 14);
    expect(fairness.finishTimeRatio).toMatchObject({ count: 2, max: 200 / 150, mean: (0.5 + 4 / 3) / 2 });
  });

  it('does not take a share for less than the job asks for, and knows the speed of its class', () => {
    const twice = {
      name: 'x',
      speedByType: Float64Array.of(2, 0),
      curve: { gpus: new Float64Array(0), speedUp: new Float64Array(0) },
    };
    const run = runOf({
      pools: [
        { nodes: 1, gpusPerNode: 8, gpuType: 'A' },
        { nodes: 1, gpusPerNode: 8, gpuType: 'B' },
      ],
      classes: [twice],
      jobs: [
        { gpus: 1, runUs: 100 * S },
        { gpus: 8, runUs: 100 * S, jobClass: 'x' },
        { gpus: 2, runUs: 1 * S },
      ],
      scheduling: 'fifo',
      placement: 'count',
    });
    const { endUs } = run.metrics.outcomes;
    const ratios = ratiosOf(run);
    // One of 16 GPUs is less than a third of them, so alone it would take its 100 s.
    expect(ratios[0]).toBe(endUs[0]! / (100 * S));
    // Alone on 8/3 of the 8 GPUs of type A at speed 2, if all three stay as long as it does.
    const stay = endUs[1]!;
    const company = 1 + Math.min(1, endUs[0]! / stay) + Math.min(1, endUs[2]! / stay);
    expect(ratios[1]).toBeCloseTo(stay / (50 * S * company), 12);
    // Runs below 10 s count as 10 s.
    expect(ratios[2]).toBe(endUs[2]! / (10 * S));
  });

  it('has the company that a count of the jobs in the system at every instant gives', () => {
    let crowded = 0;
    fc.assert(
      fc.property(anyRun, (sketch) => {
        const run = runOf(sketch);
        const { jobs, cluster } = run.spec;
        const { outcome, endUs } = run.metrics.outcomes;
        const ratios = ratiosOf(run);
        const until = (job: number): number => (endUs[job]! >= 0 ? endUs[job]! : run.simulation.nowUs);
        for (let job = 0; job < jobs.count; job++) {
          if (outcome[job] !== Outcome.Done) {
            expect(ratios[job]).toBeNaN();
            continue;
          }
          const [from, to] = [jobs.submitUs[job]!, endUs[job]!];
          let together = 0;
          for (let other = 0; other < jobs.count; other++) {
            if (outcome[other] === Outcome.NotSubmitted) continue;
            together += Math.max(0, Math.min(to, until(other)) - Math.max(from, jobs.submitUs[other]!));
          }
          const company = to > from ? together / (to - from) : 1;
          let gpus = 0;
          cluster.nodeGpus.forEach((count, node) => {
            if (((jobs.typeMask[job]! >>> cluster.nodeType[node]!) & 1) === 1) gpus += count;
          });
          const crowding = jobs.gpus[job] === 0 ? 0 : (company * jobs.gpus[job]!) / gpus;
          const alone = Math.max(10 * S, jobs.runUs[job]!) * Math.max(1, crowding);
          const expected = (to - from) / alone;
          expect(Math.abs(ratios[job]! - expected)).toBeLessThanOrEqual(1e-9 * expected);
          if (crowding > 1) crowded++;
        }
      }),
      { seed },
    );
    expect(crowded).toBeGreaterThan(200);
  });
});

describe('deadlines', () => {
  it('are met at the very instant, and missed later, by who is turned away, and by who has not ended by then', () => {
    const sketch: RunSketch = {
      pools: [{ nodes: 1, gpusPerNode: 1 }],
      jobs: [
        { gpus: 1, runUs: 100, deadlineUs: 100 },
        { gpus: 1, runUs: 100, deadlineUs: 199 },
        { gpus: 1, runUs: 100, deadlineUs: 250 },
        { gpus: 1, runUs: 100, deadlineUs: 251 },
        { gpus: 1, runUs: 100 },
        { gpus: 1, submitUs: 300, runUs: 100, deadlineUs: 400 },
      ],
      scheduling: 'fifo',
      placement: 'count',
    };
    expect(figuresOf(sketch).deadlines).toEqual({ jobs: 5, met: 1, missed: 4, open: 0 });
    expect(figuresOf({ ...sketch, horizonUs: 250 }).deadlines).toEqual({ jobs: 4, met: 1, missed: 1, open: 2 });
    const loss: RunSketch = { ...sketch, scheduling: ['fifo', { whenBlocked: 'reject' }] };
    expect(figuresOf(loss).deadlines).toEqual({ jobs: 5, met: 2, missed: 3, open: 0 });
  });
});

describe('fragmentation', () => {
  it('is the share of GPU-seconds waited with enough GPUs free in the wrong shape', () => {
    const { fragmentation } = figuresOf({
      pools: [{ nodes: 2, gpusPerNode: 2 }],
      jobs: [
        { gpus: 1, runUs: 300 },
        { gpus: 1, runUs: 100 },
        { gpus: 2, submitUs: 0, runUs: 100 },
      ],
      scheduling: 'fifo-skip',
      placement: 'worst-fit',
    });
    // The first two stand on a node each, so the gang finds two free GPUs on two nodes until 100.
    expect(fragmentation).toBe(1);
  });
});
