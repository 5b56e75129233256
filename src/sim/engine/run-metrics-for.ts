import { componentsOf } from '../model/components.ts';
import type { RecoveryPolicy } from '../contract/recovery.ts';
import type { TimeUs } from '../kernel/clock.ts';
import { RunMetrics } from '../record/run-metrics.ts';
import { expectedEttr } from './failures/expected-ettr.ts';
import { expectedService } from './failures/expected-service.ts';
import { loneStorage } from './failures/storage-share.ts';
import type { Cluster } from '../model/cluster.ts';
import type { FailureModel } from '../model/failure-model.ts';
import { takesShares } from './free-index.ts';
import type { RunSpec } from './run-spec.ts';

/** The metrics that a run of this spec carries. */
export function metricsFor({ cluster, jobs, placement, data, failures, services }: RunSpec): RunMetrics {
  const recovery = failures?.recovery;
  return new RunMetrics(cluster, jobs, {
    shares: takesShares(jobs, placement),
    data,
    losesData: failures?.model.classes.some(({ destroysData }) => destroysData === true) ?? false,
    failures: failures && {
      classNames: failures.model.classes.map(({ name }) => name),
      jobCrashNames: failures.model.jobCrashes?.map(({ name }) => name) ?? [],
      components: componentsOf(failures.model, cluster),
      hasQuarantine: failures.model.quarantine !== undefined,
      expectedEttr: expectedEttr(failures.model, failures.recovery, cluster),
    },
    services,
    expectedServices:
      failures && services ? services.map((one) => expectedService(one, failures.model, cluster, jobs)) : [],
    blast: recovery && {
      services: services ?? [],
      restartUs: (gpus) => restartUs(recovery, failures.model, cluster, gpus),
    },
  });
}

/** Time that bringing a gang back takes which is lost whole for the first time. */
function restartUs(recovery: RecoveryPolicy, model: FailureModel, cluster: Cluster, gpus: number): TimeUs {
  const nodes = Math.max(1, Math.ceil(gpus / cluster.nodeGpus.reduce((most, each) => Math.max(most, each), 1)));
  const gang = {
    gpus,
    nodes,
    nodesLost: 1,
    gpusLeft: 0,
    gpusMin: gpus,
    interruptions: 1,
    holdsWork: false,
    hasSpares: false,
    ...loneStorage(model, nodes),
  };
  const { loadUs, warmUpUs } = recovery.recover(gang);
  return loadUs + warmUpUs;
}
