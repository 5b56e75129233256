import { buildDistribution } from '../../sim/kernel/distributions/registry.ts';
import type { Path } from '../problems.ts';
import { pathText } from '../problems.ts';
import { syntheticProblems } from '../../traces/synthetic/spec-problems.ts';
import { numberSpec } from '../resolve/distribution-spec.ts';
import { secondsOf } from '../resolve/seconds.ts';
import { syntheticSpec } from '../resolve/synthetic-spec.ts';
import type { Fault } from '../schema-problems.ts';
import { GPUS_MAX, NODES_MAX } from '../schema/cluster-schema.ts';
import { checkFailures } from './failures.ts';
import { checkDomains } from './failures/domains.ts';
import { checkClassSpeeds, checkJobClasses, poolGpuTypes } from './job-classes.ts';
import { checkListedJob } from './listed-job.ts';
import { checkNetwork } from './network.ts';
import type { JobEntry, Scenario, SyntheticEntry } from '../schema/scenario-schema.ts';
import { JOBS_MAX } from '../schema/workload-schema.ts';
import { checkDataSets } from './data-sets.ts';
import { checkQueues } from './queues.ts';
import { checkServices } from './services.ts';

/** What numbers mean together: totals, weights, distributions. For scenarios whose every value is sound by itself. */
export function checkMeaning(scenario: Scenario): Fault[] {
  return [
    ...checkTotals(scenario),
    ...checkDomains(scenario.cluster),
    ...checkNetwork(scenario),
    ...scenario.workload.synthetic.flatMap((entry, index) =>
      checkSynthetic(entry, ['workload', 'synthetic', index], scenario),
    ),
    ...scenario.workload.jobs.flatMap((job, index) => checkJob(job, ['workload', 'jobs', index])),
    ...checkClasses(scenario),
    ...checkQueues(scenario.queues ?? []),
    ...checkDataSets(scenario),
    ...checkServices(scenario),
    ...checkFailures(scenario),
  ];
}

function checkClasses(scenario: Scenario): Fault[] {
  const gpuTypes = poolGpuTypes(scenario);
  const speeds = gpuTypes === undefined ? [] : checkClassSpeeds(scenario.workload, gpuTypes);
  return [...checkJobClasses(scenario.workload), ...speeds];
}

function checkJob(job: JobEntry, path: Path): Fault[] {
  return [...checkShare(job.gpus, [...path, 'gpus']), ...checkListedJob(job, path)];
}

function checkTotals({ cluster, workload }: Scenario): Fault[] {
  const faults: Fault[] = [];
  const nodes = (cluster.pools ?? []).reduce((sum, pool) => sum + pool.nodes, 0);
  const gpus = (cluster.pools ?? []).reduce((sum, pool) => sum + pool.nodes * pool.gpusPerNode, 0);
  if (nodes > NODES_MAX)
    faults.push(whole(['cluster', 'pools'], `cluster.pools have ${nodes} nodes; at most ${NODES_MAX} fit`));
  if (gpus > GPUS_MAX)
    faults.push(whole(['cluster', 'pools'], `cluster.pools have ${gpus} GPUs; at most ${GPUS_MAX} fit`));
  if (cluster.pools !== undefined && nodes === 0) {
    faults.push(whole(['cluster', 'pools'], 'cluster.pools have no nodes; give at least one pool some'));
  }
  const expected = workload.synthetic.map(expectedJobs).reduce((sum, jobs) => sum + jobs, 0);
  if (expected > JOBS_MAX) {
    const reason = `workload.synthetic makes about ${expected.toExponential(1)} jobs; at most ${JOBS_MAX} fit, lower jobs, duration or ratePerHour`;
    faults.push(whole(['workload', 'synthetic'], reason));
  }
  return faults;
}

/** Jobs that an entry is expected to make. One without an end is told elsewhere. */
function expectedJobs({ jobs, duration, arrivals }: SyntheticEntry): number {
  if (jobs === undefined && duration === undefined) return 0;
  const batch =
    arrivals.batch === undefined
      ? 1
      : Math.max(
          1,
          meanOf(() => buildDistribution(numberSpec(arrivals.batch!)).mean),
        );
  const byDuration = duration === undefined ? Infinity : (secondsOf(duration) / 3600) * arrivals.ratePerHour * batch;
  return Math.min(jobs ?? Infinity, byDuration);
}

/** A distribution with mistakes is told elsewhere. */
function meanOf(mean: () => number): number {
  try {
    return mean();
  } catch {
    return 1;
  }
}

function checkSynthetic(entry: SyntheticEntry, path: Path, scenario: Scenario): Fault[] {
  const faults: Fault[] = [];
  const hasEnd = entry.jobs !== undefined || entry.duration !== undefined;
  if (!hasEnd) faults.push(whole(path, `${pathText(path)} has no end; add jobs or duration`));
  entry.gpus.values.forEach((size, index) => faults.push(...checkShare(size, [...path, 'gpus', 'values', index])));
  faults.push(...duplicateTenants(entry.tenants ?? [], [...path, 'tenants']));
  const spec = syntheticSpec(hasEnd ? entry : { ...entry, jobs: 1 }, scenario);
  for (const { field, message } of syntheticProblems(spec)) {
    const at = [...path, ...scenarioPath(field)];
    faults.push(whole(at, `${pathText(at)}: ${message}`));
  }
  return faults;
}

/** A field of the generator's spec as the scenario calls it: runSByGpus[0].runS is runByGpus[0].run. */
function scenarioPath(field: string): Path {
  const steps = field.matchAll(/([A-Za-z]+)|\[(\d+)\]/g);
  return Array.from(steps, ([, key, index]) => {
    return key === undefined ? Number(index) : (scenarioNames[key] ?? key);
  });
}

const scenarioNames: Readonly<Record<string, string>> = {
  runS: 'run',
  runSByGpus: 'runByGpus',
  durationS: 'duration',
  startS: 'begin',
  memoryMiBPerGpu: 'memoryPerGpu',
};

function duplicateTenants(tenants: readonly { readonly name: string }[], path: Path): Fault[] {
  const names = tenants.map(({ name }) => name);
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (first === index) return [];
    return [
      { path: [...path, index, 'name'], reason: `as is ${pathText([...path, first, 'name'])}; give each its own` },
    ];
  });
}

/** A job holds whole GPUs or a share of one. */
function checkShare(gpus: number, path: Path): Fault[] {
  if (Number.isInteger(gpus)) return [];
  if (gpus > 1) return [{ path, reason: 'must be whole, or a share below 1' }];
  return Number.isInteger(Math.round(gpus * 1e9) / 1e6)
    ? []
    : [{ path, reason: 'a share counts in thousandths; round it to 3 decimals' }];
}

function whole(path: Path, reason: string): Fault {
  return { path, reason, whole: true };
}
