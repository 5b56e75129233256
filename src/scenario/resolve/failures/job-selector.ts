import type { JobTable } from '../../../sim/model/job-table.ts';
import type { FailuresEntry } from '../../schema/scenario-schema.ts';

type JobSelector = FailuresEntry['jobCrashes'][number]['jobs'];

/** The jobs to which all that is given applies, ascending. */
export function selectedJobs(
  { id, tenant, jobClass, gpusMin = 0, gpusMax = Infinity }: JobSelector,
  jobs: JobTable,
): number[] {
  return [...jobs.ids.keys()].filter((job) => {
    const gpus = jobs.gpus[job]!;
    return (
      gpus >= gpusMin &&
      gpus <= gpusMax &&
      (id === undefined || jobs.ids[job] === id) &&
      (tenant === undefined || jobs.tenants[jobs.tenant[job]!] === tenant) &&
      (jobClass === undefined || jobs.classes[jobs.jobClass[job]!]!.name === jobClass)
    );
  });
}
