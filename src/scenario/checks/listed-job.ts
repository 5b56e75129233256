import { valueText, type Path } from '../problems.ts';
import { microsecondsOf } from '../resolve/seconds.ts';
import type { Fault } from '../schema-problems.ts';
import type { JobEntry } from '../schema/scenario-schema.ts';

/** Elastic sizes and the deadline of a listed job. */
export function checkListedJob(job: JobEntry, path: Path): Fault[] {
  const { gpus, gpusMin, gpusMax, deadline, submit } = job;
  const faults: Fault[] = [];
  for (const key of ['gpusMin', 'gpusMax'] as const) {
    const bound = job[key];
    if (bound === undefined || gpus >= 1 || bound === Math.ceil(gpus)) continue;
    faults.push({
      path: [...path, key],
      reason: `the job asks for ${gpus} GPUs; leave it out: only jobs of whole GPUs are elastic`,
    });
  }
  if (faults.length > 0) return faults;
  if (gpusMin !== undefined && gpusMin > gpus) {
    faults.push({
      path: [...path, 'gpusMin'],
      reason: `more than the ${gpus} GPUs that the job asks for; write at most that`,
    });
  }
  if (gpusMax !== undefined && gpusMax < gpus) {
    faults.push({
      path: [...path, 'gpusMax'],
      reason: `less than the ${gpus} GPUs that the job asks for; write at least that`,
    });
  }
  if (deadline !== undefined && microsecondsOf(deadline) < microsecondsOf(submit)) {
    faults.push({
      path: [...path, 'deadline'],
      reason: `before its submission at ${valueText(submit)}; both count from the start of the run`,
    });
  }
  return faults;
}
