import type { ParameterSchema } from '../../sim/contract/definition.ts';
import { placementPolicies, recoveryPolicies, schedulingPolicies } from '../../policies/registry.ts';
import { failureCatalogue } from '../catalogue/failures/registry.ts';
import { estimateSources } from '../estimates/registry.ts';
import { failureFormats, jobFormats, nodeFormats } from '../../traces/registry.ts';
import type { FailureFormat, JobFormat } from '../../traces/trace-format.ts';
import { failureTraceFields } from './failures/traces-schema.ts';
import { parameterNode } from './parameter-schema.ts';
import { scenarioSchema } from './scenario-schema.ts';
import { traceFields } from './workload-schema.ts';

/** A JSON Schema as plain data, for code that walks it. */
export interface SchemaNode {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly discriminator?: { readonly propertyName: string };
  readonly oneOf?: readonly SchemaNode[];
  readonly if?: SchemaNode;
  readonly then?: SchemaNode;
  readonly else?: SchemaNode;
  readonly 'x-quantity'?: string;
  readonly 'x-least'?: string;
  readonly 'x-most'?: string;
  readonly 'x-instant'?: boolean;
  readonly [keyword: string]: unknown;
}

interface Described {
  readonly name: string;
  readonly summary: string;
  readonly parameters: Readonly<Record<string, ParameterSchema>>;
}

/** The whole JSON Schema (draft 07, which most editors know): the hand-written one with every policy and trace format put in. */
export function completeSchema(): SchemaNode {
  const base: SchemaNode = scenarioSchema;
  const { cluster, workload, failures, policies } = scenarioSchema.properties;
  const format = { type: 'string', enum: nodeFormats.map(({ name }) => name), description: 'Format of the file.' };
  const nodeList = {
    ...cluster.properties.nodeList,
    properties: { ...cluster.properties.nodeList.properties, format },
  };
  const traces = { ...workload.properties.traces, items: traceSchema(jobFormats, ['file'], traceFields) };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Plimsoll scenario',
    ...base,
    properties: {
      ...base.properties,
      cluster: { ...cluster, properties: { ...cluster.properties, nodeList } },
      workload: { ...workload, properties: { ...workload.properties, traces } },
      failures: {
        ...failures,
        properties: {
          catalogue: catalogueSchema(),
          ...failures.properties,
          traces: {
            ...failures.properties.traces,
            items: traceSchema(failureFormats, ['name', 'file'], failureTraceFields),
          },
          recovery: {
            ...policySchema('How jobs keep their work and come back after a fault.', recoveryPolicies),
            default: failures.properties.recovery.default,
          },
        },
      },
      policies: {
        ...policies,
        properties: {
          estimates: {
            ...policySchema('What policies are told of running times.', estimateSources),
            default: policies.properties.estimates.default,
          },
          scheduling: policySchema('Which waiting job starts when.', schedulingPolicies),
          placement: policySchema('Which GPUs a job gets.', placementPolicies),
        },
      },
    },
  };
}

/** A policy's name, or an object with its name and parameters. */
function policySchema(description: string, policies: readonly Described[]): SchemaNode {
  return {
    description,
    type: ['string', 'object'],
    if: { type: 'string' },
    then: { type: 'string', enum: policies.map(({ name }) => name) },
    else: {
      type: 'object',
      discriminator: { propertyName: 'name' },
      required: ['name'],
      oneOf: policies.map(({ name, summary, parameters }) => ({
        title: name,
        description: summary,
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: {
          name: { const: name },
          ...Object.fromEntries(Object.entries(parameters).map(([key, schema]) => [key, parameterNode(schema)])),
        },
      })),
    },
  };
}

/** Names of published clusters: they are replaced by their components before anything else is looked at. */
function catalogueSchema(): SchemaNode {
  const name = { type: 'string', enum: failureCatalogue.map((entry) => entry.name) };
  return {
    description:
      'Published clusters whose components are put behind those of the scenario, but for those of the same name: a ' +
      'name, or a list of names. "plimsoll failures" lists them.',
    type: ['string', 'array'],
    maxItems: failureCatalogue.length,
    if: { type: 'string' },
    then: name,
    else: { type: 'array', minItems: 1, maxItems: failureCatalogue.length, items: name },
  };
}

/** A trace of one of the formats, told by `format`, with the options of its own beside the fields of all. */
function traceSchema(
  formats: readonly (JobFormat | FailureFormat)[],
  required: readonly string[],
  fields: Readonly<Record<string, SchemaNode>>,
): SchemaNode {
  return {
    type: 'object',
    discriminator: { propertyName: 'format' },
    required: ['format'],
    oneOf: formats.map(({ name, summary, options }) => ({
      title: name,
      description: summary,
      type: 'object',
      additionalProperties: false,
      required: ['format', ...required],
      properties: { format: { const: name }, ...fields, ...options },
    })),
  };
}
