import { isPlainObject, type Origin, type PlainObject, type PlainValue } from './document/plain-data.ts';
import { pointerOf, type Path, type Step } from './problems.ts';
import { parseInstant } from './quantities/instant.ts';
import { quantityKinds } from './quantities/kinds.ts';
import { amount, formatQuantity, parseQuantity } from './quantities/quantity.ts';
import type { Fault } from './schema-problems.ts';
import type { SchemaNode } from './schema/complete-schema.ts';
import { branchFor } from './schema/schema-walk.ts';

/** What becomes of a document when everything left out is filled in. */
export interface Completed {
  /** Keys in the schema's order, quantities and dates in their one canonical form. */
  readonly data: PlainObject;
  readonly faults: readonly Fault[];
}

/**
 * Fills in defaults, writes quantities in canonical form (so that 10m and 600s are one scenario) and notes the origin
 * of what it adds. Tolerates wrong shapes, so that a file's mistakes can be told all at once: those parts stay as they are.
 */
export function completeDocument(given: PlainObject, schema: SchemaNode, origins: Map<string, Origin>): Completed {
  const faults: Fault[] = [];
  const complete = (value: PlainValue, node: SchemaNode, path: Path): PlainValue => {
    const branch = branchFor(node, value);
    if (branch === undefined) return value;
    if (Array.isArray(value)) {
      const { items } = branch;
      return items === undefined ? value : value.map((item, index) => complete(item, items, [...path, index]));
    }
    if (isPlainObject(value)) return completeObject(value, branch, path);
    if (typeof value === 'boolean' || value === null) return value;
    const canonical = canonicalScalar(value, branch);
    if (typeof canonical !== 'object') return canonical;
    faults.push({ path, reason: canonical.reason });
    return value;
  };
  const completeObject = (value: PlainObject, node: SchemaNode, path: Path): PlainObject => {
    const properties = node.properties ?? {};
    const result: PlainObject = {};
    for (const [key, property] of Object.entries(properties)) {
      if (Object.hasOwn(value, key)) result[key] = complete(value[key]!, property, [...path, key]);
      else if (property.default !== undefined) {
        const way: readonly Step[] = [...path, key];
        origins.set(pointerOf(way), { kind: 'default' });
        result[key] = complete(structuredClone(property.default) as PlainValue, property, way);
      }
    }
    const open = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(properties, key)) continue;
      result[key] = open === undefined ? value[key]! : complete(value[key]!, open, [...path, key]);
    }
    return result;
  };
  return { data: complete(given, schema, []) as PlainObject, faults };
}

/** The canonical form, or why there is none. A value of another type than the schema's is the validator's to refuse. */
function canonicalScalar(value: string | number, node: SchemaNode): string | number | { readonly reason: string } {
  if (node['x-instant'] === true && typeof value === 'string') {
    const parsed = parseInstant(value);
    return 'iso' in parsed ? parsed.iso : parsed;
  }
  const kind = node['x-quantity'] === undefined ? undefined : quantityKinds[node['x-quantity']];
  if (kind === undefined) return value;
  if (typeof value === 'number' && kind.plainNumber === undefined) return value;
  const parsed = parseQuantity(kind, value);
  if ('reason' in parsed) return parsed;
  const { 'x-least': least, 'x-most': most } = node;
  if (least !== undefined && parsed.value < amount(kind, least)) return { reason: `must be at least ${least}` };
  if (most !== undefined && parsed.value > amount(kind, most)) return { reason: `must be at most ${most}` };
  return formatQuantity(kind, parsed.value);
}
