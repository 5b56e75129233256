import type { PlanResult, Sensitivity } from '../../study/plan/plan-result.ts';
import { textOf } from '../../study/plan/settings.ts';
import { frame, type Chart, type ChartView } from '../charts/chart.ts';
import { colour } from '../charts/theme.ts';
import { html, type Html } from '../html.ts';
import { axisLabels, shorten } from '../names.ts';
import { shown } from '../quantities.ts';
import { valueScale, type ValueScale } from '../value-scale.ts';
import { amountQuantity, objectiveName } from './amounts.ts';

const ROW_PX = 34;
const AXIS_PX = 46;
const LABEL_LENGTH_MAX = 24;

/** What the plan would be at either end of each input that is not known well, the widest first. */
export function tornado(result: PlanResult, base: number): Chart {
  const rows = result.sensitivity.toSorted((a, b) => spreadOf(b, base) - spreadOf(a, base));
  const name = objectiveName(result);
  return {
    title: `If an input were other than assumed: ${name}`,
    caption: captionOf(result, rows, base),
    key: [
      { label: 'less than the plan', colour: 'busy', shape: 'area' },
      { label: 'more than the plan', colour: 'queued', shape: 'area' },
      ...(rows.some(({ ends }) => ends.some(({ isMet }) => !isMet))
        ? [{ label: 'nothing meets the targets', colour: 'warning-edge', shape: 'cross' } as const]
        : []),
    ],
    views: [viewOf(result, rows, base)],
    table: {
      label: 'What uncertain inputs would change',
      columns: [{ heading: 'Input' }, { heading: 'Assumed' }, { heading: 'If it were' }, { heading: name }],
      rows: rows.flatMap(({ path, assumed, ends }) =>
        ends.map(({ value, amount, isMet }) => [
          html`<code>${shorten(path, 200)}</code>`,
          assumed === null ? 'not given' : textOf(assumed),
          textOf(value),
          isMet ? amountQuantity(result, { mean: amount, low: null, high: null }) : 'nothing meets the targets',
        ]),
      ),
    },
    isWide: true,
  };
}

function spreadOf({ ends }: Sensitivity, base: number): number {
  return Math.max(...ends.map(({ amount }) => (amount === null ? Infinity : Math.abs(amount - base))));
}

function captionOf(result: PlanResult, rows: readonly Sensitivity[], base: number): Html {
  const [first] = rows;
  const plan = amountQuantity(result, { mean: base, low: null, high: null });
  return html`The line is the plan, ${shown(plan)}; each bar is what would be needed if one input alone were at an end
  of its range. ${first === undefined ? null : html`<code>${shorten(first.path, 120)}</code> matters most.`}`;
}

const tooltip = [
  { field: 'path', type: 'nominal', title: 'Input' },
  { field: 'setting', type: 'nominal', title: 'If it were' },
  { field: 'amount', type: 'nominal', title: 'Needed' },
] as const;

function viewOf(result: PlanResult, rows: readonly Sensitivity[], base: number): ChartView {
  const metric = result.metrics.find(({ text }) => text === result.objective);
  const amounts = rows.flatMap(({ ends }) => ends.flatMap(({ amount }) => amount ?? []));
  const unit = metric?.unit ?? 'number';
  const scale = valueScale(
    [...amounts, base].map((mean) => ({ mean, low: null, high: null })),
    unit,
  );
  const labels = axisLabels(
    rows.map(({ path }) => tailOf(path)),
    '(none)',
    LABEL_LENGTH_MAX,
  );
  const values = barsOf(result, rows, labels, scale, base);
  const [from, to] = (scale.scale as { readonly domain: readonly [number, number] }).domain;
  // Room for the values that stand at the ends of the bars.
  const room = 0.28 * (to - from);
  const y = { field: 'input', type: 'nominal', sort: null, title: null, axis: { labelLimit: 130 } } as const;
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    title: scale.title === '' ? objectiveName(result) : `${objectiveName(result)} (${scale.title})`,
    scale: { ...scale.scale, domain: [scale.isLog ? from : from - room, scale.isLog ? to * 1.3 : to + room] },
    axis: { ...scale.axis, grid: true },
  });
  const text = (side: 'less' | 'more') => ({
    transform: [{ filter: `datum.side === '${side}' && datum.isMet` }],
    mark: { type: 'text', align: side === 'less' ? 'right' : 'left', dx: side === 'less' ? -5 : 5 },
    encoding: { y, x: x('to'), text: { field: 'value', type: 'nominal' } },
  });
  return {
    id: 'tornado',
    heading: null,
    description: 'What would be needed at either end of each uncertain input',
    spec: {
      ...frame,
      height: AXIS_PX + ROW_PX * rows.length,
      data: { values },
      layer: [
        {
          transform: [{ filter: 'datum.isMet' }],
          mark: { type: 'bar', height: { band: 0.55 } },
          encoding: {
            y,
            x: x('from'),
            x2: { field: 'to' },
            color: {
              field: 'side',
              type: 'nominal',
              legend: null,
              scale: { domain: ['less', 'more'], range: [colour('busy'), colour('queued')] },
            },
            tooltip,
          },
        },
        text('less'),
        text('more'),
        {
          transform: [{ filter: '!datum.isMet' }],
          mark: {
            type: 'point',
            shape: 'M-1,-1L1,1M1,-1L-1,1',
            size: 60,
            stroke: colour('warning-edge'),
            strokeWidth: 2.5,
            opacity: 1,
          },
          encoding: { y, x: x('to'), tooltip },
        },
        {
          data: { values: [{ base: scale.place(base) }] },
          mark: { type: 'rule', color: colour('ink'), strokeWidth: 1.5 },
          encoding: { x: x('base') },
        },
      ],
    } as ChartView['spec'],
  };
}

/** A row for each end of each input. */
function barsOf(
  result: PlanResult,
  rows: readonly Sensitivity[],
  labels: readonly string[],
  scale: ValueScale,
  base: number,
) {
  return rows.flatMap(({ path, ends }, at) =>
    ends.map(({ value, amount, isMet }) => {
      const to = isMet && amount !== null ? scale.place(amount) : scale.end;
      return {
        input: labels[at]!,
        from: scale.place(base),
        to,
        side: to < scale.place(base) ? 'less' : 'more',
        isMet,
        value: isMet && to === scale.place(base) ? '' : shorten(textOf(value), 16),
        path: shorten(path, 120),
        setting: textOf(value),
        amount: isMet
          ? amountQuantity(result, { mean: amount, low: null, high: null }).text
          : 'nothing meets the targets',
      };
    }),
  );
}

/** The last two steps of a path: what the input is called. */
function tailOf(path: string): string {
  return path.split('.').slice(-2).join('.');
}
