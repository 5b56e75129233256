import * as fc from 'fast-check';
import type { JobClass } from '../../src/sim/model/job-class.ts';
import { mixedPools, placements, thatFit, titleOf, type PlacementChoice } from '../engine/random-runs.ts';
import { clusterOf, type JobSketch, type RunSketch } from '../engine/run-builder.ts';

/** A run but for its scheduling policy. */
export type LawRun = Omit<RunSketch, 'scheduling'> & { readonly placement: PlacementChoice };

const SECOND_US = 1_000_000;
/** Times are multiples of this, so that much falls on one instant and rounds of minutes are met. */
const STEP_US = 20 * SECOND_US;

const job = fc
  .record({
    submit: fc.integer({ min: 0, max: 60 }),
    run: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 60 }) }, { weight: 1, arbitrary: fc.constant(0) }),
    gpus: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 12, arbitrary: fc.integer({ min: 1, max: 8 }) }),
    estimate: fc.constantFrom('exact', 'long', 'short'),
    slack: fc.integer({ min: 1, max: 30 }),
    elastic: fc.constantFrom('rigid', 'rigid', 'fewer', 'both'),
    deadline: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    jobClass: fc.constantFrom(undefined, undefined, 'newer', 'older'),
    priority: fc.integer({ min: 0, max: 2 }),
    tenant: fc.constantFrom('red', 'blue', 'green'),
    cpuMilli: fc.constantFrom(0, 0, 0, 1000, 3000),
    memoryMiB: fc.constantFrom(0, 0, 0, 8, 33),
    gpuTypes: fc.constantFrom<string[]>([], [], [], ['A'], ['B'], ['A', 'B', '']),
  })
  .map(({ submit, run, estimate, slack, elastic, deadline, jobClass, gpus, ...rest }): JobSketch => {
    const change = { exact: 0, long: slack, short: -slack }[estimate] ?? 0;
    const isElastic = gpus > 0 && elastic !== 'rigid';
    return {
      ...rest,
      gpus,
      submitUs: submit * STEP_US,
      runUs: run * STEP_US,
      estimateUs: Math.max(0, run + change) * STEP_US,
      ...(isElastic ? { gpusMin: Math.ceil(gpus / 2), gpusMax: elastic === 'both' ? 2 * gpus : gpus } : {}),
      ...(deadline === undefined ? {} : { deadlineUs: (submit + deadline) * STEP_US }),
      ...(jobClass === undefined || gpus === 0 ? {} : { jobClass }),
    };
  });

/** Speed of a class on GPU type A and B, and with more and more GPUs. */
const classSpeeds = { newer: { A: 1, B: 0.5 }, older: { A: 0.8, B: 1 } } as const;
const curve = { gpus: Float64Array.of(1, 4, 16), speedUp: Float64Array.of(1, 3, 6) };

function classesOn(pools: LawRun['pools']): JobClass[] {
  const { gpuTypes } = clusterOf(pools);
  return Object.entries(classSpeeds).map(([name, speeds]) => ({
    name,
    speedByType: Float64Array.from(gpuTypes, (type) => (type === 'A' ? speeds.A : type === 'B' ? speeds.B : 1)),
    curve,
  }));
}

/**
 * Clusters of up to three pools with two GPU types and nodes without GPUs; 12 to 36 jobs within 20 minutes, more than
 * fit: rigid and elastic, of three tenants, with deadlines, priorities, type constraints and classes; overheads.
 */
export const lawRuns: fc.Arbitrary<LawRun> = fc
  .record({
    pools: mixedPools,
    jobs: fc.array(job, { minLength: 12, maxLength: 36 }),
    placement: fc.constantFrom(...placements),
    resumeOverheadUs: fc.constantFrom(0, 0, 30 * SECOND_US),
    startOverheadUs: fc.constantFrom(0, 0, 5 * SECOND_US),
    teardownUs: fc.constantFrom(0, 0, 10 * SECOND_US),
  })
  .map(({ jobs, ...run }) => {
    const classes = classesOn(run.pools);
    const asked = isMonotone(run.placement) ? jobs : jobs.map((one) => ({ ...one, cpuMilli: 0, memoryMiB: 0 }));
    return { ...run, classes, jobs: thatFit(run.pools, asked, run.placement, classes) };
  });

/**
 * Whether a gang that is refused is also refused with less free. Spread over partly free nodes with limits of CPU and
 * memory, less may hold more (see the placement tests): there GPUs alone are asked for.
 */
function isMonotone(placement: PlacementChoice): boolean {
  return !/(fewest-nodes|anywhere)$/.test(titleOf(placement));
}
