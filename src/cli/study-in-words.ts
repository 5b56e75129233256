import Table from 'cli-table3';
import { plainText } from '../scenario/problems.ts';
import type { StudyResult } from '../study/results/write-results.ts';
import { measuredText } from './measured-text.ts';

/** A study's points as a table, then what is to be said of them. */
export function studyInWords({ name, axes, metrics, points, confidence }: StudyResult): string {
  const hasVariants = points.some(({ variant }) => variant !== '');
  const head = [...(hasVariants ? ['scenario'] : []), ...axes, 'runs', ...metrics.map(({ text }) => text)];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { variant, values, replications, metrics: measured, unstable } of points) {
    const cells = metrics.map(({ text, unit }) => {
      return unstable === null ? measuredText(measured[text]!, unit) : 'unstable';
    });
    const setting = axes.map((axis) =>
      plainText(typeof values[axis] === 'string' ? values[axis] : JSON.stringify(values[axis])),
    );
    table.push([...(hasVariants ? [plainText(variant)] : []), ...setting, String(replications), ...cells]);
  }
  const warnings = new Map<string, number>();
  for (const { warnings: said } of points) for (const one of said) warnings.set(one, (warnings.get(one) ?? 0) + 1);
  const notes = [...warnings].map(([text, count]) => `! ${plainText(text)}${count > 1 ? ` (${count} points)` : ''}\n`);
  const title = `${plainText(name)}: means over runs, ± half of the ${Number((100 * confidence).toPrecision(4))} % interval`;
  return `${title}\n${table.toString()}\n${notes.join('')}`;
}
