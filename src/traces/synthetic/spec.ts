import type { DistributionSpec } from '../../sim/kernel/distributions/registry.ts';

/** When jobs arrive: a Poisson process, with a rate that may follow the hours of the day and the days of the week. */
export interface ArrivalSpec {
  /** Mean arrivals an hour over whole weeks, 1e-9 .. 1e9. With batches, arrivals of batches. */
  readonly ratePerHour: number;
  /** 24 weights >= 0, hour 0 first; relative, only their proportions count. Left out: all hours alike. */
  readonly hourOfDay?: readonly number[];
  /** 7 weights >= 0, Monday first; relative. Left out: all days alike. */
  readonly dayOfWeek?: readonly number[];
  /** Day of the week at instant 0 of the run: 0 Monday (the default) .. 6 Sunday. */
  readonly startWeekday?: number;
  /** Hour of the day at instant 0 of the run, 0 <= hour < 24; 0 by default. */
  readonly startHour?: number;
  /** Jobs that come at one arrival: a draw rounded to a whole number, at least 1. Left out: 1. */
  readonly batch?: DistributionSpec;
}

/** The jobs' sizes in GPUs: one of `values` (below 1 a share of a GPU), in proportion to `weights` or all alike. */
export interface SizeSpec {
  readonly values: readonly number[];
  readonly weights?: readonly number[];
}

export interface TenantSpec {
  readonly name: string;
  /** Share of the jobs, relative to the other tenants' weights; >= 0. */
  readonly weight: number;
  /** Of its jobs; left out, the workload's own. */
  readonly priority?: number;
}

export interface ElasticSpec {
  /** 0 .. 1; the fewest GPUs are rounded up and at least 1. */
  readonly gpusMinFactor: number;
  /** 1 .. 1000; the most GPUs are rounded down. */
  readonly gpusMaxFactor: number;
}

/** A workload to draw from distributions. Times in seconds, sizes in GPUs. */
export interface SyntheticSpec {
  /** Prefix of the job ids (`name-1`, `name-2`, ...) and entity of the random streams; one workload a name. */
  readonly name: string;
  /** Stop after so many jobs, 1 .. JOBS_MAX. One of `jobs` and `durationS` is needed; the first reached stops. */
  readonly jobs?: number;
  /** Stop so long after `startS`, > 0. */
  readonly durationS?: number;
  /** No arrival before this instant, >= 0; 0 by default. */
  readonly startS?: number;
  readonly arrivals: ArrivalSpec;
  readonly gpus: SizeSpec;
  /** Running times. */
  readonly runS: DistributionSpec;
  /** Other running times for larger jobs: of the entries with gpusMin <= the job's GPUs, the largest counts. */
  readonly runSByGpus?: readonly { readonly gpusMin: number; readonly runS: DistributionSpec }[];
  /** Requested time = run · max(1, factor). Left out: what users request is not known. */
  readonly requestedFactor?: DistributionSpec;
  /** Deadline = submission + factor · run. Left out: jobs have none. */
  readonly deadlineFactor?: DistributionSpec;
  /** What jobs of whole GPUs can run with, as multiples of the GPUs they ask for. Left out: with no others. */
  readonly elastic?: ElasticSpec;
  /** Mix of job classes. Left out: ordinary jobs. */
  readonly jobClasses?: readonly { readonly name: string; readonly weight: number }[];
  /** Mix of data sets that jobs read. Left out: none. */
  readonly dataSets?: readonly { readonly name: string; readonly weight: number }[];
  /** Cores and MiB for each GPU asked for (a share gets its share); 0, none asked for, by default. */
  readonly cpusPerGpu?: number;
  readonly memoryMiBPerGpu?: number;
  /** Allowed GPU types; left out or empty allows all. */
  readonly gpuTypes?: readonly string[];
  /** Left out: nobody's in particular. */
  readonly tenants?: readonly TenantSpec[];
  /** Larger is more important; whole, 0 by default. */
  readonly priority?: number;
}

/** So many jobs a workload may have at most. */
export const JOBS_MAX = 10_000_000;

/** GPUs of one job at most: thousandths of a GPU are kept in 32 bits. */
export const JOB_GPUS_MAX = 1_000_000;
