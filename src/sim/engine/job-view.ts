import type { TimeUs } from '../kernel/clock.ts';
import type { JobView } from '../contract/scheduling.ts';
import type { JobTable } from '../model/job-table.ts';
import type { QuotaTree } from '../model/quota-tree.ts';
import { speedOf, stepsPerSOf } from '../model/speed.ts';
import { JobState, type RunState } from './state.ts';

/** What policies may read of jobs. True running times stay behind. */
export function jobView(
  jobs: JobTable,
  quotas: QuotaTree,
  state: RunState,
  clock: { readonly nowUs: TimeUs },
): JobView {
  const { gpus, gpusMin, gpusMax, cpuMilli, memoryMiB, submitUs, deadlineUs, tenant, priority, typeMask } = jobs;
  const { estimateLeftUs, heldGpus, heldType, startUs, sinceUs, attainedUs, attainedGpuUs, preemptions } = state;
  const isRunning = (job: number): boolean => state.job[job] === JobState.Running;
  return {
    count: jobs.count,
    tenants: jobs.tenants.length,
    quotas,
    gpus: (job) => gpus[job]!,
    gpusMin: (job) => gpusMin[job]!,
    gpusMax: (job) => gpusMax[job]!,
    cpuMilli: (job) => cpuMilli[job]!,
    memoryMiB: (job) => memoryMiB[job]!,
    estimateUs: (job) => estimateLeftUs[job]!,
    submitUs: (job) => submitUs[job]!,
    deadlineUs: (job) => deadlineUs[job]!,
    tenant: (job) => tenant[job]!,
    priority: (job) => priority[job]!,
    typeMask: (job) => typeMask[job]!,
    speed: (job, gpuType, count) => speedOf(jobs, job, gpuType, count),
    stepsPerS: (job, gpuType, count) => stepsPerSOf(jobs, job, gpuType, count),
    isWaiting: (job) => state.job[job] === JobState.Waiting,
    isRunning,
    heldGpus: (job) => heldGpus[job]!,
    heldType: (job) => heldType[job]!,
    startedUs: (job) => startUs[job]!,
    remainingUs: (job) => state.remainingUs(job, clock.nowUs),
    attainedUs: (job) => attainedUs[job]! + (isRunning(job) ? clock.nowUs - sinceUs[job]! : 0),
    attainedGpuUs: (job) => attainedGpuUs[job]! + (isRunning(job) ? (clock.nowUs - sinceUs[job]!) * heldGpus[job]! : 0),
    preemptions: (job) => preemptions[job]!,
  };
}
