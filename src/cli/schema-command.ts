import { Command } from 'commander';
import { completeSchema } from '../scenario/schema/complete-schema.ts';

const examples = `
Examples:
  plimsoll schema > plimsoll.schema.json

Then a first line in a scenario makes editors complete and check it:
  # yaml-language-server: $schema=plimsoll.schema.json
`;

/** `plimsoll schema`: the JSON Schema of scenario files. */
export function schemaCommand(): Command {
  return new Command('schema')
    .summary('print the JSON Schema of scenarios')
    .description('Prints the JSON Schema (draft 07) of scenario files, for editors.')
    .addHelpText('after', examples)
    .action(() => {
      process.stdout.write(`${JSON.stringify(completeSchema(), null, 2)}\n`);
    });
}
