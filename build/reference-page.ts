import { quantityKinds } from '../src/scenario/quantities/kinds.ts';
import { unitNames } from '../src/scenario/quantities/quantity.ts';
import type { SchemaNode } from '../src/scenario/schema/complete-schema.ts';

/** Distributions come up in many places and are written in one; how a field links to its kind. */
const distributionTitles: Readonly<Record<string, string>> = {
  duration: 'Distributions of durations',
  number: 'Distributions of numbers',
};

/** docs/scenario-reference.md: every key of a scenario, from the schema that checks them. */
export function referencePage(schema: SchemaNode): string {
  const properties = schema.properties ?? {};
  const top = Object.entries(properties);
  const groups = top.filter(([, node]) => node.properties !== undefined || node.items?.properties !== undefined);
  const distributions = new Map<string, SchemaNode>();
  const parts = [
    '<!-- Written by build/generate.ts from src/scenario/schema; run npm run build to renew it. -->',
    '# Scenario files: reference',
    'A scenario is a YAML 1.2 or JSON file of at most 1 MB in UTF-8. Keys that are not listed here are refused, and so are ' +
      'keys given twice, several documents in one file and text that nests deeper than 64 levels. Paths of other files are ' +
      'relative to the scenario. `plimsoll show FILE` prints a scenario with every default, `plimsoll schema` the JSON Schema.',
    quantities(),
    '## At the top',
    table(schema, top, distributions),
    ...groups.flatMap(([name, node]) => below(node, [name], distributions)),
  ];
  parts.push('# Distributions', 'A distribution is a group of keys with `kind`.');
  for (const [title, node] of distributions) parts.push(`## ${title}`, branches(node, 'kind', distributions));
  return `${parts.join('\n\n')}\n`;
}

function quantities(): string {
  const rows = Object.values(quantityKinds).map((kind) => {
    const plain = kind.plainNumber === undefined ? 'refused: say the unit' : `counts ${kind.plainNumber.unit}`;
    return `| ${kind.name} | ${kind.example} | ${unitNames(kind)} | ${plain} |`;
  });
  return `## Quantities\n\n| kind | example | units | a plain number |\n|---|---|---|---|\n${rows.join('\n')}\n\nUnits of a duration may follow each other from large to small. y is 365 days. Durations are kept in whole microseconds, sizes in bytes.`;
}

/** A group of keys, then the groups in it. */
function section(node: SchemaNode, path: readonly string[], distributions: Map<string, SchemaNode>): string {
  const entries = Object.entries(node.properties ?? {});
  const parts = [`## ${path.join('.')}`, node.description ?? '', table(node, entries, distributions)];
  for (const [name, child] of entries) parts.push(...below(child, [...path, name], distributions));
  return parts.filter((part) => part !== '').join('\n\n');
}

function below(node: SchemaNode, path: readonly string[], distributions: Map<string, SchemaNode>): string[] {
  if (distributionKind(node) !== undefined || isDurationOrDistribution(node)) return [];
  if (node.else?.items !== undefined) return [];
  if (node.if !== undefined && node.else !== undefined) {
    const about = `${node.description ?? ''} A name alone, or a group of keys with \`name\` and parameters.`;
    return [`## ${path.join('.')}\n\n${about}\n\n${branches(node.else, 'name', distributions)}`];
  }
  if (node.oneOf !== undefined) return [`## ${path.join('.')}\n\n${branches(node, 'format', distributions)}`];
  if (node.items !== undefined) return below(node.items, [...path.slice(0, -1), `${path.at(-1)!}[]`], distributions);
  return node.properties === undefined ? [] : [section(node, path, distributions)];
}

/** An either-or by a tag: what all branches share, then each with its own keys. */
function branches(node: SchemaNode, tag: string, distributions: Map<string, SchemaNode>): string {
  const all = node.oneOf ?? [];
  const isShared = (key: string): boolean =>
    all.length > 1 && all.every((branch) => Object.hasOwn(branch.properties ?? {}, key));
  const first = all[0]!;
  const shared = Object.entries(first.properties ?? {}).filter(([key]) => key !== tag && isShared(key));
  const parts = shared.length === 0 ? [] : [`For every \`${tag}\`:`, table(first, shared, distributions)];
  for (const branch of all) {
    const own = Object.entries(branch.properties ?? {}).filter(([key]) => key !== tag && !isShared(key));
    parts.push(`**\`${tag}: ${branch.title ?? ''}\`** ${branch.description ?? ''}`);
    if (own.length > 0) parts.push(table(branch, own, distributions));
  }
  return parts.join('\n\n');
}

function table(
  parent: SchemaNode,
  entries: readonly (readonly [string, SchemaNode])[],
  distributions: Map<string, SchemaNode>,
): string {
  const rows = entries.map(([name, node]) => {
    const standard = parent.required?.includes(name) === true ? '**needed**' : defaultText(node);
    const about = (node.description ?? '').replaceAll('|', '\\|');
    return `| \`${name}\` | ${typeText(node, distributions)} | ${standard} | ${about} |`;
  });
  return `| key | value | left out | what it is |\n|---|---|---|---|\n${rows.join('\n')}`;
}

function defaultText(node: SchemaNode): string {
  if (node.default === undefined) return '–';
  if (typeof node.default === 'object' || node.default === '') return 'empty';
  return `\`${valueText(node.default)}\``;
}

function typeText(node: SchemaNode, distributions: Map<string, SchemaNode>): string {
  const distribution = distributionKind(node);
  if (distribution !== undefined) {
    distributions.set(distributionTitles[distribution]!, node);
    return `[distribution of ${distribution}s](#${distributionTitles[distribution]!.toLowerCase().replaceAll(' ', '-')})`;
  }
  if (node['x-quantity'] !== undefined) return `${node['x-quantity']}${boundsText(node['x-least'], node['x-most'])}`;
  if (node['x-instant'] === true) return 'date';
  if (node.const !== undefined) return `\`${valueText(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (isDurationOrDistribution(node)) {
    return `${typeText(node.then!, distributions)}, or a ${typeText(node.else!, distributions)}`;
  }
  if (node.then !== undefined && node.else?.items !== undefined) {
    return `${typeText(node.then, distributions)}, or a list of such`;
  }
  if (node.if !== undefined) return 'name or group, see below';
  if (node.items !== undefined) {
    const count = node['minItems'] === node['maxItems'] ? `${String(node['minItems'])} times ` : 'list of ';
    return `${count}${typeText(node.items, distributions)}`;
  }
  if (Array.isArray(node.type) && node.additionalProperties !== undefined) {
    return `number${boundsText(node['minimum'], node['maximum'])}, or a group of such`;
  }
  switch (node.type) {
    case 'integer':
      return `whole number${boundsText(node['minimum'] ?? above(node), node['maximum'])}`;
    case 'number':
      return `number${boundsText(node['minimum'] ?? above(node), node['maximum'])}`;
    case 'string':
      return 'text';
    case 'boolean':
      return '`true`, `false`';
    case undefined:
    default:
      return 'group';
  }
}

function above(node: SchemaNode): string | undefined {
  const bound = node['exclusiveMinimum'];
  return bound === undefined ? undefined : `> ${valueText(bound)}`;
}

function boundsText(least: unknown, most: unknown): string {
  if (least === undefined && most === undefined) return '';
  return `, ${least === undefined ? '' : valueText(least)} … ${most === undefined ? '' : valueText(most)}`.trimEnd();
}

/** A value as a scenario would write it. */
function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isDurationOrDistribution(node: SchemaNode): boolean {
  return node.then?.['x-quantity'] === 'duration' && node.else !== undefined;
}

/** Whether a node is a distribution, and of what: its exponential's mean tells. */
function distributionKind(node: SchemaNode): 'duration' | 'number' | undefined {
  if (node.discriminator?.propertyName !== 'kind') return undefined;
  const exponential = node.oneOf?.find(({ title }) => title === 'exponential');
  return exponential?.properties?.['mean']?.['x-quantity'] === undefined ? 'number' : 'duration';
}
