import type { Cluster } from '../model/cluster.ts';
import type { JobTable } from '../model/job-table.ts';
import { Outcome, type JobOutcomes } from './job-outcomes.ts';

/** Runs shorter than this count as this long, as in the bounded slowdown. */
const RUN_BOUND_US = 10_000_000;

/**
 * Finish-time fairness rho of each finished job, NaN for the others: its completion time over what it would take alone on
 * its share of the GPUs that it may use. With N jobs in the system on average while it was there (itself included) the
 * share is 1/N, so alone it takes max(run, 10 s) · max(1, N · GPUs asked for / GPUs it may use) / speed, where speed is
 * the mean over those GPUs. Above 1 it came off worse than with a share of its own.
 * Source: Mahajan et al., Themis, NSDI 2020; Narayanan et al., Gavel, OSDI 2020 (isolated throughput).
 */
export function finishTimeRatios(
  jobs: JobTable,
  cluster: Cluster,
  { outcome, endUs }: JobOutcomes,
  runEndUs: number,
): Float64Array {
  const company = new Company(jobs, outcome, endUs, runEndUs);
  const share = new Shares(jobs, cluster);
  return Float64Array.from({ length: jobs.count }, (_, job) => {
    if (outcome[job] !== Outcome.Done) return NaN;
    const stayUs = endUs[job]! - jobs.submitUs[job]!;
    const runUs = Math.max(jobs.runUs[job]!, RUN_BOUND_US) / share.speedOf(job);
    const crowding = (company.meanOver(job) * jobs.gpus[job]!) / share.gpusOf(job);
    return stayUs / (runUs * (crowding > 1 ? crowding : 1));
  });
}

/** How many jobs were in the system, waiting or running, over the stay of each. */
class Company {
  /** Integral of the number of jobs over time, in job-us, at each job's submission and at its end. */
  private readonly atSubmit: Float64Array;
  private readonly atEnd: Float64Array;
  private readonly stayUs: Float64Array;

  constructor(jobs: JobTable, outcome: Uint8Array, endUs: Float64Array, runEndUs: number) {
    const { count, submitUs } = jobs;
    this.atSubmit = new Float64Array(count);
    this.atEnd = new Float64Array(count);
    const lastUs = endUs.map((us) => (us >= 0 ? us : runEndUs));
    this.stayUs = lastUs.map((us, job) => us - submitUs[job]!);
    // Jobs stand in order of submission, so those that were not submitted are the last.
    let submitted = count;
    while (submitted > 0 && outcome[submitted - 1] === Outcome.NotSubmitted) submitted--;
    const byEnd = new Uint32Array(submitted).map((_, job) => job).sort((a, b) => lastUs[a]! - lastUs[b]!);
    let integral = 0;
    let nowUs = 0;
    let next = 0;
    byEnd.forEach((leaver, left) => {
      const untilUs = lastUs[leaver]!;
      for (; next < submitted && submitUs[next]! <= untilUs; next++) {
        integral += (next - left) * (submitUs[next]! - nowUs);
        nowUs = submitUs[next]!;
        this.atSubmit[next] = integral;
      }
      integral += (next - left) * (untilUs - nowUs);
      nowUs = untilUs;
      this.atEnd[leaver] = integral;
    });
  }

  /** Time average over the job's stay; 1 for a stay of no length. */
  meanOver(job: number): number {
    const stayUs = this.stayUs[job]!;
    return stayUs > 0 ? (this.atEnd[job]! - this.atSubmit[job]!) / stayUs : 1;
  }
}

/** GPUs of the types that jobs may use, and their mean speed there; worked out once a (class, type set). */
class Shares {
  private readonly jobs: JobTable;
  private readonly gpusByType: Float64Array;
  private readonly known = new Map<string, { readonly gpus: number; readonly speed: number }>();

  constructor(jobs: JobTable, cluster: Cluster) {
    this.jobs = jobs;
    this.gpusByType = new Float64Array(cluster.gpuTypes.length);
    cluster.nodeType.forEach((type, node) => (this.gpusByType[type]! += cluster.nodeGpus[node]!));
  }

  gpusOf(job: number): number {
    return this.of(job).gpus;
  }

  /** 1 for a job without GPUs. */
  speedOf(job: number): number {
    return this.jobs.gpus[job] === 0 ? 1 : this.of(job).speed;
  }

  private of(job: number): { readonly gpus: number; readonly speed: number } {
    const mask = this.jobs.typeMask[job]!;
    const jobClass = this.jobs.jobClass[job]!;
    const key = `${mask} ${jobClass}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const { speedByType } = this.jobs.classes[jobClass]!;
    let gpus = 0;
    let work = 0;
    this.gpusByType.forEach((count, type) => {
      if (((mask >>> type) & 1) === 0) return;
      gpus += count;
      work += count * speedByType[type]!;
    });
    const made = { gpus, speed: work / gpus };
    this.known.set(key, made);
    return made;
  }
}
