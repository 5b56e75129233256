import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { format, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { referencePage } from '../../build/reference-page.ts';
import { validatorSource } from '../../build/validator-source.ts';
import { placementPolicies, schedulingPolicies } from '../../src/policies/registry.ts';
import { amount } from '../../src/scenario/quantities/quantity.ts';
import { quantityKinds } from '../../src/scenario/quantities/kinds.ts';
import { completeSchema, type SchemaNode } from '../../src/scenario/schema/complete-schema.ts';
import { jobFormats } from '../../src/traces/registry.ts';

const schema = completeSchema();

/** Every node of the schema with its path. */
function* nodesOf(node: SchemaNode, path = ''): Generator<readonly [string, SchemaNode]> {
  yield [path, node];
  for (const [key, child] of Object.entries(node.properties ?? {})) yield* nodesOf(child, `${path}.${key}`);
  for (const branch of node.oneOf ?? []) yield* nodesOf(branch, `${path}<${branch.title ?? ''}>`);
  if (node.items !== undefined) yield* nodesOf(node.items, `${path}[]`);
  if (node.else !== undefined) yield* nodesOf(node.else, path);
}

describe('the schema', () => {
  test('is JSON Schema that a plain validator takes', () => {
    const ajv = new Ajv({ discriminator: true, strict: false });
    expect(ajv.validateSchema(schema)).toBe(true);
  });

  test('knows every policy and every trace format with its parameters', () => {
    const paths = [...nodesOf(schema)].map(([path]) => path);
    for (const { name, parameters } of [...schedulingPolicies, ...placementPolicies]) {
      expect(paths.some((path) => path.endsWith(`<${name}>`))).toBe(true);
      for (const key of Object.keys(parameters))
        expect(paths.some((path) => path.endsWith(`<${name}>.${key}`))).toBe(true);
    }
    for (const { name } of jobFormats) expect(paths).toContain(`.workload.traces[]<${name}>.file`);
  });

  test('has bounds and defaults of quantities that can be read', () => {
    let bounds = 0;
    for (const [path, node] of nodesOf(schema)) {
      if (node['x-quantity'] === undefined) continue;
      const kind = quantityKinds[node['x-quantity']]!;
      for (const text of [node['x-least'], node['x-most'], node.default]) {
        if (text === undefined) continue;
        expect(() => amount(kind, text as string), path).not.toThrow();
        bounds++;
      }
    }
    expect(bounds).toBeGreaterThan(20);
  });

  test('refuses unknown keys in every group', () => {
    const open = [...nodesOf(schema)].filter(
      ([, node]) => node.properties !== undefined && node.additionalProperties !== false,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });

  test('bounds every number and every list', () => {
    for (const [path, node] of nodesOf(schema)) {
      const types = [node.type ?? []].flat();
      // Told apart by type alone: each way has its own bounds.
      if (node.then !== undefined || path.endsWith('if')) continue;
      if ((types.includes('integer') || types.includes('number')) && node['x-quantity'] === undefined) {
        expect(node['maximum'], path).toBeTypeOf('number');
        expect(node['minimum'] ?? node['exclusiveMinimum'], path).toBeTypeOf('number');
      }
      if (types.includes('array')) expect(node['maxItems'], path).toBeTypeOf('number');
    }
  });
});

describe('what is generated from the schema is fresh', () => {
  test('docs/scenario-reference.md (npm run build renews it)', async () => {
    const file = new URL('../../docs/scenario-reference.md', import.meta.url);
    const options = await resolveConfig(file);
    const page = await format(referencePage(schema), { ...options, parser: 'markdown' });
    expect(readFileSync(file, 'utf8')).toBe(page);
  });

  test('the compiled validator (npm run build renews it)', () => {
    const file = new URL('../../src/scenario/generated/validate-scenario.ts', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(validatorSource(schema, 'validateScenario'));
  });
});
