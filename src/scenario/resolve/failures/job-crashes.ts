import { buildDistribution } from '../../../sim/kernel/distributions/registry.ts';
import type { RandomStreams } from '../../../sim/kernel/random.ts';
import type { JobCrashClass } from '../../../sim/model/failure-model.ts';
import type { JobTable } from '../../../sim/model/job-table.ts';
import { drawnTime } from '../../../sim/model/lifetimes.ts';
import type { FailuresEntry } from '../../schema/scenario-schema.ts';
import { durationSpec } from '../distribution-spec.ts';
import { selectedJobs } from './job-selector.ts';

type JobCrashEntry = FailuresEntry['jobCrashes'][number];

/** Which jobs crash by themselves. Each draws by its own id: with a greater share, those of a smaller one still do. */
export function jobCrashClass(entry: JobCrashEntry, jobs: JobTable, streams: RandomStreams): JobCrashClass {
  const hasMistake = (job: number): boolean =>
    streams.stream('failures', `${entry.name} ${jobs.ids[job]!} has it`).uniform() < entry.share;
  return {
    name: entry.name,
    jobs: selectedJobs(entry.jobs, jobs).filter(hasMistake),
    timeToCrashUs: drawnTime(buildDistribution(durationSpec(entry.timeToCrash))),
    times: entry.times ?? Infinity,
  };
}

/** A warning for each entry that is about no job at all. */
export function jobCrashWarnings(entries: readonly JobCrashEntry[], jobs: JobTable): string[] {
  return entries
    .filter((entry) => selectedJobs(entry.jobs, jobs).length === 0)
    .map(({ name }) => `failures.jobCrashes: no job of the workload is one of those that "${name}" selects`);
}
