import { US_PER_SECOND } from '../../../sim/kernel/clock.ts';
import type { Cluster } from '../../../sim/model/cluster.ts';
import type { JobTable } from '../../../sim/model/job-table.ts';
import type { SpareNodes } from '../../../sim/model/spare-nodes.ts';
import { placeOf } from '../../origins.ts';
import { pathText, ScenarioError } from '../../problems.ts';
import { spareFaults } from '../../checks/failures/spares.ts';
import type { SettledScenario } from '../../settle.ts';
import type { FailuresEntry } from '../../schema/scenario-schema.ts';
import { microsecondsOf } from '../seconds.ts';
import { selectedJobs } from './job-selector.ts';

/** A hot spare joins the gang's communicators; a warm one boots and is checked first. */
const takeOverUs = { hot: 30 * US_PER_SECOND, warm: 600 * US_PER_SECOND };

/** The same, with the jobs that they are for, once those are known. */
export function sparesOf(
  entries: FailuresEntry['spares'],
  spares: readonly SpareNodes[],
  jobs: JobTable,
): SpareNodes[] {
  return spares.map((kept, index) => {
    const selector = entries[index]!.jobs;
    return Object.keys(selector).length === 0 ? kept : { ...kept, jobs: new Set(selectedJobs(selector, jobs)) };
  });
}

/** A warning for spares that stand in for nobody. */
export function spareWarnings(entries: FailuresEntry['spares'], jobs: JobTable): string[] {
  return entries.flatMap(({ jobs: selector }, index) => {
    if (selectedJobs(selector, jobs).length > 0) return [];
    return [`failures.spares[${index}]: no job of the workload is one of those that it is for`];
  });
}

/** The spares of a run. ScenarioError if pools of a list of nodes have not so many. */
export function resolveSpares({ file, origins, data }: SettledScenario, { pools }: Cluster): SpareNodes[] {
  const entries = data.failures?.spares ?? [];
  const faults = spareFaults(entries, pools);
  if (faults.length > 0) {
    throw new ScenarioError(
      faults.map(({ path, reason }) => ({
        place: placeOf(file, origins, path),
        message: `${pathText(path)} ${reason}`,
      })),
    );
  }
  return entries.map(({ pool, nodes, kind, takeOver }) => ({
    pool: pool === undefined ? 0 : pools.findIndex(({ name }) => name === pool),
    nodes,
    takeOverUs: takeOver === undefined ? takeOverUs[kind] : microsecondsOf(takeOver),
  }));
}
