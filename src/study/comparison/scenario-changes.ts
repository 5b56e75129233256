import { isPlainObject, type PlainValue } from '../../scenario/document/plain-data.ts';
import { pathText, type Path } from '../../scenario/problems.ts';
import type { Scenario } from '../../scenario/schema/scenario-schema.ts';

/** A field in which two scenarios differ. Plain data; null where one of them has no such field. */
export interface ScenarioChange {
  readonly path: string;
  readonly from: PlainValue | null;
  readonly to: PlainValue | null;
}

/** What a scenario is called, and luck, which a study sets by itself. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['name', 'description', 'seed']);

/** The fields in which a settled scenario differs from another, in the order of the first. */
export function changesBetween(from: Scenario, to: Scenario): ScenarioChange[] {
  const changes: ScenarioChange[] = [];
  const compared = (scenario: Scenario): PlainValue =>
    Object.fromEntries(Object.entries(scenario).filter(([key]) => !NOT_COMPARED.has(key)));
  collect(compared(from), compared(to), [], changes);
  return changes;
}

function collect(
  from: PlainValue | undefined,
  to: PlainValue | undefined,
  path: Path,
  changes: ScenarioChange[],
): void {
  if (Array.isArray(from) && Array.isArray(to)) {
    for (let index = 0; index < Math.max(from.length, to.length); index++) {
      collect(from[index], to[index], [...path, index], changes);
    }
    return;
  }
  if (isPlainObject(from) && isPlainObject(to)) {
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
      collect(from[key], to[key], [...path, key], changes);
    }
    return;
  }
  if (JSON.stringify(from) === JSON.stringify(to)) return;
  changes.push({ path: pathText(path), from: from ?? null, to: to ?? null });
}
