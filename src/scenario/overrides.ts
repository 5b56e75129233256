import {
  FORBIDDEN_KEYS,
  isPlainObject,
  type Origin,
  type PlainObject,
  type PlainValue,
} from './document/plain-data.ts';
import { parseValue, type LoadedDocument } from './document/load.ts';
import { pathText, plainText, pointerOf, valueText, type Problem, type Step } from './problems.ts';
import type { SchemaNode } from './schema/complete-schema.ts';
import { nodeAt } from './schema/schema-walk.ts';
import { suggestion } from './suggestions.ts';

/** What the command line changes in a scenario. */
export interface Overrides {
  /** Replaces the first trace; relative to the working folder. */
  readonly trace?: string;
  /** Size of the first pool. */
  readonly nodes?: number;
  readonly seed?: number;
  /** "path.to.field=value", applied in order, after the others. */
  readonly set?: readonly string[];
}

/** A trace that stands in for the scenario's first, its path relative to the scenario file. */
export interface TraceReplacement {
  readonly written: string;
  readonly file: string;
  readonly format: string;
}

/** Applies overrides to a document in place, as far as they can be. */
export function applyOverrides(
  document: LoadedDocument,
  overrides: Overrides,
  trace: TraceReplacement | undefined,
  schema: SchemaNode,
): { readonly warnings: readonly string[]; readonly problems: readonly Problem[] } {
  const warnings: string[] = [];
  const problems: Problem[] = [];
  const attempt = (option: string, change: () => string | undefined): void => {
    const message = change();
    if (message !== undefined) problems.push({ place: plainText(option), message });
  };
  writeOutPolicies(document, schema);
  if (trace !== undefined) {
    attempt(`--trace ${trace.written}`, () => replaceTrace(document, trace, schema, warnings));
  }
  if (overrides.nodes !== undefined) {
    const option = `--nodes ${overrides.nodes}`;
    attempt(option, () => setNodes(document, overrides.nodes!, option));
  }
  if (overrides.seed !== undefined) put(document, ['seed'], overrides.seed, `--seed ${overrides.seed}`);
  for (const written of overrides.set ?? []) {
    attempt(`--set ${written}`, () => setField(document, written, schema));
    writeOutPolicies(document, schema);
  }
  return { warnings, problems };
}

/**
 * Turns a policy given as a bare name into { name }, and writes out one that is left out and has a default, so that its
 * parameters have a place.
 */
function writeOutPolicies({ data, origins }: LoadedDocument, schema: SchemaNode): void {
  const { policies, failures } = data;
  if (isPlainObject(failures)) writeOut(failures, 'recovery', ['failures', 'recovery'], origins);
  if (!isPlainObject(policies)) return;
  for (const role of ['estimates', 'scheduling', 'placement']) {
    const standard = schema.properties?.['policies']?.properties?.[role]?.default;
    if (policies[role] === undefined && standard !== undefined) {
      policies[role] = structuredClone(standard) as PlainValue;
      origins.set(pointerOf(['policies', role]), { kind: 'default' });
    }
    writeOut(policies, role, ['policies', role], origins);
  }
}

/** One policy of a group: its bare name becomes { name }. */
function writeOut(group: PlainObject, role: string, path: readonly Step[], origins: Map<string, Origin>): void {
  const choice = group[role];
  if (typeof choice !== 'string') return;
  group[role] = { name: choice };
  const origin = origins.get(pointerOf(path));
  if (origin !== undefined) origins.set(pointerOf([...path, 'name']), origin);
}

function replaceTrace(
  document: LoadedDocument,
  trace: TraceReplacement,
  schema: SchemaNode,
  warnings: string[],
): string | undefined {
  const { data } = document;
  const workload = data['workload'];
  const traces = isPlainObject(workload) ? workload['traces'] : undefined;
  const first = Array.isArray(traces) ? traces[0] : undefined;
  if (!isPlainObject(first))
    return 'the scenario has no trace that it could take the place of; add one under workload.traces';
  const replaced: PlainObject = { format: trace.format, file: trace.file };
  const known = nodeAt(schema, { workload: { traces: [replaced] } }, ['workload', 'traces', 0])?.properties ?? {};
  for (const [key, value] of Object.entries(first)) {
    if (Object.hasOwn(replaced, key)) continue;
    if (first['format'] === trace.format || Object.hasOwn(known, key)) replaced[key] = value;
    else
      warnings.push(`--trace ${trace.written}: ${key} is an option of ${valueText(first['format'])} and was left out`);
  }
  const option = `--trace ${trace.written}`;
  const path = ['workload', 'traces', 0];
  put(document, path, replaced, option, false);
  for (const key of ['format', 'file']) document.origins.set(pointerOf([...path, key]), { kind: 'option', option });
  return undefined;
}

function setNodes(document: LoadedDocument, nodes: number, option: string): string | undefined {
  const cluster = document.data['cluster'];
  const pools = isPlainObject(cluster) ? cluster['pools'] : undefined;
  if (!Array.isArray(pools) || !isPlainObject(pools[0])) {
    return 'the scenario has no pool whose size it could be; nodes come from a list or are missing (cluster.pools)';
  }
  put(document, ['cluster', 'pools', 0, 'nodes'], nodes, option);
  return undefined;
}

/** One "path=value"; answers what is wrong with it. */
function setField(document: LoadedDocument, written: string, schema: SchemaNode): string | undefined {
  const equals = written.indexOf('=');
  if (equals < 1) return 'is not path=value; write it like policies.scheduling.name=fifo';
  const path = readPath(written.slice(0, equals));
  if (path === undefined) return 'is not a path; write it like cluster.pools[0].nodes';
  for (let length = 1; length <= path.length; length++) {
    const message = checkStep(document.data, path.slice(0, length), schema);
    if (message !== undefined) return message;
  }
  const text = written.slice(equals + 1);
  const node = nodeAt(schema, document.data, path, 'unresolved');
  const parsed = takesText(node) && !/^(".*"|'.*')$/s.test(text) ? { value: text } : parseValue(text);
  if ('reason' in parsed) return parsed.reason;
  put(document, path, parsed.value, `--set ${written}`);
  return undefined;
}

/** Text for fields that take text: 5 is then a name like any other. Policies take a name or a group. */
function takesText(node: SchemaNode | undefined): boolean {
  const types = typeof node?.type === 'string' ? [node.type] : (node?.type ?? []);
  return types.includes('string') && !types.includes('object') && !types.includes('boolean');
}

/** Whether the last step of a path leads anywhere that the schema knows. */
function checkStep(data: PlainObject, path: readonly Step[], schema: SchemaNode): string | undefined {
  const parent = path.slice(0, -1);
  const step = path[path.length - 1]!;
  if (FORBIDDEN_KEYS.has(String(step))) return `${pathText(path)} is a key that is never allowed`;
  const value = parent.reduce<PlainValue | undefined>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<Step, PlainValue>)[key] : undefined),
    data,
  );
  const node = nodeAt(schema, data, parent);
  if (typeof step === 'number') {
    if (!Array.isArray(value)) return `${pathText(parent)} is no list that has an entry ${step}`;
    if (step >= value.length)
      return `${pathText(path)} does not exist; ${pathText(parent)} has ${value.length} entries, counted from 0`;
    return undefined;
  }
  if (Array.isArray(value))
    return `${pathText(parent)} is a list; name an entry of it, like ${pathText([...parent, 0])}`;
  if (nodeAt(schema, data, path, 'unresolved') !== undefined) return undefined;
  const known = Object.keys(node?.properties ?? {});
  return `${pathText(path)} is an unknown key; ${suggestion(step, known)}`;
}

function readPath(text: string): Step[] | undefined {
  const path: Step[] = [];
  const part = /(?:^|\.)([A-Za-z_][\w-]*)|(?:^|\.)(\d{1,9})(?=\.|\[|$)|\[(\d{1,9})\]|\["((?:[^"\\]|\\.)*)"\]/y;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return undefined;
    const [, key, index, bracketed, quoted] = match;
    if (key !== undefined) path.push(key);
    else if (quoted !== undefined) path.push(quoted.replace(/\\(.)/g, '$1'));
    else path.push(Number(index ?? bracketed));
  }
  return path.length === 0 ? undefined : path;
}

/** Puts a value at a path whose way is known to exist or to be makeable; everything under it now has this origin. */
function put(
  { data, origins }: LoadedDocument,
  path: readonly Step[],
  value: PlainValue,
  option: string,
  forget = true,
): void {
  let at: PlainValue = data;
  path.forEach((step, index) => {
    const holder = at as Record<Step, PlainValue>;
    if (index === path.length - 1) holder[step] = value;
    else at = holder[step] ??= {};
  });
  const pointer = pointerOf(path);
  if (forget) for (const known of origins.keys()) if (known.startsWith(`${pointer}/`)) origins.delete(known);
  const origin: Origin = { kind: 'option', option };
  origins.set(pointer, origin);
}
