import { plainText } from '../scenario/problems.ts';
import type { CheckedMetric } from '../study/check/verdicts.ts';
import { differenceText } from './measured-text.ts';

/** The outcome of a check in one sentence. */
export function checkSentence(name: string, checked: readonly CheckedMetric[]): string {
  const count = (verdict: CheckedMetric['verdict']): number => checked.filter((one) => one.verdict === verdict).length;
  const rest = `${count('better')} better, ${count('unchanged')} unchanged, ${count('unsure')} not certain`;
  const worse = count('worse');
  return `${plainText(name)}: ${worse === 0 ? 'nothing got worse' : `${worse} of ${checked.length} figures got worse`} (${rest})`;
}

/** Those that differ, one a line. */
export function checkLines(checked: readonly CheckedMetric[]): string[] {
  return checked
    .filter(({ verdict }) => verdict === 'worse' || verdict === 'better')
    .map(({ verdict, metric, notes, ...one }) =>
      plainText(`${verdict}: ${metric.text} at ${settingOf(one)}: ${[differenceOf(metric, one), ...notes].join('; ')}`),
    );
}

/** The whole check as a Markdown table, the worst first. */
export function checkMarkdown(name: string, checked: readonly CheckedMetric[], confidence: number): string {
  const order = ['worse', 'better', 'unsure', 'unchanged'] as const;
  const words = { worse: '**worse**', better: 'better', unsure: 'not certain', unchanged: 'unchanged' } as const;
  const rows = order.flatMap((verdict) =>
    checked
      .filter((one) => one.verdict === verdict)
      .map((one) => [
        one.metric.text,
        settingOf(one),
        differenceOf(one.metric, one),
        words[verdict],
        one.notes.join('; '),
      ])
      .map((cells) => `| ${cells.map(cellText).join(' | ')} |`),
  );
  const percent = Number((100 * confidence).toPrecision(4));
  return [
    `### ${cellText(checkSentence(name, checked))}`,
    '',
    `Differences are paired by seed, now minus baseline, with the ${percent} % interval of each.`,
    '',
    '| metric | point | difference | verdict | notes |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function settingOf({ point: { result } }: Pick<CheckedMetric, 'point'>): string {
  const values = Object.entries(result.values).map(
    ([axis, value]) => `${axis}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [...(result.variant === '' ? [] : [result.variant]), ...values].join(', ') || 'the scenario';
}

function differenceOf(metric: CheckedMetric['metric'], { difference }: Pick<CheckedMetric, 'difference'>): string {
  const { mean, low, high } = difference;
  return mean === null ? 'none' : differenceText(mean, low!, high!, metric.unit);
}

/** Text that Markdown takes as text. */
function cellText(text: string): string {
  if (text.startsWith('**')) return text;
  return plainText(text)
    .replace(/[\\`*_<>|[\]]/g, '\\$&')
    .replaceAll('\n', ' ');
}
