import { buildDistribution } from '../../../sim/kernel/distributions/registry.ts';
import { pathText, type Path } from '../../problems.ts';
import { durationSpec } from '../../resolve/distribution-spec.ts';
import type { FailuresEntry, Scenario } from '../../schema/scenario-schema.ts';
import type { Fault } from '../../schema-problems.ts';
import { checkJobSelector } from './job-selector.ts';

type JobCrashEntry = FailuresEntry['jobCrashes'][number];

/** Jobs that crash must be some, and must come to an end. */
export function checkJobCrashes({ failures, workload, horizon }: Scenario): Fault[] {
  const { jobCrashes, recovery } = failures!;
  const classes = workload.jobClasses.map(({ name }) => name);
  const comesToAnEnd = horizon !== undefined || Number(recovery['attempts'] ?? 0) > 0;
  return jobCrashes.flatMap((entry, index) => {
    const path = ['failures', 'jobCrashes', index];
    return [
      ...checkJobSelector(entry.jobs, classes, [...path, 'jobs']),
      ...checkTime(entry, [...path, 'timeToCrash']),
      ...(comesToAnEnd ? [] : checkEnd(entry, path)),
    ];
  });
}

function checkTime({ timeToCrash }: JobCrashEntry, path: Path): Fault[] {
  try {
    const { mean } = buildDistribution(durationSpec(timeToCrash));
    return mean > 0 ? [] : [{ path, reason: 'must have a mean above 0s' }];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ path, reason: error.message }];
  }
}

/** What crashes for ever, and is always tried again, never lets the run end. */
function checkEnd({ times, share }: JobCrashEntry, path: Path): Fault[] {
  if (times !== undefined || share === 0) return [];
  const reason =
    `${pathText(path)} crashes its jobs again and again, and nobody ever gives them up; ` +
    'give attempts in failures.recovery, a horizon, or times here';
  return [{ path, reason, whole: true }];
}
