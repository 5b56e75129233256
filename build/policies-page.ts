import { placementPolicies, recoveryPolicies, schedulingPolicies } from '../src/policies/registry.ts';
import { estimateSources } from '../src/scenario/estimates/registry.ts';
import { writtenDefault, writtenRange } from '../src/scenario/schema/parameter-schema.ts';
import type { PolicyDefinition } from '../src/sim/contract/definition.ts';

const introduction =
  'Every policy that a scenario may name, with its rules as they are printed beside each result. ' +
  '`plimsoll policies NAME` prints the same on a terminal; [writing a policy](writing-a-policy.md) tells how to add one.';

/** docs/policies.md: what each registered policy does, from the definitions that the engine uses. */
export function policiesPage(): string {
  return [
    '<!-- Written by build/generate.ts from src/policies/registry.ts; run npm run build to renew it. -->',
    '# Policies: reference',
    introduction,
    ...section('scheduling', 'Which waiting job starts when.', schedulingPolicies),
    ...section('placement', 'Which GPUs a job gets.', placementPolicies),
    ...section('recovery', 'How jobs keep their work and come back after a fault.', recoveryPolicies, 'failures'),
    ...section('estimates', 'What policies are told of running times. No policy sees the true one.', estimateSources),
    '',
  ].join('\n\n');
}

function section(
  name: string,
  about: string,
  definitions: readonly PolicyDefinition<unknown>[],
  group = 'policies',
): string[] {
  return [`## ${group}.${name}`, about, ...definitions.map((definition) => policy(group, name, definition))];
}

function policy(group: string, role: string, definition: PolicyDefinition<unknown>): string {
  const { name, summary, source, parameters } = definition;
  const defaults = Object.fromEntries(Object.entries(parameters).map(([key, schema]) => [key, schema.default]));
  const rules = table(['rule', 'with the defaults'], Object.entries(definition.semantics(defaults)));
  const fields = Object.entries(parameters).map(([key, schema]) => [
    `\`${key}\``,
    writtenRange(schema),
    `\`${writtenDefault(schema)}\``,
    schema.description,
  ]);
  const example = `\`${group}: { ${role}: ${name} }\``;
  return [
    `### ${name}`,
    `${summary} Source: ${source}. In a scenario: ${example}.`,
    rules,
    fields.length === 0 ? 'No parameters.' : table(['parameter', 'values', 'default', 'what it does'], fields),
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
