import type { Scenario } from '../schema/scenario-schema.ts';
import type { Fault } from '../schema-problems.ts';
import { checkComponents } from './failures/components.ts';
import { checkJobCrashes } from './failures/job-crashes.ts';
import { checkNodeCare } from './failures/node-care.ts';
import { checkOutages } from './failures/outages.ts';
import { checkSpares } from './failures/spares.ts';
import { checkCheckpointSize } from './failures/storage.ts';
import { checkFailureTraces } from './failures/traces.ts';

/** What the numbers of `failures:` mean together. */
export function checkFailures(scenario: Scenario): Fault[] {
  if (scenario.failures === undefined) return [];
  return [
    ...checkNames(scenario.failures),
    ...checkComponents(scenario.failures, scenario.cluster),
    ...checkOutages(scenario.failures, scenario.cluster),
    ...checkFailureTraces(scenario.failures, scenario.cluster),
    ...checkSpares(scenario.failures, scenario),
    ...checkCheckpointSize(scenario),
    ...checkNodeCare(scenario.failures, scenario.cluster),
    ...checkJobCrashes(scenario),
  ];
}

/** Luck goes by names. */
function checkNames(failures: NonNullable<Scenario['failures']>): Fault[] {
  const names = new Set<string>();
  const lists = ['components', 'outages', 'traces', 'reclaim', 'maintenance', 'jobCrashes'] as const;
  return lists.flatMap((list) =>
    failures[list].flatMap(({ name }, index) => {
      const isTaken = names.has(name);
      names.add(name);
      if (!isTaken) return [];
      const reason = 'names a second component, outage, trace, reclaim, maintenance or crash of jobs; names are unique';
      return [{ path: ['failures', list, index, 'name'], reason }];
    }),
  );
}
