import { Command, CommanderError } from 'commander';
import { plimsollVersion } from '../study/version.ts';
import { allocateCommand } from './allocate-command.ts';
import { checkCommand } from './check-command.ts';
import { compareCommand } from './compare-command.ts';
import { explainCommand } from './explain-command.ts';
import { exitCodeOf } from './failures.ts';
import { exportCommand } from './export-command.ts';
import { failuresCommand } from './failures-command.ts';
import { mergeCommand } from './merge-command.ts';
import { metricsCommand } from './metrics-command.ts';
import { planCommand } from './plan-command.ts';
import { policiesCommand } from './policies-command.ts';
import { queryCommand } from './query-command.ts';
import { reportCommand } from './report-command.ts';
import { runCommand } from './run-command.ts';
import { schemaCommand } from './schema-command.ts';
import { showCommand } from './show-command.ts';
import { sweepCommand } from './sweep-command.ts';
import { validateCommand } from './validate-command.ts';
import { workerCommand } from './worker-command.ts';

const examples = `
Examples:
  plimsoll run scenarios/quickstart.yaml --out reports/quickstart
  plimsoll run scenarios/kth-easy.yaml --trace my.swf.gz --nodes 128
  plimsoll validate scenarios/*.yaml
  plimsoll policies easy-backfill
  plimsoll failures llama3

Exit codes: 0 ok, 1 the run failed, 2 bad input.
`;

/** Runs the program as if called with these arguments; answers the exit code. Everything printed goes to the process's streams. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const program = buildProgram();
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed its message; asking for help or the version is no mistake.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return exitCodeOf(error);
  }
}

function buildProgram(): Command {
  const program = new Command('plimsoll')
    .description('Plans the capacity of AI data centres: a scenario in, a simulated run and its report out.')
    .version(plimsollVersion, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .addHelpText('after', examples);
  const commands = [
    runCommand(),
    validateCommand(),
    showCommand(),
    reportCommand(),
    explainCommand(),
    sweepCommand(),
    workerCommand(),
    planCommand(),
    compareCommand(),
    checkCommand(),
    mergeCommand(),
    queryCommand(),
    exportCommand(),
    metricsCommand(),
    policiesCommand(),
    failuresCommand(),
    schemaCommand(),
    allocateCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) {
    command.exitOverride().showSuggestionAfterError().showHelpAfterError('(add --help for help and examples)');
  }
  return program;
}
