import type { PlacementPolicy } from '../../sim/contract/placement.ts';
import type { SchedulingPolicy } from '../../sim/contract/scheduling.ts';
import type { QuotaTree } from '../../sim/model/quota-tree.ts';
import { takesShares } from '../../sim/engine/free-index.ts';
import type { Overheads, RunSpec } from '../../sim/engine/run-spec.ts';
import { NEVER } from '../../sim/kernel/clock.ts';
import { RandomStreams } from '../../sim/kernel/random.ts';
import type { Cluster } from '../../sim/model/cluster.ts';
import { NO_DATA_SET } from '../../sim/model/data-sets.ts';
import type { JobTable } from '../../sim/model/job-table.ts';
import type { Summary } from '../../sim/record/summary.ts';
import { demandWarnings } from '../../traces/demand.ts';
import type { ImportReport } from '../../traces/import-report.ts';
import { ImportedFiles } from '../../traces/imported-files.ts';
import { placeOf } from '../origins.ts';
import { pathText, ScenarioError } from '../problems.ts';
import type { Scenario } from '../schema/scenario-schema.ts';
import type { SettledScenario } from '../settle.ts';
import { resolveCluster } from './cluster.ts';
import { backupWarnings } from './data-backups.ts';
import { resolveDataSets } from './data-sets.ts';
import { resolveFailures } from './failures.ts';
import { jobCrashWarnings } from './failures/job-crashes.ts';
import { progressWarnings } from './failures/no-progress.ts';
import { resolveSpares, spareWarnings } from './failures/spares.ts';
import { resolveFailureTraces } from './failures/traces.ts';
import { resolveNetwork, statedNetwork } from './network.ts';
import { resolvePolicies } from './policies.ts';
import { resolveQueues } from './queues.ts';
import { statedResampling } from './resampled-jobs.ts';
import { microsecondsOf } from './seconds.ts';
import { resolveServices, statedServices } from './services.ts';
import { resolveStorage, storageWarnings } from './storage.ts';
import { resolveWorkload } from './workload.ts';

/** Everything one run needs, and what is to be said beside its result. */
export interface PreparedRun {
  readonly settled: SettledScenario;
  readonly spec: RunSpec;
  readonly policies: Summary['policies'];
  readonly imports: readonly ImportReport[];
  /** Beside those of the imports. */
  readonly warnings: readonly string[];
  /** Instant 0 as ISO 8601: the scenario's, or that of its only trace. */
  readonly startDate: string | null;
}

/**
 * Reads and makes all that a settled scenario names, but for what `files` still holds from another run of it.
 * ScenarioError with every mistake of the files it reads.
 */
export async function prepareRun(
  settled: SettledScenario,
  root?: string,
  files: ImportedFiles = new ImportedFiles(),
): Promise<PreparedRun> {
  const { data } = settled;
  const { cluster, reports: nodeReports } = await resolveCluster(settled, root, files);
  const { scheduling, placement, estimates, recovery, stated, usesQueues, sizesJobs } = await resolvePolicies(data);
  requireSense(settled, placement, cluster);
  const spares = resolveSpares(settled, cluster);
  const uplinks = resolveNetwork(data);
  const placementName = data.policies.placement.name;
  const starters = { placement, placementName, schedulingName: data.policies.scheduling.name, sizesJobs, spares };
  const dataSets = resolveDataSets(settled, cluster);
  const { jobs, reports: jobReports } = await resolveWorkload(settled, cluster, starters, root, files);
  const { quotas, warnings: queueWarnings } = resolveQueues(settled, jobs.tenants, cluster, usesQueues);
  requireQueueSense(settled, scheduling, cluster, quotas);
  requireWholeGpus(settled, placement, jobs);
  const streams = new RandomStreams(data.seed);
  const { estimateUs, learner, warnings } = estimates.estimates(jobs, streams);
  const failureTraces = await resolveFailureTraces(settled, cluster, root, files);
  const broken =
    recovery === undefined
      ? {}
      : {
          failures: {
            model: resolveFailures(
              data.failures!,
              cluster,
              jobs,
              failureTraces.classes,
              spares,
              resolveStorage(data),
              streams,
            ),
            recovery,
          },
        };
  const imports = [...nodeReports, ...jobReports, ...failureTraces.reports];
  return {
    settled,
    spec: {
      cluster,
      jobs,
      ...(uplinks === undefined ? {} : { uplinks }),
      ...(dataSets === undefined ? {} : { data: dataSets }),
      quotas,
      estimateUs,
      ...(learner === undefined ? {} : { estimateLearner: learner }),
      ...(data.services.length === 0 ? {} : { services: resolveServices(data, jobs) }),
      scheduling,
      schedulingName: data.policies.scheduling.name,
      placement,
      ...luckOfPlacement(placement, cluster, streams),
      random: streams.stream('policy'),
      overheads: overheadsOf(data.preemption),
      ...broken,
      horizonUs: data.horizon === undefined ? NEVER : microsecondsOf(data.horizon),
    },
    policies: [...stated, ...statedResampling(data), ...statedNetwork(data), ...statedServices(data)],
    imports,
    warnings: [
      ...settled.warnings,
      ...queueWarnings,
      ...warnings,
      ...storageWarnings(settled.data),
      ...dataWarnings(settled.data, placement, jobs),
      ...backupWarnings(settled.data),
      ...demandWarnings(jobs, cluster),
      ...failureTraces.warnings,
      ...jobCrashWarnings(data.failures?.jobCrashes ?? [], jobs),
      ...spareWarnings(data.failures?.spares ?? [], jobs),
      ...progressWarnings({ jobs, cluster, ...broken }),
    ],
    startDate: data.start ?? onlyTraceStart(settled, jobReports),
  };
}

function overheadsOf(given: Scenario['preemption']): Overheads {
  const bySize = given.resumeOverheadBySize.map(({ gpusMax, overhead }) => ({
    gpusMax,
    overheadUs: microsecondsOf(overhead),
  }));
  return {
    startUs: microsecondsOf(given.startOverhead),
    teardownUs: microsecondsOf(given.teardown),
    resume: [...bySize, { gpusMax: Infinity, overheadUs: microsecondsOf(given.resumeOverhead) }],
    unpaid: given.unpaidOverhead,
  };
}

/** Refuses a placement that makes no sense on the cluster. */
function requireSense({ file, origins, data }: SettledScenario, placement: PlacementPolicy, cluster: Cluster): void {
  const objection = placement.objection?.(cluster);
  if (objection === undefined) return;
  const path = ['policies', 'placement'];
  const message = `${pathText(path)} is ${data.policies.placement.name}, but ${objection}`;
  throw new ScenarioError([{ place: placeOf(file, origins, path), message }]);
}

/** Data that nobody reads, or that a placement looks for in vain. */
function dataWarnings({ data, policies }: Scenario, { patience }: PlacementPolicy, { dataSet }: JobTable): string[] {
  if (dataSet.some((set) => set !== NO_DATA_SET)) return [];
  if (data !== undefined) return ['data sets are given, but no job reads one'];
  if (patience === undefined) return [];
  return [
    `${policies.placement.name} places jobs near their data, but no job reads a data set; give data and dataSets`,
  ];
}

/** Refuses a scheduling policy that makes no sense with the queues. */
function requireQueueSense(
  { file, origins, data }: SettledScenario,
  scheduling: SchedulingPolicy,
  cluster: Cluster,
  quotas: QuotaTree,
): void {
  const objection = scheduling.objection?.(cluster, quotas);
  if (objection === undefined) return;
  const path = ['policies', 'scheduling'];
  const message = `${pathText(path)} is ${data.policies.scheduling.name}, but ${objection}`;
  throw new ScenarioError([{ place: placeOf(file, origins, path), message }]);
}

/** Where the GPU-time went is kept for whole GPUs: shares of them and failures in one run would not add up. */
function requireWholeGpus({ file, origins, data }: SettledScenario, placement: PlacementPolicy, jobs: JobTable): void {
  if (data.failures === undefined || !takesShares(jobs, placement)) return;
  const path = ['failures'];
  const message =
    `${pathText(path)} stands beside jobs that share GPUs under placement ${data.policies.placement.name}; ` +
    'a run in which something breaks holds GPUs whole: choose a placement that does so, or leave failures out';
  throw new ScenarioError([{ place: placeOf(file, origins, path), message }]);
}

/** What a placement leaves to luck, from streams of its own: another placement moves nobody else's. */
function luckOfPlacement({ ranks }: PlacementPolicy, { nodeCount }: Cluster, streams: RandomStreams) {
  const placementLuck = Math.floor(streams.stream('placement', 'draws').uniform() * 2 ** 32);
  if (ranks !== 'random') return { placementLuck };
  const nodeRank = Int32Array.from({ length: nodeCount }, (_, node) => node);
  const luck = streams.stream('placement', 'ranks');
  for (let left = nodeCount; left > 1; left--) {
    const other = Math.floor(luck.uniform() * left);
    const rank = nodeRank[left - 1]!;
    nodeRank[left - 1] = nodeRank[other]!;
    nodeRank[other] = rank;
  }
  return { placementLuck, nodeRank };
}

/** A trace states its instant 0; with two, or with other jobs beside it, it would speak for all. */
function onlyTraceStart({ data: { workload } }: SettledScenario, reports: readonly ImportReport[]): string | null {
  const isAlone = workload.traces.length === 1 && workload.synthetic.length === 0 && workload.jobs.length === 0;
  const [trace] = workload.traces;
  const isAsRecorded = isAlone && trace!.speed === 1 && trace!.resample === undefined;
  return isAsRecorded ? (reports[0]?.startDate ?? null) : null;
}
