import type { TimeUs } from '../../sim/kernel/clock.ts';

/** How much each factor weighs, >= 0, and by what it is measured. */
export interface PriorityRules {
  readonly ageWeight: number;
  readonly fairShareWeight: number;
  readonly jobSizeWeight: number;
  readonly partitionWeight: number;
  readonly qosWeight: number;
  /** Waiting time at which the age factor is 1, > 0. */
  readonly ageMaxUs: TimeUs;
  /** Whether small jobs, not large ones, have the larger size factor. */
  readonly favourSmall: boolean;
  /** Size at which the size factor is 1 (or, favouring small jobs, 0). */
  readonly clusterGpus: number;
  /** Highest QOS and partition priorities there are; a factor is 0 if its highest is not above 0. */
  readonly qosMax: number;
  readonly partitionMax: number;
}

/** What a job has to show for itself. */
export interface PriorityClaims {
  readonly waitUs: TimeUs;
  /** 0 … 1, from AccountShares. */
  readonly fairShare: number;
  readonly gpus: number;
  readonly qos: number;
  readonly partition: number;
}

/**
 * A job's priority by Slurm's multifactor plugin: the sum of weight times factor, every factor 0 … 1, cut to a whole
 * number as Slurm does (so that weights below about 1000 make many jobs equal). Larger is served first.
 * Source: Slurm, priority_multifactor.html.
 */
export function multifactorPriority(rules: PriorityRules, claims: PriorityClaims): number {
  const age = Math.min(1, claims.waitUs / rules.ageMaxUs);
  const size = Math.min(1, rules.clusterGpus === 0 ? 0 : claims.gpus / rules.clusterGpus);
  return Math.floor(
    rules.ageWeight * age +
      rules.fairShareWeight * claims.fairShare +
      rules.jobSizeWeight * (rules.favourSmall ? 1 - size : size) +
      rules.partitionWeight * ofHighest(claims.partition, rules.partitionMax) +
      rules.qosWeight * ofHighest(claims.qos, rules.qosMax),
  );
}

function ofHighest(priority: number, highest: number): number {
  return highest > 0 ? Math.max(0, priority / highest) : 0;
}
