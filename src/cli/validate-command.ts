import { Command } from 'commander';
import { countOf } from '../report/quantities.ts';
import { plainText, ScenarioError } from '../scenario/problems.ts';
import { prepareRun } from '../scenario/resolve/prepare.ts';
import { settleScenario } from '../scenario/settle.ts';
import { warningLines } from './summary-in-words.ts';

const examples = `
Examples:
  plimsoll validate scenarios/quickstart.yaml
  plimsoll validate scenarios/*.yaml
`;

/** `plimsoll validate SCENARIO...`: checks scenarios and all that they name, without running them. */
export function validateCommand(): Command {
  return new Command('validate')
    .summary('check scenarios without running them')
    .description('Checks scenarios and the files that they name, and tells every mistake with its place and mend.')
    .argument('<scenarios...>', 'scenario files, YAML or JSON')
    .option('--root <dir>', 'refuse to read files outside this folder')
    .addHelpText('after', examples)
    .action(async (files: string[], options: { root?: string }) => {
      const errors: ScenarioError[] = [];
      for (const file of files) {
        try {
          await validate(file, options.root);
        } catch (error) {
          if (!(error instanceof ScenarioError)) throw error;
          errors.push(error);
        }
      }
      if (errors.length > 0) throw new ScenarioError(errors.flatMap(({ problems }) => problems));
    });
}

async function validate(file: string, root: string | undefined): Promise<void> {
  const settled = await settleScenario(file, {}, root);
  const { spec, imports, warnings } = await prepareRun(settled, root);
  const { nodeCount, gpuCount } = spec.cluster;
  process.stderr.write(warningLines(imports, warnings));
  const found = [countOf(nodeCount, 'node'), countOf(gpuCount, 'GPU'), countOf(spec.jobs.count, 'job')].join(', ');
  process.stdout.write(`${plainText(file)}  ok: ${found}\n`);
}
