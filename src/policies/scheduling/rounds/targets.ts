import { NO_JOB, type Plan, type SchedulingView } from '../../../sim/contract/scheduling.ts';
import { Refusal } from '../../../sim/contract/refusal.ts';
import type { JobId } from '../../../sim/model/brand.ts';

/** Where and with how many GPUs a job is to run. */
export interface Target {
  readonly gpuType: number;
  readonly gpus: number;
}

/** Jobs without GPUs take no part in rounds: they start as soon as they fit. */
export function startCpuJobs({ queue, jobs }: SchedulingView, plan: Plan): void {
  let job = queue.head();
  while (job !== NO_JOB) {
    const next = queue.after(job);
    if (jobs.gpus(job) === 0) plan.start(job);
    job = next;
  }
}

/** All jobs that want GPUs, waiting or running, in order of arrival. */
export function presentJobs({ queue, active, jobs }: SchedulingView): JobId[] {
  const present: JobId[] = [];
  for (let job = queue.head(); job !== NO_JOB; job = queue.after(job)) if (jobs.gpus(job) > 0) present.push(job);
  for (let index = 0; index < active.length; index++) {
    const job = active.at(index);
    if (jobs.gpus(job) > 0) present.push(job);
  }
  return present.sort((a, b) => a - b);
}

/** Whether a job could run with so many GPUs of a type if they were free. */
export function canRun(view: SchedulingView, job: JobId, type: number, gpus: number): boolean {
  return gpus <= view.totalGpus(type) && view.jobs.speed(job, type, gpus) > 0;
}

/**
 * Makes the running jobs those with a target, as far as the placement finds room. Who has its target already stays; the
 * others are placed largest first; who is refused stays where it was, if that is still free. If nobody would run, jobs
 * start in order of arrival wherever they fit, so that the cluster never stands still. True if anybody runs.
 */
export function bringAbout(
  view: SchedulingView,
  plan: Plan,
  present: readonly JobId[],
  targets: ReadonlyMap<JobId, Target>,
): boolean {
  const { jobs } = view;
  const isThere = (job: JobId, target: Target | undefined): boolean => {
    return target !== undefined && jobs.heldType(job) === target.gpuType && jobs.heldGpus(job) === target.gpus;
  };
  let anyRuns = false;
  for (const job of present) {
    if (!jobs.isRunning(job)) continue;
    if (isThere(job, targets.get(job))) anyRuns = true;
    else plan.lift(job);
  }
  const coming = [...targets].filter(([job, target]) => !isThere(job, target)).sort(([, a], [, b]) => b.gpus - a.gpus);
  for (const [job, { gpuType, gpus }] of coming) {
    const isPlaced = plan.start(job, gpuType, gpus) === Refusal.None;
    if (isPlaced || (jobs.heldType(job) >= 0 && plan.putBack(job))) anyRuns = true;
  }
  if (anyRuns) return true;
  for (const job of present) anyRuns = plan.start(job) === Refusal.None || anyRuns;
  return anyRuns;
}
