import { Command } from 'commander';
import { explainJob, findJob } from '../study/explain/explain-job.ts';
import { plimsollVersion } from '../study/version.ts';
import { withInterrupt } from './interrupt.ts';
import { showProgress } from './progress.ts';
import { storyInWords } from './story-in-words.ts';

const examples = `
Examples:
  plimsoll run scenarios/quickstart.yaml --out reports/quickstart
  plimsoll explain reports/quickstart --job month-17
  plimsoll explain reports/quickstart --job month-17 --json > story.json

The run is made again from the scenario in summary.json, with an eye on the job; call it from the folder where
plimsoll run was called. The ids of jobs are the first column of jobs.csv.
`;

interface ExplainFlags {
  readonly job: string;
  readonly json?: true;
  readonly all?: true;
  readonly root?: string;
}

/** `plimsoll explain DIR --job ID`: why a job of a run waited, and what would have let it start. */
export function explainCommand(): Command {
  return new Command('explain')
    .summary('tell why a job waited')
    .description(
      'Tells the life of one job of a run: what it waited for and how long, who was ahead, its reservations, starts and ' +
        'stops, and the smallest changes that would have let it start at once.',
    )
    .argument('<dir>', 'folder that plimsoll run --out wrote')
    .requiredOption('--job <id>', 'the job, by its id in jobs.csv')
    .option('--all', 'tell every stretch of waiting, however many there are')
    .option('--json', 'print the story as JSON instead of words')
    .option('--root <dir>', 'refuse to read files outside this folder')
    .addHelpText('after', examples)
    .action((folder: string, flags: ExplainFlags) => withInterrupt((signal) => explain(folder, flags, signal)));
}

async function explain(folder: string, { job, json, all, root }: ExplainFlags, signal: AbortSignal): Promise<void> {
  const found = await findJob(folder, job, root);
  const { summary } = found;
  const progress = showProgress(summary.startDate);
  try {
    const story = await explainJob(found, progress.update, signal);
    progress.end();
    if (story.run.fingerprint !== summary.fingerprint) {
      const why =
        summary.plimsollVersion === plimsollVersion
          ? 'a file that it reads has changed since'
          : `${summary.plimsollVersion} wrote it and this is ${plimsollVersion}, or a file that it reads has changed since`;
      process.stderr.write(
        `warning: the run came out differently (fingerprint ${story.run.fingerprint}, was ${summary.fingerprint}): ${why}; what is told is the new run\n`,
      );
    }
    process.stdout.write(
      json === true
        ? `${JSON.stringify(story, null, 2)}\n`
        : storyInWords(story, { startDate: summary.startDate, isWhole: all === true }),
    );
  } finally {
    progress.end();
  }
}
