import { speedUpAt } from './job-class.ts';
import type { JobTable } from './job-table.ts';

/**
 * Work that a job does in a unit of time with so many GPUs of a type: 1 with the GPUs it asks for on a type of speed 1,
 * 0 where it cannot run (a type that is not allowed or has speed 0, fewer or more GPUs than it can use). A job without
 * GPUs runs at speed 1 on every node; its type may be -1.
 */
export function speedOf(jobs: JobTable, job: number, gpuType: number, gpus: number): number {
  if (gpus < jobs.gpusMin[job]! || gpus > jobs.gpusMax[job]!) return 0;
  if (gpus === 0) return 1;
  if (((jobs.typeMask[job]! >>> gpuType) & 1) === 0) return 0;
  const { speedByType, curve } = jobs.classes[jobs.jobClass[job]!]!;
  const speed = speedByType[gpuType]!;
  const requested = jobs.gpus[job]!;
  return gpus === requested ? speed : (speed * speedUpAt(curve, gpus)) / speedUpAt(curve, requested);
}

/** Training steps a second with so many GPUs of a type; 0 where it cannot run, or if its work is not counted in steps. */
export function stepsPerSOf(jobs: JobTable, job: number, gpuType: number, gpus: number): number {
  const { stepsPerS, speedByType } = jobs.classes[jobs.jobClass[job]!]!;
  if (stepsPerS === undefined) return 0;
  const speed = speedOf(jobs, job, gpuType, gpus);
  const stated = speedByType[gpuType]!;
  // With the GPUs it asks for, the figure as it was given, to the last digit.
  return speed === stated ? stepsPerS[gpuType]! : stepsPerS[gpuType]! * (speed / stated);
}
