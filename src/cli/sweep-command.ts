import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { renderStudy } from '../report/study/study-page.ts';
import { loadStudy, type Study } from '../study/file/load-study.ts';
import type { Journal } from '../study/results/journal.ts';
import { makeWritable, StudyFolder } from '../study/results/study-folder.ts';
import { writeResults } from '../study/results/write-results.ts';
import { Runner } from '../study/runs/runner.ts';
import { shardText, type Shard } from '../study/shards/shard.ts';
import { sweepShard } from '../study/shards/sweep-shard.ts';
import { sweep } from '../study/sweep.ts';
import { Interrupted } from './failures.ts';
import { withInterrupt } from './interrupt.ts';
import { redisOption, studyExecutor, type RedisOption } from './redis-option.ts';
import { studyInWords } from './study-in-words.ts';
import { showSweepProgress } from './sweep-progress.ts';
import { workersOption } from './workers-option.ts';
import { writeReport } from './write-report.ts';
import { writeStore } from './write-store.ts';

const examples = `
Examples:
  plimsoll sweep scenarios/studies/policies.yaml                            results to reports/NAME
  plimsoll sweep scenarios/studies/policies.yaml --out reports/policies     go on there if it was stopped
  plimsoll sweep scenarios/studies/policies.yaml --workers 4                four runs at a time
  plimsoll sweep STUDY --shard 2/4 --out shard-2      one of four machines; "plimsoll merge" puts them together
  plimsoll sweep STUDY --redis redis://HOST:6379      made by every "plimsoll worker" there
`;

interface SweepOptions extends RedisOption {
  readonly out?: string;
  readonly root?: string;
  readonly shard?: Shard;
}

/** `plimsoll sweep STUDY`: runs every point of a study and writes its results. */
export function sweepCommand(): Command {
  return new Command('sweep')
    .summary('run every point of a study')
    .description(
      'Runs every point of a study and prints each metric with its interval. Runs that are stored in the folder are not ' +
        'made again: a sweep that was stopped goes on where it was.',
    )
    .argument('<study>', 'study file, YAML or JSON')
    .option('--out <dir>', 'folder for the results (default: reports/ and the name of the study)')
    .addOption(workersOption())
    .addOption(redisOption())
    .option('--shard <i/n>', 'make only the i-th of n shares of the runs (i from 1)', shardOf)
    .option('--root <dir>', 'refuse files outside this folder')
    .addHelpText('after', examples)
    .action((file: string, options: SweepOptions) => withInterrupt((signal) => run(file, options, signal)));
}

async function run(file: string, options: SweepOptions, signal: AbortSignal): Promise<void> {
  const study = loadStudy(file, options.root);
  const { shard } = options;
  const folder = options.out ?? join('reports', shard === undefined ? study.data.name : shardFolder(study, shard));
  makeWritable(folder);
  const { metrics } = study.data;
  const kept = StudyFolder.open(folder, { command: 'sweep', study: study.data, metrics });
  const executor = await studyExecutor(options, study, folder);
  const progress = showSweepProgress();
  try {
    const runner = new Runner(study, executor, kept.journal, signal, metrics, kept.index);
    if (shard === undefined) {
      const swept = await sweep(study, runner, progress.update);
      progress.end();
      const result = await writeResults(folder, study, swept);
      writeReport(folder, await renderStudy(result));
      process.stdout.write(studyInWords(result));
      await writeStore(kept);
    } else {
      await sweepShard(study, shard, runner, folder, progress.update);
      progress.end();
      process.stdout.write(`shard ${shardText(shard)} is done; "plimsoll merge" puts all ${shard.of} together\n`);
    }
    process.stderr.write(`${runner.made} runs made, ${runner.found} found in ${folder}\n`);
  } catch (error) {
    throw signal.aborted ? keptBy(kept.journal, signal) : error;
  } finally {
    progress.end();
    kept.close();
    await executor.close();
  }
}

function shardFolder({ data }: Study, { index, of }: Shard): string {
  return `${data.name}-shard-${index}-of-${of}`;
}

function shardOf(text: string): Shard {
  const [, index, of] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index === undefined || of === undefined || index < 1 || index > of) {
    throw new InvalidArgumentError('It must be i/n with 1 <= i <= n, like 2/4.');
  }
  return { index, of };
}

function keptBy(journal: Journal, signal: AbortSignal): Interrupted {
  const kept = `${journal.size} runs are stored: the same command goes on from there`;
  return new Interrupted((signal.reason as Interrupted).signal, kept);
}
