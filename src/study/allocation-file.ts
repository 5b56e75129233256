import { Ajv } from 'ajv';
import type { FromSchema } from 'json-schema-to-ts';
import { loadDocument, type LoadedDocument } from '../scenario/document/load.ts';
import { placeOf } from '../scenario/origins.ts';
import { ScenarioError, valueText, type Problem } from '../scenario/problems.ts';
import { faultsOf, faultText, type Fault } from '../scenario/schema-problems.ts';
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
    kind: { type: 'string', enum: ['allocation'], description: 'What the file holds.' },
    name: NAME,
    description: { type: 'string', maxLength: 2000 },
    loadCores: {
      type: 'number',
      minimum: 0,
      maximum: LOAD_CORES_MAX,
      multipleOf: 0.001,
      description: 'Cores that the load needs in all.',
    },
    nodes: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      description: 'The kinds of node there are.',
      items: {
        type: 'object',
        required: ['count', 'coresPerNode'],
        additionalProperties: false,
        properties: {
          name: NAME,
          count: { type: 'integer', minimum: 1, maximum: NODES_MAX, description: 'Nodes of this kind.' },
          coresPerNode: {
            type: 'number',
            minimum: 0.001,
            maximum: CORES_PER_NODE_MAX,
            multipleOf: 0.001,
            description: 'Cores in each node.',
          },
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
const ajv = new Ajv({ allErrors: true, multipleOfPrecision: 6 });
const check = ajv.compile<AllocationDocument>(schema);

function validate(loaded: LoadedDocument): AllocationDocument {
  const data: unknown = loaded.data;
  if (check(data)) return data;
  throw mistakes(loaded, faultsOf(check.errors ?? [], loaded.data, schema));
}

/** What the schema cannot say: kinds have names of their own, and all nodes together are not too many. */
function requireDistinct(loaded: LoadedDocument, kinds: readonly NodeKind[]): void {
  const faults: Fault[] = [];
  kinds.forEach(({ name }, index) => {
    const first = kinds.findIndex((kind) => kind.name === name);
    if (first === index) return;
    const reason = `nodes[${index}].name is ${valueText(name)}, as nodes[${first}].name is; give each kind its own name`;
    faults.push({ path: ['nodes', index, 'name'], reason, whole: true });
  });
  const count = kinds.reduce((sum, kind) => sum + kind.count, 0);
  if (count > NODES_MAX) {
    const reason = `nodes are ${count} in all; at most ${NODES_MAX} can be solved for; lower their counts`;
    faults.push({ path: ['nodes'], reason, whole: true });
  }
  if (faults.length > 0) throw mistakes(loaded, faults);
}

/** Faults with their places, in the order of the file's lines. */
function mistakes({ file, data, origins }: LoadedDocument, faults: readonly Fault[]): ScenarioError {
  const lineOf = ({ place }: Problem): number => Number(/:(\d+)$/.exec(place)?.[1] ?? 0);
  const problems = faults.map((fault) => ({
    place: placeOf(file, origins, fault.path),
    message: faultText(fault, data),
  }));
  return new ScenarioError(problems.toSorted((a, b) => lineOf(a) - lineOf(b)));
}
