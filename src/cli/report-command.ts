import { join } from 'node:path';
import { Command } from 'commander';
import { renderComparison } from '../report/comparison/comparison-page.ts';
import { renderPlan } from '../report/plan/plan-page.ts';
import { renderReport } from '../report/render.ts';
import { renderStudy } from '../report/study/study-page.ts';
import { plainText, ScenarioError } from '../scenario/problems.ts';
import { mendOf, readResults, type Results } from '../study/output/read-results.ts';
import { writeReport } from './write-report.ts';

const examples = `
Examples:
  plimsoll report reports/quickstart       writes reports/quickstart/report.html anew
`;

/** `plimsoll report DIR`: draws report.html anew from what a run, a sweep, a plan or a comparison wrote. */
export function reportCommand(): Command {
  return new Command('report')
    .summary('draw a report anew')
    .description(
      'Draws report.html anew from plan.json, study.json, compare.json or summary.json: the first of them that the ' +
        'folder has.',
    )
    .argument('<dir>', 'folder that plimsoll run, sweep, plan or compare wrote')
    .addHelpText('after', examples)
    .action(async (folder: string) => {
      const results = readResults(folder);
      const html = await render(results).catch((error: unknown) => {
        const why = plainText(error instanceof Error ? error.message : String(error));
        const message = `is damaged, or of an earlier version (${why}); ${mendOf(results.from)}`;
        throw new ScenarioError([{ place: plainText(join(folder, results.from)), message }]);
      });
      process.stdout.write(`wrote ${plainText(writeReport(folder, html))} from ${results.from}\n`);
    });
}

async function render(results: Results): Promise<string> {
  switch (results.from) {
    case 'summary.json':
      return renderReport(results.data);
    case 'study.json':
      return renderStudy(results.data);
    case 'plan.json':
      return renderPlan(results.data);
    case 'compare.json':
      return renderComparison(results.data);
  }
}
