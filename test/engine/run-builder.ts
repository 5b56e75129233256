import type { ParameterValues, PolicyDefinition } from '../../src/sim/contract/definition.ts';
import type { PlacementPolicy } from '../../src/sim/contract/placement.ts';
import type { SchedulingPolicy } from '../../src/sim/contract/scheduling.ts';
import type { RunSpec } from '../../src/sim/engine/run-spec.ts';
import { metricsFor } from '../../src/sim/engine/run-metrics-for.ts';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import type { Watcher } from '../../src/sim/engine/watcher.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import { buildCluster, type Cluster, type NodePool } from '../../src/sim/model/cluster.ts';
import { buildDataSets, type DataSetDraft } from '../../src/sim/model/data-sets.ts';
import type { FailureModel } from '../../src/sim/model/failure-model.ts';
import type { JobClass } from '../../src/sim/model/job-class.ts';
import { JobList, tableOf } from '../../src/sim/model/job-list.ts';
import { equalQuotas, type QuotaTree } from '../../src/sim/model/quota-tree.ts';
import { UNKNOWN_US, type JobTable } from '../../src/sim/model/job-table.ts';
import type { Fold } from '../../src/sim/record/fact.ts';
import type { RunMetrics } from '../../src/sim/record/run-metrics.ts';
import { placementPolicies, recoveryPolicies, schedulingPolicies } from '../../src/policies/registry.ts';
import { yalpsSolver } from '../../src/solver/yalps-solver.ts';
import { FactLog } from './fact-log.ts';
import { IdleTime } from './idle-time.ts';

/** A job as a test writes it; times in whole us. Its id is 'j' and its place in the list, counted from 0. */
export interface JobSketch {
  readonly submitUs?: number;
  readonly runUs: number;
  readonly gpus: number;
  /** Left out: exact. */
  readonly estimateUs?: number;
  readonly cpuMilli?: number;
  readonly memoryMiB?: number;
  readonly gpuTypes?: readonly string[];
  /** Left out: rigid. */
  readonly gpusMin?: number;
  readonly gpusMax?: number;
  readonly deadlineUs?: number;
  /** One of the sketch's `classes`. */
  readonly jobClass?: string;
  readonly priority?: number;
  readonly tenant?: string;
  /** One of the sketch's `data`. */
  readonly dataSet?: string;
}

export type PoolSketch = Partial<NodePool> & { readonly nodes: number; readonly gpusPerNode: number };

/** Name of a registered policy, the name with parameters, or a policy written in the test. */
export type PolicySketch<Policy> = string | readonly [name: string, parameters: ParameterValues] | Policy;

export interface RunSketch {
  readonly pools: readonly PoolSketch[];
  readonly jobs: readonly JobSketch[];
  readonly classes?: readonly JobClass[];
  readonly data?: readonly DataSetDraft[];
  readonly scheduling: PolicySketch<SchedulingPolicy>;
  readonly placement: PolicySketch<PlacementPolicy>;
  /** For messages; 'tested' unless it is said. */
  readonly schedulingName?: string;
  readonly resumeOverheadUs?: number;
  readonly startOverheadUs?: number;
  readonly teardownUs?: number;
  readonly unpaid?: 'restart' | 'accumulate';
  readonly horizonUs?: number;
  /** What breaks, and how gangs get over it: a registered policy with parameters. */
  readonly failures?: { readonly model: FailureModel; readonly recovery: readonly [string, ParameterValues] };
  /** Queues for the tenants that the jobs have; left out: equal quotas. */
  readonly quotas?: (tenants: readonly string[]) => QuotaTree;
}

/** A run that has ended, with what it left behind. */
export interface FinishedRun {
  readonly spec: RunSpec;
  readonly simulation: Simulation;
  readonly metrics: RunMetrics;
  readonly log: FactLog;
  readonly idle: IdleTime;
  readonly fingerprint: string;
}

export function clusterOf(pools: readonly PoolSketch[]): Cluster {
  return buildCluster(
    pools.map((pool, index) => ({
      name: `pool${index}`,
      gpuType: pool.gpusPerNode > 0 ? 'A' : '',
      cpuMilliPerNode: Infinity,
      memoryMiBPerNode: Infinity,
      labels: {},
      nodesPerRack: 0,
      ...pool,
    })),
  );
}

export function tableOfSketches(
  jobs: readonly JobSketch[],
  gpuTypes: readonly string[],
  classes: readonly JobClass[] = [],
  dataSets: readonly string[] = [],
): JobTable {
  const list = new JobList('test');
  jobs.forEach(({ gpus, estimateUs, submitUs = 0, ...rest }, index) =>
    list.add({
      ...rest,
      id: `j${index}`,
      submitUs,
      gpuMilli: 1000 * gpus,
      ...(estimateUs === undefined ? {} : { requestedUs: estimateUs }),
    }),
  );
  return tableOf([list], gpuTypes, classes, dataSets);
}

/** A registered policy with its default parameters, but for those given. */
export function registered<Policy>(
  definitions: readonly PolicyDefinition<Policy>[],
  name: string,
  given: ParameterValues = {},
): Policy {
  const definition = definitions.find((one) => one.name === name);
  if (definition === undefined) throw new Error(`no policy "${name}" in the registry`);
  const presets = Object.entries(definition.parameters).map(([key, schema]) => [key, schema.default] as const);
  // The small programs of a test are solved soonest by the solver that needs no loading.
  return definition.create({ ...Object.fromEntries(presets), ...given }, definition.solver && yalpsSolver);
}

export function schedulingOf(sketch: PolicySketch<SchedulingPolicy>): SchedulingPolicy {
  if (typeof sketch === 'string') return registered(schedulingPolicies, sketch);
  return isNamed(sketch) ? registered(schedulingPolicies, sketch[0], sketch[1]) : sketch;
}

export function placementOf(sketch: PolicySketch<PlacementPolicy>): PlacementPolicy {
  if (typeof sketch === 'string') return registered(placementPolicies, sketch);
  return isNamed(sketch) ? registered(placementPolicies, sketch[0], sketch[1]) : sketch;
}

function isNamed<Policy>(sketch: Exclude<PolicySketch<Policy>, string>): sketch is readonly [string, ParameterValues] {
  return Array.isArray(sketch);
}

export function specOf(sketch: RunSketch): RunSpec {
  const cluster = clusterOf(sketch.pools);
  const dataSets = sketch.data?.map(({ name }) => name);
  const jobs = tableOfSketches(sketch.jobs, cluster.gpuTypes, sketch.classes, dataSets);
  const gpus = cluster.nodeGpus.reduce((sum, count) => sum + count, 0);
  return {
    cluster,
    jobs,
    ...(sketch.data === undefined ? {} : { data: buildDataSets(cluster, sketch.data) }),
    quotas: sketch.quotas?.(jobs.tenants) ?? equalQuotas(jobs.tenants, gpus),
    estimateUs: jobs.requestedUs.map((us, job) => (us === UNKNOWN_US ? jobs.runUs[job]! : us)),
    scheduling: schedulingOf(sketch.scheduling),
    schedulingName: sketch.schedulingName ?? 'tested',
    placement: placementOf(sketch.placement),
    random: new AleaStream('policy'),
    overheads: {
      startUs: sketch.startOverheadUs ?? 0,
      teardownUs: sketch.teardownUs ?? 0,
      resume: [{ gpusMax: Infinity, overheadUs: sketch.resumeOverheadUs ?? 0 }],
      unpaid: sketch.unpaid ?? 'restart',
    },
    ...(sketch.failures === undefined
      ? {}
      : {
          failures: {
            model: sketch.failures.model,
            recovery: registered(recoveryPolicies, ...sketch.failures.recovery),
          },
        }),
    horizonUs: sketch.horizonUs ?? NEVER,
  };
}

/** Runs to the end, in pieces of so many events. */
export function runOf(
  sketch: RunSketch,
  moreFolds: readonly Fold[] = [],
  eventsAtOnce = 1_000_000,
  watcher?: Watcher,
): FinishedRun {
  const spec = specOf(sketch);
  const metrics = metricsFor(spec);
  const log = new FactLog();
  const idle = new IdleTime(spec.cluster);
  const simulation = new Simulation(spec, [...metrics.folds, log, idle, ...moreFolds], watcher);
  while (simulation.advance(eventsAtOnce));
  return { spec, simulation, metrics, log, idle, fingerprint: simulation.fingerprint };
}

/** First start and end of every job, in the order of the sketch: [[start, end], ...] in us, -1 for what never came. */
export function scheduleOf({ spec, metrics }: FinishedRun): [number, number][] {
  const { firstStartUs, endUs } = metrics.outcomes;
  const inTableOrder = spec.jobs.ids.map((id, job) => ({ place: Number(id.slice(1)), job }));
  return inTableOrder.sort((a, b) => a.place - b.place).map(({ job }) => [firstStartUs[job]!, endUs[job]!]);
}
