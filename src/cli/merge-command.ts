import { Command } from 'commander';
import { renderStudy } from '../report/study/study-page.ts';
import { mergeShards } from '../study/shards/merge.ts';
import { studyInWords } from './study-in-words.ts';
import { writeReport } from './write-report.ts';
import { storeOf } from './write-store.ts';

const examples = `
Examples:
  plimsoll sweep STUDY --shard 1/2 --out shard-1      on one machine
  plimsoll sweep STUDY --shard 2/2 --out shard-2      on another
  plimsoll merge reports/study shard-1 shard-2
`;

/** `plimsoll merge OUT IN...`: puts the shards of a sweep together. */
export function mergeCommand(): Command {
  return new Command('merge')
    .summary('put the shards of a sweep together')
    .description(
      'Puts the runs of all shards of a sweep into one folder and writes the results there: the same as without shards. ' +
        'Folders of other studies or other code, and runs that are missing, are refused.',
    )
    .argument('<out>', 'folder for the results')
    .argument('<in...>', 'folders of the shards')
    .addHelpText('after', examples)
    .action(async (out: string, folders: string[]) => {
      const result = await mergeShards(out, folders);
      writeReport(out, await renderStudy(result));
      process.stdout.write(studyInWords(result));
      await storeOf(out);
    });
}
