import { NEVER, US_PER_SECOND, type TimeUs } from '../../../sim/kernel/clock.ts';
import { buildDistribution } from '../../../sim/kernel/distributions/registry.ts';
import type { RandomStream } from '../../../sim/kernel/random.ts';
import type { Cluster } from '../../../sim/model/cluster.ts';
import type { Announcement, ComponentClass } from '../../../sim/model/failure-model.ts';
import { drawnLifetimes } from '../../../sim/model/lifetimes.ts';
import type { Maintenance } from '../../../sim/model/maintenance.ts';
import { NodeStatus } from '../../../sim/model/node-status.ts';
import { nodesInShare, type Quarantine } from '../../../sim/model/quarantine.ts';
import { StopCause } from '../../../sim/model/planned-stop.ts';
import type { FailuresEntry } from '../../schema/scenario-schema.ts';
import { durationSpec } from '../distribution-spec.ts';
import { microsecondsOf } from '../seconds.ts';

type Prediction = NonNullable<FailuresEntry['components'][number]['prediction']>;

const US_PER_DAY = 86_400 * US_PER_SECOND;

/** Planned work on nodes. */
export function maintenanceOf(entry: FailuresEntry['maintenance'][number], cluster: Cluster): Maintenance {
  return {
    name: entry.name,
    scope: entry.scope,
    ...(entry.pool === undefined ? {} : { nodes: nodesOfPool(entry.pool, cluster) }),
    startUs: microsecondsOf(entry.start),
    everyUs: entry.every === undefined ? NEVER : microsecondsOf(entry.every),
    takesUs: microsecondsOf(entry.takes),
    batch: entry.batch,
    mode: entry.mode,
    patienceUs: entry.patience === undefined ? NEVER : microsecondsOf(entry.patience),
  };
}

/** Which of the cluster's nodes are kept out of service, and for how long. */
export function quarantineOf(
  { window, weights, threshold, atMost, for: kept, replace }: NonNullable<FailuresEntry['quarantine']>,
  { nodeCount }: Cluster,
): Quarantine {
  const lasts = replace ?? kept;
  return {
    windowUs: microsecondsOf(window),
    weights,
    threshold,
    nodesMax: nodesInShare(atMost, nodeCount),
    lastsUs: lasts === undefined ? NEVER : microsecondsOf(lasts),
    isReplaced: replace !== undefined,
  };
}

/** Nodes that come and go as their owner likes. */
export function reclaimClass(entry: FailuresEntry['reclaim'][number], cluster: Cluster): ComponentClass {
  const timeToReclaim = buildDistribution(durationSpec(entry.timeToReclaim));
  return {
    name: entry.name,
    scope: 'node',
    perDomain: 1,
    ...(entry.pool === undefined ? {} : { pool: poolOf(entry.pool, cluster) }),
    lifetimes: drawnLifetimes(timeToReclaim, buildDistribution(durationSpec(entry.timeToReturn))),
    meanTimeToFaultUs: timeToReclaim.mean * US_PER_SECOND,
    detectionUs: 0,
    needsTechnician: false,
    announced: reclaimNotice(entry.notice),
  };
}

/** Every reclaim is announced so long before. */
export function reclaimNotice(notice: FailuresEntry['reclaim'][number]['notice']): Announcement {
  return { cause: StopCause.Reclaim, share: 1, leadUs: microsecondsOf(notice), status: NodeStatus.Down };
}

/** Predictions of the faults of a component whose mean time between faults is so long. */
export function predictionOf(entry: Prediction, meanTimeToFaultUs: TimeUs): Announcement {
  const { recall, lead, precision = 1, falsePerDay } = entry;
  const falsePerUs =
    falsePerDay === undefined ? (recall * (1 - precision)) / (precision * meanTimeToFaultUs) : falsePerDay / US_PER_DAY;
  return {
    cause: StopCause.Prediction,
    share: recall,
    leadUs: microsecondsOf(lead),
    status: NodeStatus.RepairQueue,
    ...(falsePerUs === 0 ? {} : { falseUs: exponentialUs(1 / falsePerUs) }),
  };
}

function exponentialUs(meanUs: number): (luck: RandomStream) => TimeUs {
  const gap = buildDistribution({ kind: 'exponential', mean: meanUs });
  return (luck) => Math.max(1, Math.round(gap.sample(luck)));
}

function poolOf(name: string, { pools }: Cluster): number {
  const pool = pools.findIndex((one) => one.name === name);
  if (pool === -1) throw new RangeError(`there is no pool ${name}; the checks should have refused it`);
  return pool;
}

function nodesOfPool(name: string, cluster: Cluster): [number, number] {
  const from = cluster.nodePool.indexOf(poolOf(name, cluster));
  return [from, cluster.nodePool.lastIndexOf(poolOf(name, cluster)) + 1];
}
