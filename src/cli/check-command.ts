import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { baselineOf, readBaseline, writeBaseline } from '../study/check/baseline.ts';
import { checkAgainst } from '../study/check/verdicts.ts';
import { loadStudy, type Study } from '../study/file/load-study.ts';
import { StoreError } from '../study/results/journal.ts';
import { StudyFolder } from '../study/results/study-folder.ts';
import { Runner } from '../study/runs/runner.ts';
import { sweep, type SweptPoint } from '../study/sweep.ts';
import { checkLines, checkMarkdown, checkSentence } from './check-in-words.ts';
import { GotWorse } from './failures.ts';
import { withInterrupt } from './interrupt.ts';
import { showSweepProgress } from './sweep-progress.ts';
import { executorOf, workersOption, type WorkersOption } from './workers-option.ts';

const examples = `
Examples:
  plimsoll check study.yaml --baseline baseline.json --update      write the baseline; commit it
  plimsoll check study.yaml --baseline baseline.json               exits 1 when a metric got worse
  plimsoll check study.yaml --baseline baseline.json --tolerance 0.02 --summary "$GITHUB_STEP_SUMMARY"

Exit codes: 0 nothing got worse, 1 something did, 2 bad input or a baseline of something else.
`;

interface CheckOptions extends WorkersOption {
  readonly baseline: string;
  readonly update?: true;
  readonly summary?: string;
  readonly tolerance: number;
  readonly out?: string;
  readonly root?: string;
}

/** `plimsoll check STUDY --baseline FILE`: fails when a metric got worse beyond its interval. */
export function checkCommand(): Command {
  return new Command('check')
    .summary('fail when a metric got worse')
    .description(
      'Runs a study and holds each metric against a baseline, in pairs of the same seed. Fails when one got worse by ' +
        'more than its interval: for policies, scenarios and simulators under continuous integration.',
    )
    .argument('<study>', 'study file, YAML or JSON')
    .requiredOption('--baseline <file>', 'values to be held against, by seed')
    .option('--update', 'write the baseline instead')
    .option('--summary <file>', 'also write a summary in Markdown')
    .option('--tolerance <share>', 'worse by no more than this share of the baseline is no failure', share, 0)
    .option('--out <dir>', 'folder in which runs are kept (default: reports/ and the name of the study)')
    .addOption(workersOption())
    .option('--root <dir>', 'refuse files outside this folder')
    .addHelpText('after', examples)
    .action((file: string, options: CheckOptions) => withInterrupt((signal) => run(file, options, signal)));
}

async function run(file: string, options: CheckOptions, signal: AbortSignal): Promise<void> {
  const { baseline: path, update, summary, tolerance } = options;
  const study = loadStudy(file, options.root);
  const { name, confidence } = study.data;
  // Before the runs: a baseline of something else is told at once.
  const baseline = update === true ? undefined : readBaseline(path, study);
  const swept = await runs(study, options.out ?? join('reports', name), options, signal);
  if (baseline === undefined) {
    const made = baselineOf(study, swept);
    writeBaseline(path, made);
    process.stdout.write(`wrote ${path}: ${made.points.length} points\n`);
    return;
  }
  const checked = checkAgainst(baseline, path, study, swept, tolerance);
  if (summary !== undefined) writeSummary(summary, checkMarkdown(name, checked, confidence));
  process.stdout.write(`${[...checkLines(checked), checkSentence(name, checked)].join('\n')}\n`);
  if (checked.some(({ verdict }) => verdict === 'worse')) throw new GotWorse(`worse than ${path}`);
}

async function runs(study: Study, folder: string, options: WorkersOption, signal: AbortSignal): Promise<SweptPoint[]> {
  const { metrics } = study.data;
  const kept = StudyFolder.open(folder, { command: 'check', study: study.data, metrics });
  const executor = executorOf(options);
  const progress = showSweepProgress();
  try {
    const runner = new Runner(study, executor, kept.journal, signal, metrics, kept.index);
    const swept = await sweep(study, runner, progress.update);
    kept.index.complete();
    return swept;
  } finally {
    progress.end();
    kept.close();
    await executor.close();
  }
}

function writeSummary(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new StoreError(`--summary ${path}: cannot write: ${(error as Error).message}`);
  }
}

function share(text: string): number {
  const value = Number(text);
  if (!/^[\d.]+$/.test(text) || !(value >= 0 && value < 1))
    throw new InvalidArgumentError('Give a share from 0 to below 1.');
  return value;
}
