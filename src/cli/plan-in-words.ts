import Table from 'cli-table3';
import { plainText } from '../scenario/problems.ts';
import type { PlanResult } from '../study/plan/plan-result.ts';
import { figureText } from '../study/plan/sentence.ts';
import { textOf } from '../study/plan/settings.ts';
import { verdictText } from '../study/plan/verdict-text.ts';

/** A plan: the answer in a sentence, the settings that were judged, and what lies ahead. */
export function planInWords(result: PlanResult): string {
  const parts = [`${plainText(result.sentence)}\n`, settingsTable(result)];
  if (result.binding !== null) parts.push(`What stands in the way of less: ${plainText(result.binding)}\n`);
  const { headroom } = result;
  if (headroom !== null && headroom.breaks !== null) {
    const percent = Math.round(100 * (headroom.factor - 1));
    parts.push(`With ${percent + 1} % more load than given this breaks first: ${plainText(headroom.breaks)}\n`);
  }
  if (result.growth.length > 0) parts.push(growthTable(result));
  if (result.sensitivity.length > 0) parts.push(sensitivityTable(result));
  for (const warning of result.plan?.warnings ?? []) parts.push(`! ${plainText(warning)}\n`);
  return parts.join('\n');
}

function settingsTable(result: PlanResult): string {
  const { variables, targets, judged } = result;
  const head = [...variables.map(({ name }) => name), ...targets.map(({ text }) => text), 'runs', ''];
  const table = new Table({ head: head.map(plainText), style: { head: [], border: [] } });
  for (const one of judged) {
    table.push([
      ...variables.map(({ name }) => plainText(textOf(one.values[name]!))),
      ...one.targets.map(({ mean, low, high }, index) => {
        if (mean === null) return 'none';
        return figureText(mean, low === null || high === null ? undefined : (high - low) / 2, targets[index]!.unit);
      }),
      String(one.replications),
      verdictText(one, result),
    ]);
  }
  return `${table.toString()}\n`;
}

function growthTable({ growth, variables }: PlanResult): string {
  const main = variables.find(({ isMonotone }) => isMonotone)!.name;
  const table = new Table({
    head: ['quarter', 'date', 'load', plainText(main), 'nodes', 'more', 'order by'],
    style: { head: [], border: [] },
  });
  for (const { quarter, date, load, value, nodes, more, orderBy } of growth) {
    table.push([
      String(quarter),
      date ?? '',
      `x ${Number(load.toPrecision(4))}`,
      value === null ? 'beyond its largest value' : plainText(textOf(value)),
      nodes === null ? '' : String(nodes),
      more === null ? '' : String(more),
      orderBy ?? '',
    ]);
  }
  return `Growth\n${table.toString()}\n`;
}

function sensitivityTable({ sensitivity, objective }: PlanResult): string {
  const table = new Table({ head: ['input', 'value', plainText(objective)], style: { head: [], border: [] } });
  for (const { path, ends } of sensitivity) {
    for (const { value, amount, isMet } of ends) {
      table.push([
        plainText(path),
        plainText(textOf(value)),
        isMet ? String(amount ?? 'no value') : 'nothing meets the targets',
      ]);
    }
  }
  return `If an input were other than assumed\n${table.toString()}\n`;
}
