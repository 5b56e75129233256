import * as fc from 'fast-check';
import { Refusal } from '../../src/sim/contract/refusal.ts';
import { FreeIndex } from '../../src/sim/engine/free-index.ts';
import { placementPolicies, schedulingPolicies } from '../../src/policies/registry.ts';
import {
  clusterOf,
  placementOf,
  tableOfSketches,
  type JobSketch,
  type PolicySketch,
  type PoolSketch,
  type RunSketch,
} from './run-builder.ts';
import type { JobClass } from '../../src/sim/model/job-class.ts';
import type { PlacementPolicy } from '../../src/sim/contract/placement.ts';

export type PlacementChoice = string | readonly [name: string, parameters: { readonly split: string }];

/** Every registered placement with every value of its parameter `split`, if it has one. */
export const placements: readonly PlacementChoice[] = placementPolicies.flatMap<PlacementChoice>((definition) => {
  const split = definition.parameters['split'];
  if (split?.type !== 'string') return [definition.name];
  return split.enum.map((value) => [definition.name, { split: value }] as const);
});

/** Those whose answers follow from the gang and what is free alone, not from luck or the whole workload. */
export const foreseeable = placements.filter((one) => one !== 'random' && one !== 'fgd');

/** Every registered scheduling policy with its default parameters. */
export const schedulings: readonly string[] = schedulingPolicies.map(({ name }) => name);

/** A placement's name in titles. */
export function titleOf(placement: PlacementChoice): string {
  return typeof placement === 'string' ? placement : `${placement[0]} ${placement[1].split}`;
}

/** One pool of like nodes; CPU and memory are not modelled. */
export const plainPools: fc.Arbitrary<PoolSketch[]> = fc
  .record({ nodes: fc.integer({ min: 1, max: 5 }), gpusPerNode: fc.integer({ min: 1, max: 4 }) })
  .map((pool) => [pool]);

/** Up to three pools with two GPU types and nodes without GPUs. */
export const mixedPools: fc.Arbitrary<PoolSketch[]> = fc
  .array(
    fc
      .record({
        nodes: fc.integer({ min: 1, max: 4 }),
        gpusPerNode: fc.integer({ min: 0, max: 4 }),
        type: fc.constantFrom('A', 'B'),
        cpuMilliPerNode: fc.constantFrom(Infinity, 4000, 8000),
        memoryMiBPerNode: fc.constantFrom(Infinity, 64),
      })
      .map(({ type, ...pool }) => ({ ...pool, gpuType: pool.gpusPerNode > 0 ? type : '' })),
    { minLength: 1, maxLength: 3 },
  )
  // Racks of two nodes, of one, and a pool that models none.
  .map((pools) => pools.map((pool, index) => ({ ...pool, nodesPerRack: [2, 1, 0][index]!, racksPerLeaf: 2 })));

const estimateOf = fc.constantFrom('exact', 'long', 'short');
const baseJob = {
  submitUs: fc.integer({ min: 0, max: 30 }),
  // Times from a small range, so that much falls on one instant; 0 is allowed.
  runUs: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 20 }) }, { weight: 1, arbitrary: fc.constant(0) }),
  estimate: estimateOf,
  slackUs: fc.integer({ min: 1, max: 15 }),
  priority: fc.integer({ min: 0, max: 2 }),
  tenant: fc.constantFrom('red', 'blue'),
};

function estimated<T extends { runUs: number; estimate: string; slackUs: number }>({
  estimate,
  slackUs,
  ...job
}: T): Omit<T, 'estimate' | 'slackUs'> & { estimateUs: number } {
  const change = { exact: 0, long: slackUs, short: -slackUs }[estimate] ?? 0;
  return { ...job, estimateUs: Math.max(0, job.runUs + change) };
}

/** Jobs that ask for GPUs alone; about a third of the estimates each are exact, too long and too short. */
export const plainJobs: fc.Arbitrary<JobSketch[]> = fc.array(
  fc.record({ ...baseJob, gpus: fc.integer({ min: 1, max: 8 }) }).map(estimated),
  { minLength: 8, maxLength: 40 },
);

/** Jobs with CPU, memory and type constraints, some without GPUs. */
export const mixedJobs: fc.Arbitrary<JobSketch[]> = fc.array(
  fc
    .record({
      ...baseJob,
      gpus: fc.integer({ min: 0, max: 8 }),
      cpuMilli: fc.constantFrom(0, 0, 1000, 3000, 7001),
      memoryMiB: fc.constantFrom(0, 0, 8, 33),
      gpuTypes: fc.constantFrom<string[]>([], [], ['A'], ['B'], ['A', 'B', '']),
    })
    .map(estimated),
  { minLength: 8, maxLength: 40 },
);

/** Only the jobs that the placement can hold on the empty cluster: the others would wait for ever. */
export function thatFit(
  pools: readonly PoolSketch[],
  jobs: readonly JobSketch[],
  placement: PolicySketch<PlacementPolicy>,
  classes: readonly JobClass[] = [],
): JobSketch[] {
  const cluster = clusterOf(pools);
  const policy = placementOf(placement);
  const keeps = policy.keeps === undefined ? {} : { keeps: policy.keeps };
  const free = new FreeIndex(cluster, { nodes: true, fullNodes: true, ...keeps });
  return jobs.filter((sketch) => {
    const table = tableOfSketches([sketch], cluster.gpuTypes, classes);
    const gang = {
      gpus: table.gpus[0]!,
      shareMilli: 0,
      cpuMilli: table.cpuMilli[0]!,
      memoryMiB: table.memoryMiB[0]!,
      typeMask: table.typeMask[0]!,
    };
    return policy.fits(gang, free) === Refusal.None;
  });
}

/** A run of any registered scheduling policy and placement on a mixed cluster; some have a horizon that cuts them off. */
export const anyRun: fc.Arbitrary<RunSketch> = fc
  .record({
    pools: mixedPools,
    jobs: mixedJobs,
    scheduling: fc.constantFrom(...schedulings),
    placement: fc.constantFrom(...placements),
    horizonUs: fc.option(fc.integer({ min: 0, max: 80 }), { nil: undefined }),
  })
  .map(({ horizonUs, ...run }) => ({
    ...run,
    jobs: thatFit(run.pools, run.jobs, run.placement),
    ...(horizonUs === undefined ? {} : { horizonUs }),
  }));
