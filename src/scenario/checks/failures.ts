import type { Path } from '../problems.ts';
import type { Scenario } from '../schema/scenario-schema.ts';
import type { Fault } from '../schema-problems.ts';
import { checkComponents } from './failures/components.ts';
import { checkOutages } from './failures/outages.ts';
import { checkSpares } from './failures/spares.ts';
import { checkFailureTraces } from './failures/traces.ts';

/** What the numbers of `failures:` mean together. */
export function checkFailures(scenario: Scenario): Fault[] {
  if (scenario.failures === undefined) return [];
  return [
    ...checkNames(scenario.failures),
    ...checkComponents(scenario.failures, scenario.cluster),
    ...checkOutages(scenario.failures, scenario.cluster),
    ...checkFailureTraces(scenario.failures, scenario.cluster),
    ...checkSpares(scenario.failures, scenario.cluster),
  ];
}

/** Luck goes by names. */
function checkNames({ components, outages, traces }: NonNullable<Scenario['failures']>): Fault[] {
  const names = new Set<string>();
  const at = [
    ...components.map(({ name }, index) => ({ name, path: ['failures', 'components', index, 'name'] as Path })),
    ...outages.map(({ name }, index) => ({ name, path: ['failures', 'outages', index, 'name'] as Path })),
    ...traces.map(({ name }, index) => ({ name, path: ['failures', 'traces', index, 'name'] as Path })),
  ];
  return at.flatMap(({ name, path }) => {
    const isTaken = names.has(name);
    names.add(name);
    return isTaken ? [{ path, reason: 'names a second component, outage or trace; names are unique' }] : [];
  });
}
