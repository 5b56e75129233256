import type { ComparedScenario, Comparison } from '../../study/comparison/comparison.ts';
import type { Difference } from '../../study/comparison/difference.ts';
import { frame, type Chart, type ChartView } from '../charts/chart.ts';
import { colour, type SeriesColour } from '../charts/theme.ts';
import { differenceQuantity, differenceWords } from '../differences.ts';
import { levelText } from '../estimates.ts';
import { html } from '../html.ts';
import { axisLabels } from '../names.ts';
import { unitOf, type PageMetric } from '../value-scale.ts';

const ROW_PX = 30;
const AXIS_PX = 46;
const LABEL_LENGTH_MAX = 36;
/** Drawings with a longer label need the whole width. */
const LONG = 20;

const colours = { better: 'busy', worse: 'queued', unsure: 'muted', same: 'muted' } as const satisfies Partial<
  Record<Difference['verdict'], SeriesColour>
>;

/** How each scenario differs from the first in a metric: certain where the interval does not reach zero. */
export function differencesChart(comparison: Comparison, metric: PageMetric, place: number): Chart {
  const [base, ...others] = comparison.scenarios;
  const labels = axisLabels(
    others.map(({ label }) => label),
    '(unnamed)',
    LABEL_LENGTH_MAX,
  );
  const rows = others.flatMap((scenario, at) => rowOf(scenario, metric, labels[at]!));
  return {
    title: `${metric.text}: difference from ${base!.label}`,
    caption: html`Mean over pairs of runs with the same seed, with its interval (${levelText(comparison.confidence)});
    ${metric.better} is better. Where the bar does not reach the line, the difference is certain.`,
    key: [
      { label: 'certainly better', colour: 'busy', shape: 'circle' },
      { label: 'certainly worse', colour: 'queued', shape: 'circle' },
      { label: 'not certain', colour: 'muted', shape: 'circle' },
    ],
    views:
      rows.length === 0
        ? []
        : [
            {
              id: `difference-${place}`,
              heading: null,
              description: `${metric.text}: differences with their intervals`,
              spec: specOf(rows, metric, labels),
            },
          ],
    table: {
      label: metric.text,
      columns: [{ heading: 'Scenario' }, { heading: 'Verdict', isText: true }, { heading: 'Difference' }],
      rows: others.map((scenario, at) => {
        const difference = scenario.differences[metric.text]!;
        return [labels[at]!, differenceWords(difference), differenceQuantity(difference, metric.unit)];
      }),
    },
    isWide: labels.some((label) => label.length > LONG),
  };
}

interface Row {
  readonly scenario: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly colour: string;
  readonly verdict: string;
  readonly difference: string;
}

function rowOf({ differences }: ComparedScenario, { text, unit }: PageMetric, label: string): Row[] {
  const difference = differences[text]!;
  const { mean, low, high, verdict } = difference;
  if (mean === null || low === null || high === null || !(verdict in colours)) return [];
  return [
    {
      scenario: label,
      mean,
      low,
      high,
      colour: colour(colours[verdict as keyof typeof colours]),
      verdict: differenceWords(difference),
      difference: differenceQuantity(difference, unit).text,
    },
  ];
}

function specOf(rows: readonly Row[], { unit }: PageMetric, labels: readonly string[]): ChartView['spec'] {
  const reach = Math.max(...rows.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)])) || 1;
  const { name, size } = unitOf(unit, reach);
  const values = rows.map((row) => ({
    ...row,
    mean: size * row.mean,
    low: size * row.low,
    high: size * row.high,
  }));
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    title: name === '' ? 'Difference' : `Difference (${unit === 'share' ? 'points' : name})`,
    axis: { grid: true, tickCount: 5, format: '+~r' },
  });
  const y = {
    field: 'scenario',
    type: 'nominal' as const,
    title: null,
    scale: { domain: [...labels] },
    axis: { labelLimit: 190 },
  };
  const color = { field: 'colour', type: 'nominal' as const, scale: null };
  return {
    ...frame,
    height: AXIS_PX + ROW_PX * labels.length,
    data: { values },
    encoding: { y },
    layer: [
      {
        data: { values: [{ zero: 0 }] },
        mark: { type: 'rule', color: colour('ink'), strokeWidth: 1.5 },
        encoding: { x: x('zero'), y: { value: 0 }, y2: { value: 'height' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 2.5, opacity: 0.75 },
        encoding: { x: x('low'), x2: { field: 'high' }, color },
      },
      {
        mark: { type: 'point', filled: true, size: 80, opacity: 1 },
        encoding: {
          x: x('mean'),
          color,
          tooltip: [
            { field: 'scenario', type: 'nominal', title: 'Scenario' },
            { field: 'difference', type: 'nominal', title: 'Difference' },
            { field: 'verdict', type: 'nominal', title: 'Verdict' },
          ],
        },
      },
    ],
  };
}
