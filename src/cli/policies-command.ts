import { Command } from 'commander';
import { placementPolicies, recoveryPolicies, schedulingPolicies } from '../policies/registry.ts';
import { estimateSources } from '../scenario/estimates/registry.ts';
import { ScenarioError } from '../scenario/problems.ts';
import { writtenDefault, writtenRange } from '../scenario/schema/parameter-schema.ts';
import { suggestion } from '../scenario/suggestions.ts';
import type { ParameterSchema, PolicyDefinition } from '../sim/contract/definition.ts';

const examples = `
Examples:
  plimsoll policies                 all policies, a line each
  plimsoll policies easy-backfill   what it does, its parameters and its source
`;

interface Listed {
  readonly role: string;
  readonly definition: PolicyDefinition<unknown>;
}

/** `plimsoll policies [NAME]`: what each policy does and its parameters. */
export function policiesCommand(): Command {
  return new Command('policies')
    .summary('list the policies')
    .description('Lists the policies that a scenario may name; with a name, what it does and its parameters.')
    .argument('[name]', 'a policy')
    .addHelpText('after', examples)
    .action((name: string | undefined) => {
      const all: readonly Listed[] = [
        ...schedulingPolicies.map((definition) => ({ role: 'scheduling', definition })),
        ...placementPolicies.map((definition) => ({ role: 'placement', definition })),
        ...recoveryPolicies.map((definition) => ({ role: 'recovery', definition })),
        ...estimateSources.map((definition) => ({ role: 'estimates', definition })),
      ];
      const chosen = all.filter(({ definition }) => definition.name === name);
      if (name !== undefined && chosen.length === 0) {
        const known = all.map(({ definition }) => definition.name);
        throw new ScenarioError([
          {
            place: 'policies',
            message: `there is no policy ${JSON.stringify(name)}; ${suggestion(name, known, '"plimsoll policies"')}`,
          },
        ]);
      }
      process.stdout.write(name === undefined ? overview(all) : chosen.map(inFull).join('\n'));
    });
}

function overview(all: readonly Listed[]): string {
  const width = Math.max(...all.map(({ definition }) => definition.name.length)) + 2;
  const roles = [...new Set(all.map(({ role }) => role))];
  const parts = roles.map((role) => {
    const lines = all
      .filter((listed) => listed.role === role)
      .map(({ definition: { name, summary } }) => `  ${name.padEnd(width)}${summary}\n`);
    return `${role}\n${lines.join('')}`;
  });
  return parts.join('\n');
}

function inFull({ role, definition }: Listed): string {
  const { name, summary, source, parameters } = definition;
  const defaults = Object.fromEntries(Object.entries(parameters).map(([key, schema]) => [key, schema.default]));
  const rules = Object.entries(definition.semantics(defaults)).map(([rule, text]) => `  ${rule}: ${text}\n`);
  const fields = Object.entries(parameters).map(([key, schema]) => `  ${key}: ${describe(schema)}\n`);
  return [
    `${name} (${role})\n${summary}\nSource: ${source}\n`,
    `\nRules, with the parameters' defaults:\n${rules.join('')}`,
    fields.length === 0 ? '\nNo parameters.\n' : `\nParameters:\n${fields.join('')}`,
    `\nIn a scenario:\n  policies:\n    ${role}: ${name}\n`,
  ].join('');
}

function describe(schema: ParameterSchema): string {
  return `${writtenRange(schema)}; default ${writtenDefault(schema)}. ${schema.description}`;
}
