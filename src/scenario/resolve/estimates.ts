import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import { UNKNOWN_US, type JobTable } from '../../sim/model/job-table.ts';
import type { Scenario } from '../schema/scenario-schema.ts';

export type EstimateSource = Scenario['policies']['estimates'];

/** What each source means, for the summary. */
export const estimateRules: Readonly<Record<EstimateSource, string>> = {
  exact: 'the true running time',
  requested: 'the requested time; where a job has none, its true running time',
  'max-requested-run': 'the larger of the requested time, where there is one, the true running time and 1 s',
};

/** Running times as policies are told them, whole us, and what a planner should know of them. */
export function estimatesOf(
  jobs: JobTable,
  source: EstimateSource,
): { readonly estimateUs: Float64Array; readonly warnings: readonly string[] } {
  const { runUs, requestedUs, count } = jobs;
  switch (source) {
    case 'exact':
      return { estimateUs: runUs.slice(), warnings: [] };
    case 'requested': {
      const estimateUs = requestedUs.map((us, job) => (us === UNKNOWN_US ? runUs[job]! : us));
      const unknown = requestedUs.reduce((sum, us) => sum + (us === UNKNOWN_US ? 1 : 0), 0);
      const warning = `${unknown} of ${count} jobs request no time; policies are told their true running time instead`;
      return { estimateUs, warnings: unknown > 0 ? [warning] : [] };
    }
    case 'max-requested-run':
      return {
        estimateUs: requestedUs.map((us, job) => Math.max(us, runUs[job]!, US_PER_SECOND)),
        warnings: [],
      };
    default:
      return source satisfies never;
  }
}
