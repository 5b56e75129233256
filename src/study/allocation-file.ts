import { Ajv, type ErrorObject } from 'ajv';
import type { FromSchema } from 'json-schema-to-ts';
import { loadDocument, type LoadedDocument } from '../scenario/document/load.ts';
import { valueAt } from '../scenario/document/plain-data.ts';
import {
  pathText,
  plainText,
  pointerOf,
  ScenarioError,
  valueText,
  type Path,
  type Problem,
} from '../scenario/problems.ts';
import { suggestion } from '../scenario/suggestions.ts';
import {
  CORES_PER_NODE_MAX,
  COST_PER_CORE_MAX,
  LOAD_CORES_MAX,
  NODES_MAX,
  type AllocationProblem,
  type NodeKind,
} from './allocation.ts';

const NAME = { type: 'string', minLength: 1, maxLength: 100 } as const;

const schema = {
  type: 'object',
  required: ['kind', 'loadCores', 'nodes'],
  additionalProperties: false,
  properties: {
    kind: { const: 'allocation' },
    name: NAME,
    description: { type: 'string', maxLength: 2000 },
    loadCores: { type: 'number', minimum: 0, maximum: LOAD_CORES_MAX, multipleOf: 0.001 },
    nodes: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      items: {
        type: 'object',
        required: ['count', 'coresPerNode'],
        additionalProperties: false,
        properties: {
          name: NAME,
          count: { type: 'integer', minimum: 1, maximum: NODES_MAX },
          coresPerNode: { type: 'number', minimum: 0.001, maximum: CORES_PER_NODE_MAX, multipleOf: 0.001 },
          costPerCore: { type: 'number', minimum: 0, maximum: COST_PER_CORE_MAX },
        },
      },
    },
  },
} as const;

type AllocationDocument = FromSchema<typeof schema>;

/** An allocation problem with what its file says about it. */
export interface AllocationFile {
  readonly name: string;
  readonly description: string;
  readonly problem: AllocationProblem;
}

/**
 * Reads a YAML or JSON file of `kind: allocation`. ScenarioError with every mistake at once, each with file and line.
 * With `root`, a file outside that folder is refused.
 */
export function readAllocationFile(file: string, root?: string): AllocationFile {
  const loaded = loadDocument(file, root);
  const { name, description, loadCores, nodes } = validate(loaded);
  const kinds = nodes.map((kind) => ({ name: 'node', costPerCore: 1, ...kind }));
  requireDistinct(loaded, kinds);
  return { name: name ?? 'allocation', description: description ?? '', problem: { nodes: kinds, loadCores } };
}

// Sums of decimal fractions are not exact in doubles: a multiple of 0.001 is one to within a millionth of it.
const ajv = new Ajv({ allErrors: true, verbose: true, multipleOfPrecision: 6 });
const check = ajv.compile<AllocationDocument>(schema);

function validate(loaded: LoadedDocument): AllocationDocument {
  const data: unknown = loaded.data;
  if (check(data)) return data;
  const problems = (check.errors ?? []).map((error) => problemOf(loaded, error));
  throw new ScenarioError(problems.toSorted((a, b) => a.line - b.line));
}

/** What the schema cannot say: kinds have names of their own, and all nodes together are not too many. */
function requireDistinct(loaded: LoadedDocument, kinds: readonly NodeKind[]): void {
  const problems: PlacedProblem[] = [];
  kinds.forEach(({ name }, index) => {
    const first = kinds.findIndex((kind) => kind.name === name);
    if (first === index) return;
    const message = `nodes[${index}].name is ${valueText(name)}, as nodes[${first}].name is; give each kind its own name`;
    problems.push(problemAt(loaded, ['nodes', index, 'name'], message));
  });
  const count = kinds.reduce((sum, kind) => sum + kind.count, 0);
  if (count > NODES_MAX) {
    const message = `nodes are ${count} in all; at most ${NODES_MAX} can be solved for; lower their counts`;
    problems.push(problemAt(loaded, ['nodes'], message));
  }
  if (problems.length > 0) throw new ScenarioError(problems);
}

/** A schema error as a sentence: path, value, reason and mend. */
function problemOf(loaded: LoadedDocument, error: ErrorObject): PlacedProblem {
  const path = pathOf(error.instancePath);
  const parameters = error.params as Readonly<Record<string, unknown>>;
  const known = Object.keys((error.parentSchema as { readonly properties?: object } | undefined)?.properties ?? {});
  if (error.keyword === 'additionalProperties') {
    const key = String(parameters['additionalProperty']);
    const message = `${pathText([...path, key])} is not a known key; ${suggestion(key, known)}`;
    return problemAt(loaded, [...path, key], message);
  }
  if (error.keyword === 'required') {
    const key = String(parameters['missingProperty']);
    return problemAt(loaded, path, `${pathText([...path, key])} is missing; add it`);
  }
  const value = valueText(valueAt(loaded.data, path));
  return problemAt(loaded, path, `${pathText(path)} is ${value}; ${mendOf(error, parameters)}`);
}

function mendOf({ keyword, message }: ErrorObject, parameters: Readonly<Record<string, unknown>>): string {
  switch (keyword) {
    case 'type':
      return `it must be of type ${String(parameters['type'])}`;
    case 'const':
      return `write ${valueText(parameters['allowedValue'])}; scenarios of other kinds are run with "plimsoll run"`;
    case 'minimum':
      return `it must be at least ${String(parameters['limit'])}`;
    case 'maximum':
      return `it must be at most ${String(parameters['limit'])}`;
    case 'multipleOf':
      return `cores are counted in thousandths; round it to a multiple of ${String(parameters['multipleOf'])}`;
    case 'minItems':
      return 'list at least one kind of node';
    default:
      return `it ${message ?? `breaks the rule "${keyword}"`}`;
  }
}

/** The steps of an Ajv instance path, which is a JSON pointer; indices of lists become numbers. */
function pathOf(pointer: string): Path {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~')));
}

interface PlacedProblem extends Problem {
  readonly line: number;
}

/** A problem at the line of a value, or of the nearest one around it that stands in the file. */
function problemAt({ file, origins }: LoadedDocument, path: Path, message: string): PlacedProblem {
  for (let length = path.length; length >= 0; length--) {
    const origin = origins.get(pointerOf(path.slice(0, length)));
    if (origin?.kind === 'file') return { place: `${plainText(file)}:${origin.line}`, message, line: origin.line };
  }
  return { place: plainText(file), message, line: 0 };
}
