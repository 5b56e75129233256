import Table from 'cli-table3';
import { Command } from 'commander';
import { jobQuantities, scalars } from '../study/metrics/registry.ts';

const examples = `
Statistics of a job's quantity: mean, median, max, p1 .. p99.9, and P(QUANTITY > BOUND), the share of jobs above it.
Jobs are chosen behind a comma: tenant=NAME, gpus=8, gpus=8..64, gpus=512.., job=ID.

Examples:
  mean(wait)   p95(wait, tenant=research)   P(wait > 6m)   p99(slowdown, gpus=512..)   finish(job=llm)   utilisation
`;

/** `plimsoll metrics`: what a study can measure. */
export function metricsCommand(): Command {
  return new Command('metrics')
    .summary('list what a study can measure')
    .description('Lists the metrics that studies, comparisons and targets can name.')
    .addHelpText('after', examples)
    .action(() => {
      process.stdout.write(
        `Quantities of jobs\n${tableOf(jobQuantities)}\n\nFigures of a run\n${tableOf(scalars)}\n${examples}`,
      );
    });
}

function tableOf(
  rows: readonly { readonly name: string; readonly about: string; readonly unit: string; readonly takes?: string }[],
): string {
  const table = new Table({ head: ['name', 'unit', 'what it is'], style: { head: [], border: [] } });
  for (const { name, about, unit, takes } of rows) {
    table.push([takes === undefined ? name : `${name}(${takes}=NAME)`, unit, about]);
  }
  return table.toString();
}
