import Table from 'cli-table3';
import { plainText, valueText } from '../scenario/problems.ts';
import type { ComparedScenario, Comparison } from '../study/comparison/comparison.ts';
import type { Difference } from '../study/comparison/difference.ts';
import { differenceText, measuredText } from './measured-text.ts';

const CHANGES_MAX = 30;

/** A comparison as text: what was changed, how each metric differs, who wins and whether that is certain. */
export function comparisonInWords(comparison: Comparison): string {
  const { scenarios, confidence, seed } = comparison;
  const base = scenarios[0]!;
  const percent = Number((100 * confidence).toPrecision(4));
  return [
    `Held against ${name(base)}; seeds ${seed} to ${seed + base.replications - 1}, the same for all.`,
    ...scenarios.slice(1).flatMap(changeLines),
    '',
    `Means ± half of the ${percent} % interval; differences are paired, each with its own ${percent} % interval,\nand certain where that does not hold 0.`,
    tableOf(comparison),
    ...winnerLines(comparison),
    ...frontLines(comparison),
    ...noteLines(scenarios),
    '',
  ].join('\n');
}

function changeLines(scenario: ComparedScenario): string[] {
  const { changes } = scenario;
  if (changes.length === 0) return [`${name(scenario)} is the same scenario.`];
  const text = (value: unknown): string => (value === null ? 'nothing' : valueText(value));
  const lines = changes
    .slice(0, CHANGES_MAX)
    .map(({ path, from, to }) => `  ${plainText(path)}: ${text(from)} -> ${text(to)}`);
  const more = changes.length - lines.length;
  return [`${name(scenario)} changes`, ...lines, ...(more > 0 ? [`  and ${more} more`] : [])];
}

function tableOf({ scenarios, metrics }: Comparison): string {
  const head = ['scenario', ...metrics.map(({ text, better }) => `${text} (${better} is better)`)];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const scenario of scenarios) {
    const cells = metrics.map(({ text, unit }) => {
      if (scenario.unstable !== null) return 'unstable';
      const difference = scenario.differences[text];
      const measured = measuredText(scenario.metrics[text]!, unit);
      return difference === undefined ? measured : `${measured}\n${verdictText(difference, unit)}`;
    });
    table.push([name(scenario), ...cells]);
  }
  return table.toString();
}

function verdictText({ verdict, mean, low, high }: Difference, unit: string): string {
  switch (verdict) {
    case 'better':
    case 'worse':
    case 'unsure': {
      const said = verdict === 'unsure' ? 'not certain' : verdict;
      return `${said}: ${differenceText(mean!, low!, high!, unit)}`;
    }
    case 'same':
      return 'the same in every run';
    case 'unstable':
      return `cannot be compared: the other is unstable`;
    case 'none':
      return 'too few values to compare';
    default:
      return verdict satisfies never;
  }
}

function winnerLines({ rankings, scenarios }: Comparison): string[] {
  return rankings.map(({ metric, order, isCertain }) => {
    const [best, ...others] = order.map(({ index, behind }) => ({ label: name(scenarios[index]!), behind }));
    const title = `Best in ${plainText(metric)}: `;
    if (best === undefined) return `${title}none has a mean to go by`;
    const tied = others.filter(({ behind }) => behind?.verdict === 'same').map(({ label }) => label);
    const unsure = others
      .filter(({ behind }) => !['same', 'worse'].includes(behind!.verdict))
      .map(({ label }) => label);
    if (others.length === 0) return `${title}${best.label}, alone: no other has a mean to go by`;
    if (tied.length === others.length) return `${title}all are the same`;
    const winners = [best.label, ...tied].join(' and ');
    return `${title}${winners}${isCertain ? ', certain' : `, not certain against ${unsure.join(', ')}`}`;
  });
}

function frontLines({ scenarios, metrics }: Comparison): string[] {
  if (metrics.length < 2) return [];
  const front = scenarios.filter(({ pareto }) => pareto === 'front').map(name);
  const off = scenarios
    .filter(({ pareto }) => pareto === 'dominated')
    .map((scenario) => `  ${name(scenario)} is off it: ${plainText(scenario.dominatedBy!)} is at least as good in all`);
  if (front.length === 0) return ['Pareto front: nobody, as no scenario has a mean of every metric'];
  return [`Pareto front over all metrics, by the means: ${front.join(', ')}`, ...off];
}

function noteLines(scenarios: readonly ComparedScenario[]): string[] {
  const fixed = scenarios.filter(({ isDeterministic }) => isDeterministic);
  const sameLuck =
    fixed.length === 0
      ? []
      : [
          `! ${fixed.map(name).join(', ')}: every run is the same, whatever its seed: nothing is left to luck, and the intervals know of no other load`,
        ];
  return [
    ...sameLuck,
    ...scenarios.flatMap((scenario) => scenario.warnings.map((text) => `! ${name(scenario)}: ${plainText(text)}`)),
  ];
}

function name({ label }: ComparedScenario): string {
  return plainText(label);
}
