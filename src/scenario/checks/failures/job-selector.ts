import type { Path } from '../../problems.ts';
import type { FailuresEntry } from '../../schema/scenario-schema.ts';
import type { Fault } from '../../schema-problems.ts';
import { suggestion } from '../../suggestions.ts';

type JobSelector = FailuresEntry['jobCrashes'][number]['jobs'];

/** Jobs must be of a class that there is, and of sizes that can be. */
export function checkJobSelector(
  { jobClass, gpusMin, gpusMax }: JobSelector,
  classes: readonly string[],
  path: Path,
): Fault[] {
  const faults: Fault[] = [];
  if (jobClass !== undefined && !classes.includes(jobClass)) {
    faults.push({ path: [...path, 'jobClass'], reason: suggestion(jobClass, classes) });
  }
  if (gpusMin !== undefined && gpusMax !== undefined && gpusMin > gpusMax) {
    faults.push({ path: [...path, 'gpusMin'], reason: `must not be above gpusMax, which is ${gpusMax}` });
  }
  return faults;
}
