import type { JobView } from '../contract/scheduling.ts';
import type { JobTable } from '../model/job-table.ts';
import type { RunState } from './state.ts';

/** What policies may read of jobs. True running times stay behind. */
export function jobView(jobs: JobTable, state: RunState): JobView {
  const { gpus, submitUs, tenant, priority, typeMask } = jobs;
  const { estimateLeftUs } = state;
  return {
    count: jobs.count,
    gpus: (job) => gpus[job]!,
    estimateUs: (job) => estimateLeftUs[job]!,
    submitUs: (job) => submitUs[job]!,
    tenant: (job) => tenant[job]!,
    priority: (job) => priority[job]!,
    typeMask: (job) => typeMask[job]!,
  };
}
