import { pathText, type Path } from '../../problems.ts';
import { secondsOf } from '../../resolve/seconds.ts';
import type { FailuresEntry, FailureTraceEntry, Scenario } from '../../schema/scenario-schema.ts';
import type { Fault } from '../../schema-problems.ts';
import { suggestion } from '../../suggestions.ts';

/** A trace names a pool that there is, and its beginning once. What is in its file is told when it is read. */
export function checkFailureTraces({ traces }: FailuresEntry, { pools }: Scenario['cluster']): Fault[] {
  const names = pools?.map(({ name }) => name);
  return traces.flatMap((entry, index) => checkTrace(entry, names, ['failures', 'traces', index]));
}

function checkTrace(
  { pool, start, skip }: FailureTraceEntry,
  pools: readonly string[] | undefined,
  path: Path,
): Fault[] {
  const faults: Fault[] = [];
  if (pool !== undefined && pools !== undefined && !pools.includes(pool)) {
    faults.push({ path: [...path, 'pool'], reason: `no pool has that name; ${suggestion(pool, pools)}` });
  }
  if (start !== undefined && secondsOf(skip) > 0) {
    const message = `${pathText([...path, 'skip'])} stands beside start; both say where in the trace instant 0 is, so keep one`;
    faults.push({ path: [...path, 'skip'], reason: message, whole: true });
  }
  return faults;
}
