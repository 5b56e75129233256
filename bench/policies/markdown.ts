import type { BaselineFindings } from './baseline.ts';
import { isSteep } from './growth.ts';
import type { BenchResults, FormResults } from './results.ts';
import { metrics } from './metrics.ts';
import { textOf } from './ranking.ts';
import { workloads } from './workloads.ts';

const CHANGES_MAX = 60;

/** The results as Markdown, for a pull request: what changed against the baseline, then a table a workload. */
export function markdownOf({ forms, costs, growth, findings, leftOut }: BenchResults): string {
  const parts = ['## Benchmark of policies', changesMarkdown(findings), ...leftOut.map((why) => `> ${why}.`)];
  for (const form of forms) parts.push(...formMarkdown(form));
  if (costs.length > 0) {
    const rows = costs.map(({ policy, usPerDecision, toFifo }) => [
      policy,
      usPerDecision.toFixed(1),
      toFifo.toFixed(2),
    ]);
    parts.push('### Decision cost (reported, not compared)');
    parts.push(table(['policy', 'CPU us a decision', 'to fifo'], rows));
  }
  if (growth.length > 0) {
    const rows = growth.map((one) => [
      one.policy,
      one.role,
      one.fewUs.toFixed(1),
      one.manyUs.toFixed(1),
      `${one.ratio.toFixed(2)}${isSteep(one) ? ' (!)' : ''}`,
    ]);
    parts.push('### Cost of a decision with ten times the nodes (reported, not compared)');
    parts.push(table(['policy', 'role', 'us with 1,250', 'us with 12,500', 'ratio'], rows));
  }
  return `${parts.join('\n\n')}\n`;
}

function changesMarkdown({ changes, faults }: BaselineFindings): string {
  if (changes.length + faults.length === 0) return 'Every figure is as in `bench/policies.baseline.json`.';
  const rows = changes
    .slice(0, CHANGES_MAX)
    .map(({ form, workload, policy, metric, was, is }) => [
      `${form} ${workload}`,
      policy,
      metric,
      String(was ?? 'none'),
      String(is ?? 'none'),
    ]);
  const more = changes.length > CHANGES_MAX ? [`and ${changes.length - CHANGES_MAX} more`] : [];
  const changed = rows.length === 0 ? [] : [table(['workload', 'policy', 'figure', 'baseline', 'now'], rows), ...more];
  return [...faults.map((fault) => `- ${fault}`), ...changed].join('\n\n');
}

function formMarkdown({ form, qualities }: FormResults): string[] {
  return workloads.flatMap(({ name, title }) => {
    const here = qualities.filter(({ workload }) => workload === name);
    if (here.length === 0) return [];
    const shown = metrics.filter(({ key }) => here.some(({ values }) => values[key] !== null));
    const rows = here.map(({ policy, values }) => [
      policy,
      ...shown.map((metric) => textOf(metric, values[metric.key] ?? null)),
    ]);
    return [`### ${title}${form === 'short' ? ' (short)' : ''}`, table(['policy', ...shown.map((m) => m.title)], rows)];
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
