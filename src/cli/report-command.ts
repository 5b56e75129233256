import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { renderReport } from '../report/render.ts';
import { plainText, ScenarioError } from '../scenario/problems.ts';
import { refusal } from '../study/output/output-folder.ts';
import { readSummary } from '../study/output/read-summary.ts';

const examples = `
Examples:
  plimsoll report reports/quickstart       writes reports/quickstart/report.html anew
`;

/** `plimsoll report DIR`: draws report.html anew from summary.json. */
export function reportCommand(): Command {
  return new Command('report')
    .summary('draw a report anew')
    .description('Draws report.html anew from the summary.json that an earlier run wrote.')
    .argument('<dir>', 'folder that plimsoll run --out wrote')
    .addHelpText('after', examples)
    .action(async (folder: string) => {
      const summary = readSummary(folder);
      const html = await renderReport(summary).catch((error: unknown) => {
        const why = plainText(error instanceof Error ? error.message : String(error));
        const message = `is damaged (${why}); run the scenario again`;
        throw new ScenarioError([{ place: plainText(join(folder, 'summary.json')), message }]);
      });
      const file = join(folder, 'report.html');
      const temporary = join(folder, `.plimsoll-report-${process.pid}`);
      try {
        writeFileSync(temporary, html);
        renameSync(temporary, file);
      } catch (error) {
        rmSync(temporary, { force: true });
        throw refusal(folder, error);
      }
      process.stdout.write(`wrote ${plainText(file)}\n`);
    });
}
