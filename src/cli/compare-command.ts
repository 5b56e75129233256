import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { renderComparison } from '../report/comparison/comparison-page.ts';
import { comparisonOf } from '../study/comparison/comparison.ts';
import { contendersOf } from '../study/comparison/contenders.ts';
import { StudyFolder, writeWhole } from '../study/results/study-folder.ts';
import { Runner } from '../study/runs/runner.ts';
import { sweep } from '../study/sweep.ts';
import { comparisonInWords } from './comparison-in-words.ts';
import { withInterrupt } from './interrupt.ts';
import { showSweepProgress } from './sweep-progress.ts';
import { executorOf, workersOption, type WorkersOption } from './workers-option.ts';
import { writeReport } from './write-report.ts';
import { writeStore } from './write-store.ts';

const examples = `
Examples:
  plimsoll compare a.yaml b.yaml                                   b against a, ten runs each
  plimsoll compare a.yaml b.yaml c.yaml --metric 'p95(wait)' --metric utilisation --replications 30
  plimsoll compare scenarios/studies/policies.yaml                 all points of a study against its first
  plimsoll compare a.yaml b.yaml --out reports/a-b                 also compare.json and report.html; keep the runs
`;

interface CompareOptions extends WorkersOption {
  readonly replications?: number;
  readonly metric?: readonly string[];
  readonly seed?: number;
  readonly set?: readonly string[];
  readonly out?: string;
  readonly json?: true;
  readonly root?: string;
}

/** `plimsoll compare A B [C...]`: runs scenarios with the same luck and says how they differ, and how certain that is. */
export function compareCommand(): Command {
  const gather = (value: string, before: readonly string[] | undefined): readonly string[] => [
    ...(before ?? []),
    value,
  ];
  return new Command('compare')
    .summary('compare scenarios by paired runs')
    .description(
      'Runs scenarios with the same seeds and says how each differs from the first: what was changed, the paired ' +
        'difference of each metric with its interval, who wins and whether that is certain, and who is on the Pareto front.',
    )
    .argument('<files...>', 'two or more scenario files, or one study')
    .option('--replications <n>', 'runs of each (default: 10, or as the study says)', wholeNumber)
    .option('--metric <metric>', 'what is measured, such as p95(wait); repeatable ("plimsoll metrics")', gather)
    .option('--seed <number>', 'seed of the first run of each; the next have the next (default: 1)', wholeNumber)
    .option('--set <path=value>', 'another value for a field of every scenario; repeatable', gather)
    .option('--out <dir>', 'folder for compare.json and report.html; runs are kept there and not made again')
    .option('--json', 'print compare.json instead of words')
    .addOption(workersOption())
    .option('--root <dir>', 'refuse files outside this folder')
    .addHelpText('after', examples)
    .action((files: string[], options: CompareOptions) => withInterrupt((signal) => run(files, options, signal)));
}

async function run(files: readonly string[], options: CompareOptions, signal: AbortSignal): Promise<void> {
  const { metric, replications, seed, set, root, out } = options;
  const contenders = await contendersOf(files, {
    ...(metric === undefined ? {} : { metrics: metric }),
    ...(replications === undefined ? {} : { replications }),
    ...(seed === undefined ? {} : { seed }),
    ...(set === undefined ? {} : { set }),
    ...(root === undefined ? {} : { root }),
  });
  const folder = out ?? mkdtempSync(join(tmpdir(), 'plimsoll-compare-'));
  const { data } = contenders.study;
  const kept = StudyFolder.open(folder, { command: 'compare', study: data, metrics: data.metrics });
  const executor = executorOf(options);
  const progress = showSweepProgress();
  try {
    const runner = new Runner(contenders.study, executor, kept.journal, signal, data.metrics, kept.index);
    const swept = await sweep(contenders.study, runner, progress.update, contenders.points);
    progress.end();
    const comparison = comparisonOf(contenders, swept);
    const text = `${JSON.stringify(comparison, null, 1)}\n`;
    if (out !== undefined) {
      writeWhole(out, 'compare.json', text);
      writeReport(out, await renderComparison(comparison));
    }
    process.stdout.write(options.json === true ? text : comparisonInWords(comparison));
    if (out !== undefined) await writeStore(kept);
  } finally {
    progress.end();
    kept.close();
    await executor.close();
    if (out === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Give a whole number.');
  return value;
}
