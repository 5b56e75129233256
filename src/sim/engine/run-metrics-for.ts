import { RunMetrics } from '../record/run-metrics.ts';
import { takesShares } from './free-index.ts';
import type { RunSpec } from './run-spec.ts';

/** The metrics that a run of this spec carries. */
export function metricsFor({ cluster, jobs, placement, data, failures }: RunSpec): RunMetrics {
  return new RunMetrics(cluster, jobs, {
    shares: takesShares(jobs, placement),
    data,
    componentClasses: failures?.model.classes.map(({ name }) => name),
  });
}
