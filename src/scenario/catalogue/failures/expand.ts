import { isPlainObject, type PlainValue } from '../../document/plain-data.ts';
import type { LoadedDocument } from '../../document/load.ts';
import { pointerOf } from '../../problems.ts';
import type { Scenario } from '../../schema/scenario-schema.ts';
import type { FailureCatalogueEntry } from './entry.ts';
import { failureCatalogue } from './registry.ts';

/**
 * Puts the components of `failures.catalogue` behind the scenario's own, in place of the name: what is run is what
 * `plimsoll show` shows. A component of the scenario's own takes the place of the catalogue's of that name. What is no
 * catalogue stays as it is, for the schema to refuse. Answers the entries that were taken.
 */
export function expandFailureCatalogue({ data, origins }: LoadedDocument): readonly FailureCatalogueEntry[] {
  const { failures } = data;
  if (!isPlainObject(failures)) return [];
  const entries = entriesOf(failures['catalogue']);
  const own = failures['components'] ?? [];
  if (entries === undefined || !Array.isArray(own)) return [];
  const ownNames = new Set(own.map((component) => (isPlainObject(component) ? component['name'] : undefined)));
  const components: PlainValue[] = [...own];
  for (const { name, components: published } of entries) {
    for (const { component } of published) {
      if (ownNames.has(component.name)) continue;
      origins.set(pointerOf(['failures', 'components', components.length]), { kind: 'catalogue', entry: name });
      components.push(structuredClone(component));
    }
  }
  delete failures['catalogue'];
  failures['components'] = components;
  return entries;
}

/** Rates are per node: nodes of another size than those they were measured on may well fail at another rate. */
export function catalogueWarnings(entries: readonly FailureCatalogueEntry[], { cluster }: Scenario): string[] {
  return entries.flatMap(({ name, gpusPerNode }) => {
    const other = cluster.pools?.find((pool) => pool.gpusPerNode !== gpusPerNode);
    if (other === undefined || gpusPerNode === 0) return [];
    return [
      `catalogue ${name} has the rates of nodes with ${gpusPerNode} GPUs, and pool ${other.name} has ${other.gpusPerNode} in each: they hold per node all the same`,
    ];
  });
}

/** A name, or a list of names; undefined for anything else, and for a name that nobody has. */
function entriesOf(catalogue: PlainValue | undefined): readonly FailureCatalogueEntry[] | undefined {
  const names = typeof catalogue === 'string' ? [catalogue] : catalogue;
  if (!Array.isArray(names) || names.length === 0) return undefined;
  const entries = names.map((name) => failureCatalogue.find((entry) => entry.name === name));
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}
