import type { TimeUs } from '../kernel/clock.ts';
import type { RandomStream } from '../kernel/random.ts';
import type { Cluster } from '../model/cluster.ts';
import type { DataSets } from '../model/data-sets.ts';
import type { FailureModel } from '../model/failure-model.ts';
import type { JobTable } from '../model/job-table.ts';
import type { EstimateLearner } from '../contract/estimates.ts';
import type { Service } from '../model/services.ts';
import type { QuotaTree } from '../model/quota-tree.ts';
import type { UplinkModel } from '../model/uplinks.ts';
import type { PlacementPolicy } from '../contract/placement.ts';
import type { RecoveryPolicy } from '../contract/recovery.ts';
import type { SchedulingPolicy } from '../contract/scheduling.ts';

/** What starting, stopping and resuming cost, beside the work. */
export interface Overheads {
  /** Time at the beginning of a job's first run that is no progress, us. */
  readonly startUs: TimeUs;
  /** How long a gang holds its GPUs after its work is done, us. */
  readonly teardownUs: TimeUs;
  /**
   * Time at the beginning of each run after a preemption, a move or a resize that is no progress: of the first step whose
   * gpusMax is not below the gang's size; ascending, the last one Infinity.
   */
  readonly resume: readonly { readonly gpusMax: number; readonly overheadUs: TimeUs }[];
  /** What becomes of overhead that was not yet paid when a job is stopped again: it is owed anew whole, or on top. */
  readonly unpaid: 'restart' | 'accumulate';
}

/** A service, and what becomes of its replicas when faults stop them. */
export interface ServiceRun extends Service {
  readonly recovery: RecoveryPolicy;
}

/** Everything one run depends on. */
export interface RunSpec {
  readonly cluster: Cluster;
  readonly jobs: JobTable;
  /** Slows gangs under several leaf switches. Left out: nothing does. */
  readonly uplinks?: UplinkModel;
  /** The data sets that jobs read. Left out: none. */
  readonly data?: DataSets;
  /** The queues among which the jobs' tenants share the cluster. */
  readonly quotas: QuotaTree;
  /** What policies are told of each job's running time, whole us, >= 0; by the scenario's estimate source. */
  readonly estimateUs: Float64Array;
  /** Makes what gives each job another estimate when it is submitted; left out, `estimateUs` holds throughout. */
  readonly estimateLearner?: () => EstimateLearner;
  readonly scheduling: SchedulingPolicy;
  /** For messages. */
  readonly schedulingName: string;
  readonly placement: PlacementPolicy;
  /** Rank of each node among equals, a permutation of 0 .. nodes-1. Left out: its id. Needed by `ranks: 'random'`. */
  readonly nodeRank?: Int32Array;
  /** Seed of the placement's own luck, a whole number 0 .. 2^32-1. Left out: 0. */
  readonly placementLuck?: number;
  /** The workload that the placement is told to expect. Left out: the run's own. */
  readonly expectedJobs?: JobTable;
  /** Luck for the policy. */
  readonly random: RandomStream;
  readonly overheads: Overheads;
  /** What breaks, and how gangs get over it. Left out: nothing breaks. */
  readonly failures?: { readonly model: FailureModel; readonly recovery: RecoveryPolicy };
  /** Jobs that are replicas of services, each of one. Left out: none is. */
  readonly services?: readonly ServiceRun[];
  /** The run stops here even if jobs are left; NEVER runs until all are done. */
  readonly horizonUs: TimeUs;
}
