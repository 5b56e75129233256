import type { refusalNames } from '../contract/refusal.ts';
import type { BlastRadius } from './blast-radius.ts';
import type { DataLossFigures } from './data-losses.ts';
import type { DeadlineCount } from './deadline-count.ts';
import type { FailureFigures } from './failure-figures.ts';
import type { ServiceFigures } from './service-record.ts';
import type { Histogram, OrderStatistics } from '../../stats/order-statistics.ts';

export type { DeadlineCount, Histogram };

/** Order statistics of a per-job figure. */
export type Distribution = OrderStatistics;

/** Figures over a set of jobs: all of them, one tenant's, or one size class. Times in seconds. */
export interface JobFigures {
  readonly jobs: number;
  readonly finished: number;
  readonly gpuHours: number;
  /** Time in the queue (all of it, if a job was preempted), of jobs that started. */
  readonly waitS: Distribution;
  /** End minus submit (JCT), of finished jobs. */
  readonly completionS: Distribution;
  /** max(1, (wait + run) / max(run, 10 s)), of finished jobs; run is the time with GPUs held. */
  readonly boundedSlowdown: Distribution;
}

/** How near to their data jobs began when they last began somewhere; jobs that read a data set and have started. */
export interface LocalityFigures {
  readonly jobs: number;
  /** Every node of the gang holds a copy; every node shares a rack with one; some node reads from another rack. */
  readonly node: number;
  readonly rack: number;
  readonly any: number;
  /** Time for which gangs read data when they began, s: of all starts and moves. */
  readonly readS: number;
}

/** Why jobs waited; data-lost only where faults destroy data, those behind it only where a job waited for them. */
export type WaitCause = Exclude<(typeof refusalNames)[number], 'none'>;

/** Bucketed time series; entry i covers [startS[i], startS[i] + bucketS), each a time average unless it says max. */
export interface TimeSeries {
  readonly bucketS: number;
  readonly startS: readonly number[];
  readonly gpusBusy: readonly number[];
  readonly gpusIdle: readonly number[];
  /** GPUs asked for by waiting jobs. */
  readonly gpusQueued: readonly number[];
  readonly jobsQueued: readonly number[];
  readonly jobsQueuedMax: readonly number[];
  readonly jobsRunning: readonly number[];
}

/** What the engine's metric folds make of the facts of one run. */
export interface RunFigures {
  /** First submit to last end (or the horizon), s. */
  readonly makespanS: number;
  /** The instant the run ended, s since its start. */
  readonly endS: number;
  readonly events: number;
  readonly decisions: number;
  readonly utilisation: number;
  /** Finished jobs an hour of makespan. */
  readonly throughputPerHour: number;
  readonly queueLengthMean: number;
  readonly queueLengthMax: number;
  readonly jobs: {
    readonly submitted: number;
    readonly finished: number;
    readonly running: number;
    readonly waiting: number;
    readonly rejected: number;
    readonly preemptions: number;
  };
  readonly all: JobFigures;
  /** By tenant, largest GPU-hours first; at most 50, the rest together as one entry '(others)'. */
  readonly byTenant: readonly (JobFigures & { readonly tenant: string })[];
  /** By size class in GPUs: [min, max], ascending. */
  readonly bySize: readonly (JobFigures & { readonly gpusMin: number; readonly gpusMax: number })[];
  /** Total waiting time by cause, job-seconds and GPU-seconds (gang GPUs x seconds). */
  readonly waitByCause: readonly { readonly cause: WaitCause; readonly jobS: number; readonly gpuS: number }[];
  /** Share of the GPU-seconds waited for which enough GPUs were free, but not in the shape that was needed. */
  readonly fragmentation: number;
  readonly deadlines: DeadlineCount;
  /** Null where no job reads a data set. */
  readonly dataLocality: LocalityFigures | null;
  readonly fairness: {
    /** Jain's index of the finished jobs' bounded slowdowns, and of the tenants' means of them; null where none finished. */
    readonly jainJobs: number | null;
    readonly jainTenants: number | null;
    /**
     * Completion time over the time alone on a share 1/N of the GPUs, of finished jobs (`finishTimeRatios` has the
     * formula): above 1 a job came off worse than with a share of its own.
     */
    readonly finishTimeRatio: Distribution;
  };
  /** What broke and what it cost; null where nothing can break. */
  readonly failures: FailureFigures | null;
  /** How well each service was there; empty where there is none. Replicas are no jobs in the figures of jobs. */
  readonly services: readonly ServiceFigures[];
  /** Data sets that were lost and came back; null where nothing destroys data. */
  readonly dataLoss: DataLossFigures | null;
  /** What the loss of a domain would have hit, from the smallest level up; empty where nothing can break. */
  readonly blastRadius: readonly BlastRadius[];
  readonly pools: readonly {
    readonly pool: string;
    readonly gpuType: string;
    readonly nodes: number;
    readonly gpus: number;
    /** GPU-hours of the makespan; busy + idle = gpus x makespan (kept in whole us, per node). */
    readonly busyGpuHours: number;
    readonly idleGpuHours: number;
    readonly utilisation: number;
  }[];
  /** Of jobs that started; log-spaced edges in s, first bin [0, 1). */
  readonly waitHistogram: Histogram;
  /** Of finished jobs. */
  readonly completionHistogram: Histogram;
  readonly series: TimeSeries;
}

/** summary.json: everything one run has to say, without its jobs. Plain data, no undefined. */
export interface Summary {
  readonly schema: 'plimsoll.summary/2';
  readonly plimsollVersion: string;
  readonly scenario: {
    readonly name: string;
    readonly description: string;
    /** Path as given. */
    readonly file: string;
    /** SHA-256 (hex) of the resolved scenario in canonical JSON: what was run, defaults included. */
    readonly hash: string;
    /** The resolved scenario, as plain data. */
    readonly resolved: unknown;
  };
  readonly seed: number;
  /** 16 hex digits: rolling hash of all facts. */
  readonly fingerprint: string;
  /** Instant 0 of the run as ISO 8601, or null when the scenario gives none. */
  readonly startDate: string | null;
  readonly policies: readonly {
    readonly role: string;
    readonly name: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    /** What the policy really does, rule by rule. */
    readonly semantics: Readonly<Record<string, string>>;
  }[];
  readonly imports: readonly {
    readonly file: string;
    readonly format: string;
    readonly read: number;
    readonly kept: number;
    readonly dropped: readonly { readonly reason: string; readonly count: number; readonly firstLine: number }[];
    readonly warnings: readonly string[];
    readonly recorded: Readonly<Record<string, number>>;
  }[];
  readonly warnings: readonly string[];
  readonly figures: RunFigures;
}
