import { isPlainObject, type PlainValue } from '../document/plain-data.ts';
import type { Path } from '../problems.ts';
import type { SchemaNode } from './complete-schema.ts';

/** The part of a schema that speaks of this very value: the right branch of an either-or, by its tag. */
export function branchFor(schema: SchemaNode, value: PlainValue | undefined): SchemaNode | undefined {
  if (schema.if !== undefined) {
    const branch = isScalar(schema.if, value) ? schema.then : schema.else;
    return branch === undefined ? undefined : branchFor(branch, value);
  }
  if (schema.discriminator === undefined) return schema;
  if (!isPlainObject(value)) return undefined;
  const tag = schema.discriminator.propertyName;
  const written = Object.hasOwn(value, tag) ? value[tag] : undefined;
  return schema.oneOf?.find((branch) => branch.properties?.[tag]?.const === written);
}

/**
 * The schema of the value at a path; undefined where the schema says nothing. With 'unresolved' the last either-or is
 * left open (it then has `oneOf`).
 */
export function nodeAt(
  schema: SchemaNode,
  data: PlainValue,
  path: Path,
  last: 'branch' | 'unresolved' = 'branch',
): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema;
  let value: PlainValue | undefined = data;
  for (const step of path) {
    node = node === undefined ? undefined : branchFor(node, value);
    if (typeof step === 'number') {
      node = node?.items;
      value = Array.isArray(value) ? value[step] : undefined;
    } else {
      const known: SchemaNode | undefined =
        node?.properties !== undefined && Object.hasOwn(node.properties, step) ? node.properties[step] : undefined;
      const open = typeof node?.additionalProperties === 'object' ? node.additionalProperties : undefined;
      node = known ?? open;
      value = isPlainObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    }
  }
  if (node === undefined || last === 'branch') return node === undefined ? undefined : branchFor(node, value);
  if (node.if === undefined || isScalar(node.if, value)) return node;
  // Of what is neither, a quantity says best what is wanted; else both do.
  if (node.then?.['x-quantity'] !== undefined && !isPlainObject(value)) return node.then;
  return Array.isArray(value) || isPlainObject(value) || node.type === undefined ? node.else : node;
}

/** Either-ors are told apart by type: text alone, or text or a number, against a group of keys. */
function isScalar({ type }: SchemaNode, value: PlainValue | undefined): boolean {
  return typeof value === type || (Array.isArray(type) && type.includes(typeof value));
}
