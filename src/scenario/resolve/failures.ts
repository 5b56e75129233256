import type { RandomStreams } from '../../sim/kernel/random.ts';
import type { Cluster } from '../../sim/model/cluster.ts';
import type { ComponentClass, FailureModel } from '../../sim/model/failure-model.ts';
import type { JobTable } from '../../sim/model/job-table.ts';
import type { SharedStorage } from '../../sim/model/shared-storage.ts';
import type { SpareNodes } from '../../sim/model/spare-nodes.ts';
import type { FailuresEntry } from '../schema/scenario-schema.ts';
import { componentClasses } from './failures/components.ts';
import { jobCrashClass } from './failures/job-crashes.ts';
import { maintenanceOf, quarantineOf, reclaimClass } from './failures/node-care.ts';
import { outageClass } from './failures/outages.ts';
import { sparesOf } from './failures/spares.ts';

/** What breaks in a run, as the scenario and its failure traces say it. */
export function resolveFailures(
  entry: FailuresEntry,
  cluster: Cluster,
  jobs: JobTable,
  traces: readonly ComponentClass[],
  spares: readonly SpareNodes[],
  storage: SharedStorage | undefined,
  streams: RandomStreams,
): FailureModel {
  return {
    classes: [
      ...componentClasses(entry),
      ...entry.outages.map(outageClass),
      ...traces,
      ...entry.reclaim.map((reclaim) => reclaimClass(reclaim, cluster)),
    ],
    technicians: entry.repair?.technicians ?? entry.technicians ?? Infinity,
    repairOrder: entry.repair?.order ?? 'fifo',
    ...(entry.quarantine && { quarantine: quarantineOf(entry.quarantine, cluster) }),
    maintenance: entry.maintenance.map((plan) => maintenanceOf(plan, cluster)),
    ...(spares.length === 0 ? {} : { spares: sparesOf(entry.spares, spares, jobs) }),
    ...(entry.jobCrashes.length > 0 && {
      jobCrashes: entry.jobCrashes.map((crash) => jobCrashClass(crash, jobs, streams)),
    }),
    ...(storage === undefined ? {} : { storage }),
    luck: (component) => streams.stream('failures', component),
  };
}
