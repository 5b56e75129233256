import { jainIndex } from '../../stats/jain-index.ts';
import { orderStatistics, timeHistogram } from '../../stats/order-statistics.ts';
import { Refusal, refusalNames } from '../contract/refusal.ts';
import { US_PER_SECOND, usToSeconds } from '../kernel/clock.ts';
import type { Cluster } from '../model/cluster.ts';
import type { DataSets } from '../model/data-sets.ts';
import type { JobTable } from '../model/job-table.ts';
import type { Fold } from './fact.ts';
import { BlastRadii, type BlastInputs } from './blast-radius.ts';
import { DataLocality } from './data-locality.ts';
import { DataLosses } from './data-losses.ts';
import { countDeadlines } from './deadline-count.ts';
import { EverydayFolds } from './everyday-folds.ts';
import { FailureRecord, type FailureTraits } from './failure-record.ts';
import { finishTimeRatios } from './finish-time-ratio.ts';
import { JobOutcomes, Outcome } from './job-outcomes.ts';
import { NodeTime } from './node-time.ts';
import { Column, Occupancy } from './occupancy.ts';
import type { JobFigures, RunFigures, TimeSeries, WaitCause } from './summary.ts';
import type { Service } from '../model/services.ts';
import { ServiceRecord, type ServiceFigures } from './service-record.ts';
import { CAUSES, WaitCauseTimes } from './wait-cause-times.ts';

const US_PER_HOUR = 3600 * US_PER_SECOND;
const TENANTS_MAX = 50;
/** Runs shorter than this count as this long in the bounded slowdown. */
const SLOWDOWN_BOUND_US = 10 * US_PER_SECOND;

/** What the engine counted beside the facts. */
export interface RunCounts {
  readonly endUs: number;
  readonly events: number;
  readonly decisions: number;
}

/** What a run has that not every run has, as far as its metrics go. */
export interface RunTraits {
  /** A job that asks for part of a GPU holds that part; without, a whole one. */
  readonly shares?: boolean;
  readonly data?: DataSets | undefined;
  /** Whether faults destroy data. */
  readonly losesData?: boolean;
  /** Left out, nothing can break. */
  readonly failures?: FailureTraits | undefined;
  /** Left out, there is none. */
  readonly services?: readonly Service[] | undefined;
  /** What a closed form gives for each of them. */
  readonly expectedServices?: readonly ServiceFigures['expected'][];
  /** What the loss of a domain is weighed by; left out, nothing can break. */
  readonly blast?: Pick<BlastInputs, 'services' | 'restartUs'> | undefined;
}

/** The metric folds that every run carries, and the figures made of them. */
export class RunMetrics {
  readonly outcomes: JobOutcomes;
  readonly nodeTime: NodeTime;
  readonly occupancy: Occupancy;
  readonly causes: WaitCauseTimes;
  readonly dataLocality: DataLocality;
  readonly folds: readonly Fold[];
  /** GPUs that each job asks for: fractions where jobs share GPUs. */
  readonly askedGpus: Int32Array | Float64Array;
  private readonly cluster: Cluster;
  private readonly jobs: JobTable;

  /** Only where something can break. */
  readonly failures: FailureRecord | undefined;

  readonly blasts: BlastRadii | undefined;
  /** Only where there are services. */
  readonly services: ServiceRecord | undefined;
  /** Only where faults destroy data. */
  readonly dataLosses: DataLosses | undefined;
  /** All jobs that are no replicas of services: those come to no end. */
  readonly batch: Int32Array;

  constructor(cluster: Cluster, jobs: JobTable, traits: RunTraits = {}) {
    const { shares = false, data, losesData = false, failures, services, blast } = traits;
    this.cluster = cluster;
    this.jobs = jobs;
    this.outcomes = new JobOutcomes(jobs);
    this.nodeTime = new NodeTime(cluster, jobs);
    this.occupancy = new Occupancy(jobs, shares);
    this.askedGpus = shares ? Float64Array.from(jobs.gpuMilli, (milli) => milli / 1000) : jobs.gpus;
    this.causes = new WaitCauseTimes(jobs);
    this.dataLocality = new DataLocality(jobs, data);
    this.failures = failures && new FailureRecord(cluster, jobs, failures);
    this.blasts = blast && new BlastRadii({ cluster, jobs, ...blast });
    this.services = services && new ServiceRecord(services, traits.expectedServices);
    this.dataLosses = data !== undefined && losesData ? new DataLosses(data, jobs) : undefined;
    const replicas = new Set(services?.flatMap((service) => service.replicas));
    this.batch = replicas.size === 0 ? allJobs(jobs.count) : allJobs(jobs.count).filter((job) => !replicas.has(job));
    this.folds = [
      new EverydayFolds(this.outcomes, this.nodeTime, this.occupancy, this.causes),
      ...(data === undefined ? [] : [this.dataLocality]),
      ...(this.failures === undefined ? [] : [this.failures]),
      ...(this.blasts === undefined ? [] : [this.blasts]),
      ...(this.services === undefined ? [] : [this.services]),
      ...(this.dataLosses === undefined ? [] : [this.dataLosses]),
    ];
  }

  /** Figures of a run that has ended. */
  figures(counts: RunCounts): RunFigures {
    const { jobs, occupancy, outcomes } = this;
    const everyone = this.batch;
    const reached = outcomesOf(everyone, outcomes.outcome);
    const submitted = countWhere(reached, (outcome) => outcome !== Outcome.NotSubmitted);
    const finished = countOf(reached, Outcome.Done);
    const firstSubmitUs = submitted > 0 ? jobs.submitUs[0]! : 0;
    const makespanS = usToSeconds(Math.max(0, counts.endUs - firstSubmitUs));
    const gpuUs = this.cluster.gpuCount * (counts.endUs - firstSubmitUs);
    const waits = this.waits(everyone);
    const completions = this.completions(everyone);
    return {
      makespanS,
      endS: usToSeconds(counts.endUs),
      events: counts.events,
      decisions: counts.decisions,
      utilisation: gpuUs > 0 ? occupancy.totals[Column.GpusBusy]! / gpuUs : 0,
      throughputPerHour: makespanS > 0 ? (finished * 3600) / makespanS : 0,
      queueLengthMean: makespanS > 0 ? occupancy.totals[Column.JobsQueued]! / (makespanS * US_PER_SECOND) : 0,
      queueLengthMax: occupancy.queueLengthMax,
      jobs: {
        submitted,
        finished,
        running: countOf(reached, Outcome.Running),
        waiting: countOf(reached, Outcome.Waiting),
        rejected: countOf(reached, Outcome.Rejected),
        preemptions: everyone.reduce((sum, job) => sum + outcomes.preemptions[job]!, 0),
      },
      all: this.jobFigures(everyone),
      byTenant: this.byTenant(),
      bySize: this.bySize(),
      waitByCause: this.waitByCause(),
      fragmentation: this.fragmentation(),
      deadlines: countDeadlines(jobs, outcomes, counts.endUs),
      dataLocality: this.dataLocality.figures(),
      fairness: this.fairness(everyone, counts.endUs),
      failures: this.failures?.figures() ?? null,
      blastRadius: this.blasts?.figures() ?? [],
      services: this.services?.figures() ?? [],
      dataLoss: this.dataLosses?.figures() ?? null,
      pools: this.pools(firstSubmitUs, counts.endUs),
      waitHistogram: timeHistogram(waits.sort()),
      completionHistogram: timeHistogram(completions.sort()),
      series: this.series(),
    };
  }

  private jobFigures(group: Int32Array): JobFigures {
    const { outcomes } = this;
    let finished = 0;
    let gpuUs = 0;
    for (const job of group) {
      if (outcomes.outcome[job] === Outcome.Done) finished++;
      gpuUs += outcomes.gpuUs[job]!;
    }
    return {
      jobs: group.length,
      finished,
      gpuHours: gpuUs / US_PER_HOUR,
      waitS: orderStatistics(this.waits(group)),
      completionS: orderStatistics(this.completions(group)),
      boundedSlowdown: orderStatistics(this.slowdowns(group)),
    };
  }

  private waits(group: Int32Array): Float64Array {
    const { firstStartUs, waitUs } = this.outcomes;
    return collect(group, (job) => (firstStartUs[job]! >= 0 ? usToSeconds(waitUs[job]!) : NaN));
  }

  private completions(group: Int32Array): Float64Array {
    const { outcome, endUs } = this.outcomes;
    const { submitUs } = this.jobs;
    return collect(group, (job) => (outcome[job] === Outcome.Done ? usToSeconds(endUs[job]! - submitUs[job]!) : NaN));
  }

  private slowdowns(group: Int32Array): Float64Array {
    const { outcome, waitUs, ranUs } = this.outcomes;
    return collect(group, (job) =>
      outcome[job] === Outcome.Done
        ? Math.max(1, (waitUs[job]! + ranUs[job]!) / Math.max(ranUs[job]!, SLOWDOWN_BOUND_US))
        : NaN,
    );
  }

  private byTenant(): RunFigures['byTenant'] {
    const { tenants, tenant } = this.jobs;
    if (tenants.length < 2) return [];
    const groups = groupBy(this.batch, tenant, tenants.length);
    const { gpuUs } = this.outcomes;
    const use = groups.map((group) => group.reduce((sum, job) => sum + gpuUs[job]!, 0));
    const withJobs = tenants.flatMap((_, index) => (groups[index]!.length > 0 ? [index] : []));
    const order = withJobs.sort((a, b) => use[b]! - use[a]! || a - b);
    if (order.length < 2) return [];
    const shown = order.slice(0, TENANTS_MAX).map((index) => ({
      tenant: tenants[index]!,
      ...this.jobFigures(groups[index]!),
    }));
    if (order.length <= TENANTS_MAX) return shown;
    const rest = order.slice(TENANTS_MAX).flatMap((index) => [...groups[index]!]);
    return [...shown, { tenant: `(${order.length - TENANTS_MAX} others)`, ...this.jobFigures(Int32Array.from(rest)) }];
  }

  private bySize(): RunFigures['bySize'] {
    const { gpus } = this.jobs;
    const classOf = Int32Array.from(gpus, sizeClass);
    const groups = groupBy(this.batch, classOf, classOf.reduce((max, index) => Math.max(max, index), 0) + 1);
    return groups.flatMap((group, index) => {
      if (group.length === 0) return [];
      const gpusMax = index === 0 ? 0 : 1 << (index - 1);
      const gpusMin = index < 2 ? gpusMax : (1 << (index - 2)) + 1;
      return [{ gpusMin, gpusMax, ...this.jobFigures(group) }];
    });
  }

  private waitByCause(): RunFigures['waitByCause'] {
    const { waitedUs } = this.causes;
    const gpus = this.askedGpus;
    return refusalNames.slice(1).flatMap((name, cause) => {
      let jobUs = 0;
      let gpuUs = 0;
      for (let job = 0; job < gpus.length; job++) {
        const us = waitedUs[CAUSES * job + cause]!;
        jobUs += us;
        gpuUs += us * gpus[job]!;
      }
      if (cause + 1 === Refusal.DataLost && this.dataLosses === undefined) return [];
      if (cause + 1 > Refusal.DataLost && jobUs === 0) return [];
      return [{ cause: name as WaitCause, jobS: usToSeconds(jobUs), gpuS: usToSeconds(gpuUs) }];
    });
  }

  private fragmentation(): number {
    const waits = this.waitByCause();
    const whole = waits.reduce((sum, { gpuS }) => sum + gpuS, 0);
    const fragmented = waits.reduce((sum, { cause, gpuS }) => sum + (cause === 'fragmented' ? gpuS : 0), 0);
    return whole > 0 ? fragmented / whole : 0;
  }

  private fairness(everyone: Int32Array, endUs: number): RunFigures['fairness'] {
    const { cluster, jobs, outcomes } = this;
    const ratios = finishTimeRatios(jobs, cluster, outcomes, endUs);
    const tenantMeans = groupBy(this.batch, jobs.tenant, jobs.tenants.length).map((group) =>
      mean(this.slowdowns(group)),
    );
    return {
      jainJobs: jainIndex(this.slowdowns(everyone)),
      jainTenants: jainIndex(Float64Array.from(tenantMeans.filter((value) => !Number.isNaN(value)))),
      finishTimeRatio: orderStatistics(ratios.filter((ratio) => !Number.isNaN(ratio))),
    };
  }

  /** Over the makespan: before the first job there was nothing to do. */
  private pools(fromUs: number, endUs: number): RunFigures['pools'] {
    const { cluster, nodeTime } = this;
    const busy = cluster.pools.map(() => 0);
    for (let node = 0; node < cluster.nodeCount; node++)
      busy[cluster.nodePool[node]!]! += nodeTime.busyUs[node]! / US_PER_HOUR;
    return cluster.pools.map((pool, index) => {
      const gpus = pool.nodes * pool.gpusPerNode;
      const hours = (gpus * (endUs - fromUs)) / US_PER_HOUR;
      return {
        pool: pool.name,
        gpuType: pool.gpuType,
        nodes: pool.nodes,
        gpus,
        busyGpuHours: busy[index]!,
        idleGpuHours: hours - busy[index]!,
        utilisation: hours > 0 ? busy[index]! / hours : 0,
      };
    });
  }

  private series(): TimeSeries {
    const { occupancy } = this;
    const { bucketUs, integrals, endUs } = occupancy;
    const starts = Array.from({ length: occupancy.buckets }, (_, bucket) => bucket * bucketUs);
    const average = (column: number): number[] =>
      starts.map((startUs, bucket) => {
        const lengthUs = Math.min(endUs, startUs + bucketUs) - startUs;
        return lengthUs > 0 ? integrals[bucket * 4 + column]! / lengthUs : 0;
      });
    const gpusBusy = average(Column.GpusBusy);
    return {
      bucketS: usToSeconds(bucketUs),
      startS: starts.map(usToSeconds),
      gpusBusy,
      gpusIdle: gpusBusy.map((busy) => this.cluster.gpuCount - busy),
      gpusQueued: average(Column.GpusQueued),
      jobsQueued: average(Column.JobsQueued),
      jobsQueuedMax: starts.map((_, bucket) => occupancy.queuedMax[bucket]!),
      jobsRunning: average(Column.JobsRunning),
    };
  }
}

/** 0: no GPU; k: 2^(k-2) < GPUs <= 2^(k-1). */
function sizeClass(gpus: number): number {
  return gpus === 0 ? 0 : 33 - Math.clz32(gpus - 1);
}

function allJobs(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, job) => job);
}

function groupBy(jobs: Int32Array, keyOf: Int32Array, groups: number): Int32Array[] {
  const sizes = new Int32Array(groups);
  for (const job of jobs) sizes[keyOf[job]!]!++;
  const members = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (const job of jobs) members[keyOf[job]!]![sizes[keyOf[job]!]!++] = job;
  return members;
}

function outcomesOf(jobs: Int32Array, outcome: Uint8Array): Uint8Array {
  return Uint8Array.from(jobs, (job) => outcome[job]!);
}

/** NaN for no values. */
function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function collect(group: Int32Array, valueOf: (job: number) => number): Float64Array {
  const values = new Float64Array(group.length);
  let count = 0;
  for (const job of group) {
    const value = valueOf(job);
    if (!Number.isNaN(value)) values[count++] = value;
  }
  return values.slice(0, count);
}

function countWhere(codes: Uint8Array, holds: (code: number) => boolean): number {
  let count = 0;
  for (const code of codes) if (holds(code)) count++;
  return count;
}

function countOf(codes: Uint8Array, wanted: number): number {
  return countWhere(codes, (code) => code === wanted);
}
