import { componentsOf } from '../model/components.ts';
import { RunMetrics } from '../record/run-metrics.ts';
import { expectedEttr } from './failures/expected-ettr.ts';
import { takesShares } from './free-index.ts';
import type { RunSpec } from './run-spec.ts';

/** The metrics that a run of this spec carries. */
export function metricsFor({ cluster, jobs, placement, data, failures }: RunSpec): RunMetrics {
  return new RunMetrics(cluster, jobs, {
    shares: takesShares(jobs, placement),
    data,
    failures: failures && {
      classNames: failures.model.classes.map(({ name }) => name),
      components: componentsOf(failures.model, cluster),
      expectedEttr: expectedEttr(failures.model, failures.recovery, cluster),
    },
  });
}
