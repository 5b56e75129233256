import { Simulation } from '../../src/sim/engine/simulation.ts';

import { AleaStream } from '../../src/sim/kernel/random.ts';
import type { Cluster } from '../../src/sim/model/cluster.ts';
import type { JobDraft } from '../../src/sim/model/job-list.ts';
import { JobList, tableOf } from '../../src/sim/model/job-list.ts';
import type { JobTable } from '../../src/sim/model/job-table.ts';
import { equalQuotas } from '../../src/sim/model/quota-tree.ts';
import { FactKind, type Fact, type Fold } from '../../src/sim/record/fact.ts';
import { placementPolicies } from '../../src/policies/registry.ts';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import { registered, schedulingOf } from '../engine/run-builder.ts';

/** A pod as the openb lists state it. */
export interface Pod {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  readonly gpuMilli: number;
  readonly gpuTypes: readonly string[];
}

/** Longer than any packing lasts. */
const RUN_US = 1e12;

/** Where a pod ended up: the node and the indices of its GPUs there. */
export interface PodPlace {
  readonly node: number;
  readonly gpus: readonly number[];
}

export interface Packing {
  readonly cluster: Cluster;
  /** One after the other, and none ever leaves. */
  readonly pods: readonly Pod[];
  /** The pods that the placement is told to expect. */
  readonly expected: readonly Pod[];
  readonly placement: string;
  readonly parameters?: ParameterValues;
  readonly nodeRank: Int32Array;
  readonly luck?: number;
}

export function podOf(row: Readonly<Record<string, string>>): Pod {
  return {
    name: row['pod'] ?? row['name']!,
    cpuMilli: Number(row['cpu_milli']),
    memoryMiB: Number(row['memory_mib']),
    gpus: Number(row['num_gpu']),
    gpuMilli: Number(row['gpu_milli']),
    gpuTypes: (row['gpu_spec'] ?? '').split('|').filter((type) => type !== ''),
  };
}

/** Places pods in their order through the whole engine; undefined where a pod found no place. */
export function pack({
  cluster,
  pods,
  expected,
  placement,
  parameters,
  nodeRank,
  luck,
}: Packing): (PodPlace | undefined)[] {
  const jobs = tableOfPods(pods, cluster);
  const places = new Array<PodPlace | undefined>(jobs.count).fill(undefined);
  const fold: Fold = {
    step: (fact) => {
      if (fact.kind === FactKind.Start) places[fact.subject] = placeOf(fact);
    },
    done: () => undefined,
  };
  const simulation = new Simulation(
    {
      cluster,
      jobs,
      quotas: equalQuotas(jobs.tenants, 0),
      estimateUs: jobs.runUs,
      scheduling: schedulingOf('fifo-skip'),
      schedulingName: 'fifo-skip',
      placement: registered(placementPolicies, placement, { ties: 'random', ...parameters }),
      nodeRank,
      placementLuck: luck ?? 0,
      expectedJobs: tableOfPods(expected, cluster),
      random: new AleaStream('policy'),
      overheads: { startUs: 0, teardownUs: 0, resume: [{ gpusMax: Infinity, overheadUs: 0 }], unpaid: 'restart' },
      horizonUs: jobs.count,
    },
    [fold],
  );
  while (simulation.advance(1e6));
  return places;
}

function placeOf({ grants, grantsFirst, grantsEnd, gpusEnd }: Fact): PodPlace {
  return { node: grants[grantsFirst]!, gpus: [...grants.subarray(grantsEnd, gpusEnd)] };
}

/** One pod a microsecond; all run past the end. */
function tableOfPods(pods: readonly Pod[], cluster: Cluster): JobTable {
  const list = new JobList('pods');
  pods.forEach(({ name, cpuMilli, memoryMiB, gpus, gpuMilli, gpuTypes }, index) => {
    const draft: JobDraft = {
      id: name,
      submitUs: index,
      runUs: RUN_US,
      gpuMilli: gpus === 1 ? gpuMilli : 1000 * gpus,
      cpuMilli,
      memoryMiB,
      gpuTypes,
    };
    list.add(draft);
  });
  return tableOf([list], cluster.gpuTypes);
}
