import type { RecoveryPolicy } from '../../contract/recovery.ts';
import { NEVER, US_PER_SECOND } from '../../kernel/clock.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { FailureModel } from '../../model/failure-model.ts';
import type { JobTable } from '../../model/job-table.ts';
import type { ServiceRun } from '../run-spec.ts';

const US_PER_HOUR = 3600 * US_PER_SECOND;

/** What independent replicas give. */
export interface ExpectedService {
  readonly availability: number;
  /** Mean time up between two outages, and mean length of one, h. */
  readonly meanUpH: number;
  readonly meanDownH: number;
}

/**
 * A service of k of n replicas that are up and down independently: each is up with probability a = up / (up + down), so
 * that so many or more are with the sum of C(n, i) a^i (1 - a)^(n - i) for i >= k, and the service goes down
 * C(n, k) k a^k (1 - a)^(n - k) times in a mean time up of a replica. Up is a node's time between faults. Down is
 * detection and start-up, where nodes stand free to go on; with as many nodes as replicas the repair too. Faults at instants that are known beforehand
 * are left out. Null where replicas are not independent: several on a node, or on many, faults wider than a node, GPUs that fail on nodes with more of
 * them than others have, too few technicians.
 */
export function expectedService(
  service: ServiceRun,
  model: FailureModel,
  cluster: Cluster,
  jobs: JobTable,
): ExpectedService | null {
  const { replicas, needed, recovery } = service;
  const classes = model.classes.filter((kind) => kind.meanTimeToFaultUs !== NEVER && kind.slow?.isIgnored !== true);
  const gpus = jobs.gpus[replicas[0]!]!;
  const isAlone = cluster.nodeGpus.every((nodeGpus) => nodeGpus >= gpus && nodeGpus < 2 * gpus);
  const gpusOfNode = cluster.nodeGpus[0] ?? 0;
  const isAlike = cluster.nodeGpus.every((nodeGpus) => nodeGpus === gpusOfNode);
  const isNarrow = classes.every(({ scope, burst, cascades }) => {
    return (scope === 'node' || (scope === 'gpu' && isAlike)) && !burst && !cascades;
  });
  const waitsForRepair = cluster.nodeCount === replicas.length;
  if (!isAlone || !isNarrow || classes.length === 0 || cluster.nodeCount < replicas.length) return null;
  if (waitsForRepair && model.technicians < cluster.nodeCount) return null;
  let rate = 0;
  let downUs = 0;
  for (const kind of classes) {
    const each = (kind.perDomain * (kind.scope === 'gpu' ? gpusOfNode : 1)) / kind.meanTimeToFaultUs;
    const foundUs = Math.min(kind.detectionUs, recovery.noticesUs?.() ?? NEVER);
    rate += each;
    downUs += each * (foundUs + (waitsForRepair ? (kind.meanRepairUs ?? 0) : 0));
  }
  return outOf(needed, replicas.length, 1 / rate, downUs / rate + startUpUs(recovery, gpus));
}

function startUpUs(recovery: RecoveryPolicy, gpus: number): number {
  const { delayUs, loadUs, warmUpUs } = recovery.recover({
    gpus,
    nodes: 1,
    nodesLost: 1,
    gpusLeft: 0,
    gpusMin: gpus,
    interruptions: 1,
    holdsWork: false,
    hasSpares: false,
  });
  return delayUs + loadUs + warmUpUs;
}

function outOf(needed: number, replicas: number, upUs: number, downUs: number): ExpectedService | null {
  const isUp = upUs / (upUs + downUs);
  if (isUp === 1) return null;
  // The probability that all are up, and from there down to that of just enough.
  let part = 1;
  for (let each = 0; each < replicas; each++) part *= isUp;
  let availability = part;
  for (let serving = replicas - 1; serving >= needed; serving--) {
    part *= ((serving + 1) / (replicas - serving)) * ((1 - isUp) / isUp);
    availability += part;
  }
  const fallsAnHour = (part * needed * US_PER_HOUR) / upUs;
  return { availability, meanUpH: availability / fallsAnHour, meanDownH: Math.max(0, 1 - availability) / fallsAnHour };
}
