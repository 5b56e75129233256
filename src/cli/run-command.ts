import { Command } from 'commander';
import { renderReport } from '../report/render.ts';
import { settleScenario } from '../scenario/settle.ts';
import { prepareRun } from '../scenario/resolve/prepare.ts';
import { OutputFolder, outputFiles } from '../study/output/output-folder.ts';
import { summaryText, writeOutputs } from '../study/output/write-outputs.ts';
import { runScenario } from '../study/run-scenario.ts';
import { withInterrupt } from './interrupt.ts';
import { addOverrideOptions, overridesOf, type OverrideOptions } from './override-options.ts';
import { showProgress } from './progress.ts';
import { summaryInWords, warningLines } from './summary-in-words.ts';

const examples = `
Examples:
  plimsoll run scenarios/quickstart.yaml                        print the summary, write nothing
  plimsoll run scenarios/quickstart.yaml --out reports/first    also write summary.json, jobs.csv, timeseries.csv, report.html
  plimsoll run scenarios/kth-easy.yaml --trace my.swf.gz --nodes 128
  plimsoll run scenarios/quickstart.yaml --set policies.scheduling=fifo --set cluster.pools[0].gpusPerNode=4
  plimsoll run scenarios/quickstart.yaml --seed 7 --json > summary.json

In CSV files, text that a spreadsheet would run as a formula (it begins with = + - @) gets a ' before it.
`;

interface RunOptions extends OverrideOptions {
  readonly out?: string;
  readonly json?: true;
}

/** `plimsoll run SCENARIO`: simulates a scenario, prints its summary and writes its results where asked to. */
export function runCommand(): Command {
  const command = new Command('run')
    .summary('simulate a scenario')
    .description('Simulates a scenario and prints its summary. With --out it also writes all results and a report.')
    .argument('<scenario>', 'scenario file, YAML or JSON');
  return addOverrideOptions(command)
    .option('--out <dir>', 'folder for the results: a new one, an empty one, or one with earlier results')
    .option('--json', 'print summary.json instead of words')
    .addHelpText('after', examples)
    .action((file: string, options: RunOptions) => withInterrupt((signal) => run(file, options, signal)));
}

async function run(file: string, options: RunOptions, signal: AbortSignal): Promise<void> {
  const settled = await settleScenario(file, overridesOf(options), options.root);
  const prepared = await prepareRun(settled, options.root);
  process.stderr.write(warningLines(prepared.imports, prepared.warnings));
  const folder = options.out === undefined ? undefined : OutputFolder.open(options.out);
  const progress = showProgress(prepared.startDate);
  let isWritten = false;
  try {
    const result = await runScenario(prepared, progress.update, signal);
    progress.end();
    if (folder !== undefined) await writeOutputs(folder, result, prepared.spec.jobs, renderReport, signal);
    isWritten = true;
    const { summary } = result;
    process.stderr.write(warningLines([], summary.warnings.slice(prepared.warnings.length)));
    process.stdout.write(options.json === true ? summaryText(summary) : summaryInWords(summary));
    if (folder !== undefined) process.stderr.write(`wrote ${outputFiles.join(', ')} to ${folder.path}\n`);
  } finally {
    progress.end();
    if (!isWritten) folder?.discard();
  }
}
