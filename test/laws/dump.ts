import { NO_JOB, type JobView, type SchedulingView } from '../../src/sim/contract/scheduling.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import type { JobId } from '../../src/sim/model/brand.ts';
import { waitingJobs } from '../engine/policies-of-the-test.ts';

/** All that a policy can read, as plain data; reading it is all it does. */
export function dumpOf(view: SchedulingView): string {
  const { active, ended, gpuTypes, jobs, nowUs, queue, running } = view;
  const byEnd: unknown[] = [];
  for (let job = running.first(); job !== NO_JOB; job = running.after(job)) {
    byEnd.push([job, running.startUs(job), running.estimatedEndUs(job), running.gpuType(job)]);
  }
  const types = Array.from({ length: gpuTypes }, (_, type) => type);
  const waiting = waitingJobs(queue);
  const activeJobs = Array.from({ length: active.length }, (_, index) => active.at(index));
  return JSON.stringify({
    nowUs,
    lengths: [queue.length, running.length, jobs.count, jobs.tenants],
    types: types.map((type) => [view.freeGpus(type), view.totalGpus(type)]),
    waiting: waiting.map((job) => jobLine(jobs, job, types)),
    candidates: waiting.map((job) => [queue.nextCandidate(job, 2, 5), queue.nextCandidate(job, Infinity, NEVER)]),
    active: activeJobs.map((job) => jobLine(jobs, job, types)),
    ended: Array.from({ length: ended.length }, (_, index) => ended.at(index)),
    byEnd,
  });
}

function jobLine(jobs: JobView, job: JobId, types: readonly number[]): unknown[] {
  return [
    job,
    [jobs.gpus(job), jobs.gpusMin(job), jobs.gpusMax(job), jobs.cpuMilli(job), jobs.memoryMiB(job), jobs.typeMask(job)],
    [jobs.submitUs(job), jobs.estimateUs(job), jobs.remainingUs(job), jobs.startedUs(job), jobs.deadlineUs(job)],
    [jobs.attainedUs(job), jobs.attainedGpuUs(job), jobs.preemptions(job), jobs.tenant(job), jobs.priority(job)],
    [jobs.isWaiting(job), jobs.isRunning(job), jobs.heldGpus(job), jobs.heldType(job)],
    types.map((type) => jobs.speed(job, type, jobs.gpus(job))),
  ];
}
