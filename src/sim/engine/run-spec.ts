import type { TimeUs } from '../kernel/clock.ts';
import type { RandomStream } from '../kernel/random.ts';
import type { Cluster } from '../model/cluster.ts';
import type { JobTable } from '../model/job-table.ts';
import type { PlacementPolicy } from '../contract/placement.ts';
import type { SchedulingPolicy } from '../contract/scheduling.ts';

/** Everything one run depends on. */
export interface RunSpec {
  readonly cluster: Cluster;
  readonly jobs: JobTable;
  /** What policies are told of each job's running time, whole us, >= 0; by the scenario's estimate source. */
  readonly estimateUs: Float64Array;
  readonly scheduling: SchedulingPolicy;
  /** For messages. */
  readonly schedulingName: string;
  readonly placement: PlacementPolicy;
  /** Luck for the policy. */
  readonly random: RandomStream;
  /** Work added to a job each time it resumes after a preemption, us. */
  readonly resumeOverheadUs: TimeUs;
  /** The run stops here even if jobs are left; NEVER runs until all are done. */
  readonly horizonUs: TimeUs;
}
