import type { ErrorObject } from 'ajv';
import { looksBoolean, valueAt, type PlainObject } from './document/plain-data.ts';
import { pathText, valueText, type Path } from './problems.ts';
import { quantityKinds } from './quantities/kinds.ts';
import { unitNames } from './quantities/quantity.ts';
import type { SchemaNode } from './schema/complete-schema.ts';
import { nodeAt } from './schema/schema-walk.ts';
import { suggestion } from './suggestions.ts';

/** A mistake by path, before its place in the file is looked up. */
export interface Fault {
  readonly path: Path;
  /** Reason and mend, after "path is VALUE; ", or the whole sentence if `whole`. */
  readonly reason: string;
  readonly whole?: boolean;
}

/** Turns the validator's errors into sentences: one a mistake. */
export function faultsOf(errors: readonly ErrorObject[], data: PlainObject, schema: SchemaNode): Fault[] {
  const faults: Fault[] = [];
  const wrongType = new Set(errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath));
  for (const error of errors) {
    // A value of the wrong type breaks other rules too; the type says it all.
    if (error.keyword !== 'type' && wrongType.has(error.instancePath)) continue;
    const path = pathOf(error.instancePath, data);
    const fault = faultOf(error, path, data, schema);
    if (fault !== undefined) faults.push(fault);
  }
  return faults;
}

function faultOf(error: ErrorObject, path: Path, data: PlainObject, schema: SchemaNode): Fault | undefined {
  const params = error.params as Readonly<Record<string, unknown>>;
  const value = valueAt(data, path);
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys(nodeAt(schema, data, path)?.properties ?? {});
      const reason = `${pathText([...path, key])} is an unknown key; ${suggestion(key, known)}`;
      return { path: [...path, key], reason, whole: true };
    }
    case 'required': {
      const key = String(params['missingProperty']);
      const node = nodeAt(schema, data, [...path, key]);
      const about = node?.description === undefined ? '' : ` (${firstSentence(node.description)})`;
      return { path, reason: `${pathText([...path, key])} is missing; add it${about}`, whole: true };
    }
    case 'discriminator': {
      const tag = String(params['tag']);
      const known = (nodeAt(schema, data, path, 'unresolved')?.oneOf ?? []).map((branch) =>
        String(branch.properties?.[tag]?.const),
      );
      const written = params['tagValue'];
      // A tag that is missing is told by "required".
      if (written === undefined) return undefined;
      const listAll = path[0] === 'policies' ? '"plimsoll policies"' : undefined;
      return { path: [...path, tag], reason: suggestion(written, known, listAll) };
    }
    case 'enum':
      return { path, reason: suggestion(value, (params['allowedValues'] as readonly unknown[]).map(String)) };
    case 'type':
      return { path, reason: typeReason(value, nodeAt(schema, data, path, 'unresolved')) };
    case 'minimum':
      return { path, reason: `must be at least ${String(params['limit'])}` };
    case 'exclusiveMinimum':
      return { path, reason: `must be more than ${String(params['limit'])}` };
    case 'maximum':
      return { path, reason: `must be at most ${String(params['limit'])}` };
    case 'minLength':
      return { path, reason: 'must not be empty' };
    case 'maxLength':
      return { path, reason: `must have at most ${String(params['limit'])} characters` };
    case 'minItems':
      return { path, reason: countReason(value, nodeAt(schema, data, path)), whole: false };
    case 'maxItems':
      return { path, reason: countReason(value, nodeAt(schema, data, path)) };
    case 'maxProperties':
      return { path, reason: `must have at most ${String(params['limit'])} keys` };
    case 'if':
      return undefined;
    default:
      return { path, reason: error.message ?? `breaks the rule "${error.keyword}"` };
  }
}

function typeReason(value: unknown, node: SchemaNode | undefined): string {
  const kind = node?.['x-quantity'] === undefined ? undefined : quantityKinds[node['x-quantity']];
  if (kind !== undefined) {
    return `must be a ${kind.name}; write it like ${kind.example} (units: ${unitNames(kind)})`;
  }
  const types = typeof node?.type === 'string' ? [node.type] : (node?.type ?? []);
  const wanted = types.map((type) => typeNames[type] ?? type).join(' or ');
  if (types.includes('boolean') && looksBoolean(value)) return 'must be true or false (YAML 1.2 knows no yes and no)';
  const isNumeric =
    typeof value === 'string' && /^[-+]?\d/.test(value) && (types.includes('integer') || types.includes('number'));
  if (value === null) return `must be ${wanted}; write one, or leave the key out`;
  const known = node?.then?.enum === undefined ? '' : `; known names: ${node.then.enum.map(String).join(', ')}`;
  return `must be ${wanted}${isNumeric ? '; write it without quotes and unit' : ''}${known}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
};

function countReason(value: unknown, node: SchemaNode | undefined): string {
  const has = Array.isArray(value) ? value.length : 0;
  const least = Number(node?.['minItems'] ?? 0);
  const most = Number(node?.['maxItems'] ?? Infinity);
  if (least === most) return `has ${has} entries; must have exactly ${least}`;
  return has < least
    ? `has ${has} entries; must have at least ${least}`
    : `has ${has} entries; must have at most ${most}`;
}

function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/.exec(text)?.[0].slice(0, -1) ?? text;
}

/** A JSON pointer as a path: digits are indices where the data has a list. */
function pathOf(pointer: string, data: PlainObject): Path {
  const path: (string | number)[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const step = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(valueAt(data, path)) ? Number(step) : step);
  }
  return path;
}

/** The fault as a sentence: "path is VALUE; reason". */
export function faultText(fault: Fault, data: PlainObject): string {
  if (fault.whole === true) return fault.reason;
  return `${pathText(fault.path)} is ${valueText(valueAt(data, fault.path))}; ${fault.reason}`;
}
