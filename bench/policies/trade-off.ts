import { ticks } from 'd3-array';
import type { Chart, ChartView } from '../../src/report/charts/chart.ts';
import { frame } from '../../src/report/charts/chart.ts';
import { durationScale, durationTicks } from '../../src/report/charts/duration-axis.ts';
import { AXIS_WIDTH_PX, colour } from '../../src/report/charts/theme.ts';
import { html, type Html } from '../../src/report/html.ts';
import type { BenchMetric } from './metrics.ts';
import type { PolicyQuality } from './quality.ts';
import { bestTradeOffs, quantityOf, textOf } from './ranking.ts';

const HEIGHT_PX = 300;
/** From this ratio of the largest to the smallest value on, an axis is logarithmic. */
const LOG_FROM = 6;
const REFERENCE = 'fifo';
/** Size of a label's line and letter, in parts of a drawing on a telephone. */
const LABEL = { line: 0.06, letter: 0.024 } as const;

interface Point {
  readonly policy: string;
  readonly x: number;
  readonly y: number;
}

/** Two metrics against each other, a point a policy; those that no other betters in both are named. */
export function tradeOff(id: string, qualities: readonly PolicyQuality[], x: BenchMetric, y: BenchMetric): Chart {
  const points = qualities.flatMap(({ policy, values }) => {
    const at = { x: values[x.key] ?? null, y: values[y.key] ?? null };
    return at.x === null || at.y === null ? [] : [{ policy, x: at.x, y: at.y }];
  });
  const best = new Set(bestTradeOffs(points.map((point) => signed(point, x, y))).map(({ policy }) => policy));
  return {
    title: `${x.title} against ${lowerFirst(y.title)}`,
    caption: captionOf([...best], x, y),
    key: [
      { label: 'no other is better in both', colour: 'busy', shape: 'circle' },
      { label: REFERENCE, colour: 'queued', shape: 'circle' },
      { label: 'the others', colour: 'muted', shape: 'circle' },
    ],
    views: [viewOf(id, points, best, x, y)],
    table: {
      label: `${x.title} and ${lowerFirst(y.title)} of each policy`,
      columns: [{ heading: 'Policy' }, { heading: x.title }, { heading: y.title }],
      rows: points.map((point) => [point.policy, quantityOf(x, point.x), quantityOf(y, point.y)]),
    },
    isWide: false,
  };
}

/** Less is better in both. */
function signed(point: Point, x: BenchMetric, y: BenchMetric): Point {
  return {
    policy: point.policy,
    x: x.better === 'less' ? point.x : -point.x,
    y: y.better === 'less' ? point.y : -point.y,
  };
}

function captionOf(best: readonly string[], x: BenchMetric, y: BenchMetric): Html {
  const corner = `${y.better === 'less' ? 'bottom' : 'top'} ${x.better === 'less' ? 'left' : 'right'}`;
  if (best.length === 1) return html`Best is ${corner}: ${best[0]!} is the best in both.`;
  return html`Best is ${corner}. ${best.length} policies are each the best that can be had at their
  ${lowerFirst(x.title)}.`;
}

function viewOf(
  id: string,
  points: readonly Point[],
  best: ReadonlySet<string>,
  x: BenchMetric,
  y: BenchMetric,
): ChartView {
  const [xAxis, yAxis] = [
    axisOf(
      x,
      points.map((point) => point.x),
    ),
    axisOf(
      y,
      points.map((point) => point.y),
    ),
  ];
  const named = namedPoints(points, best, xAxis.part, yAxis.part);
  const values = points.map((point) => {
    const kind = best.has(point.policy) ? 'best' : point.policy === REFERENCE ? 'reference' : 'other';
    return {
      ...point,
      kind,
      order: kind === 'other' ? 0 : 1,
      label: named.has(point.policy) ? point.policy : '',
      onRight: isOnRight(xAxis.part(point.x)),
      xText: textOf(x, point.x),
      yText: textOf(y, point.y),
    };
  });
  const label = (onRight: boolean) => ({
    transform: [{ filter: { field: 'onRight', equal: onRight } }],
    mark: { type: 'text' as const, align: onRight ? ('right' as const) : ('left' as const), dx: onRight ? -9 : 9 },
    encoding: { text: { field: 'label', type: 'nominal' as const } },
  });
  return {
    id,
    heading: null,
    description: `A point for each policy: ${lowerFirst(x.title)} and ${lowerFirst(y.title)}.`,
    spec: {
      ...frame,
      height: HEIGHT_PX,
      data: { values },
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          title: x.title,
          scale: xAxis.scale,
          axis: { ...xAxis.ticks, grid: true },
        },
        y: {
          field: 'y',
          type: 'quantitative',
          title: y.title,
          scale: yAxis.scale,
          axis: { ...yAxis.ticks, minExtent: AXIS_WIDTH_PX },
        },
        order: { field: 'order', type: 'quantitative' },
        tooltip: [
          { field: 'policy', type: 'nominal', title: 'Policy' },
          { field: 'xText', type: 'nominal', title: x.title },
          { field: 'yText', type: 'nominal', title: y.title },
        ],
      },
      layer: [
        {
          mark: { type: 'point', filled: true, size: 75, opacity: 0.9 },
          encoding: {
            color: {
              field: 'kind',
              type: 'nominal',
              legend: null,
              scale: {
                domain: ['best', 'reference', 'other'],
                range: [colour('busy'), colour('queued'), colour('muted')],
              },
            },
          },
        },
        label(false),
        label(true),
      ],
    },
  };
}

/** The best and the reference, but for those whose labels would cover one that is there already. */
function namedPoints(
  points: readonly Point[],
  best: ReadonlySet<string>,
  xPart: (value: number) => number,
  yPart: (value: number) => number,
): ReadonlySet<string> {
  const taken: { from: number; to: number; y: number }[] = [];
  const named = new Set<string>();
  const wanted = points.filter(({ policy }) => best.has(policy) || policy === REFERENCE);
  wanted.sort((a, b) => a.x - b.x);
  for (const { policy, ...point } of wanted) {
    const at = xPart(point.x);
    const length = LABEL.letter * (policy.length + 2);
    const label = { from: isOnRight(at) ? at - length : at, to: isOnRight(at) ? at : at + length, y: yPart(point.y) };
    const covers = taken.some(
      ({ from, to, y }) => from < label.to && label.from < to && Math.abs(y - label.y) < LABEL.line,
    );
    if (covers) continue;
    taken.push(label);
    named.add(policy);
  }
  return named;
}

/** There a label stands to the left of its point. */
function isOnRight(part: number): boolean {
  return part > 0.55;
}

/** Scale and ticks that hold the values with a margin; `part` is where on the axis a value lies, 0 to 1. */
function axisOf({ kind }: BenchMetric, values: readonly number[]) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (kind === 'percent' || most < LOG_FROM * least) {
    const margin = 0.08 * (most - least || most || 1);
    const [from, to] = [Math.max(0, least - margin), kind === 'percent' ? Math.min(1, most + margin) : most + margin];
    return {
      scale: { domain: [from, to], nice: false, zero: false },
      ticks: linearTicks(kind, from, to),
      part: (value: number) => (value - from) / (to - from),
    };
  }
  const [from, to] = [least / 1.25, Math.max(most * 1.25, 1)];
  return {
    scale: { ...durationScale, domain: [from, to] },
    ticks: kind === 'duration' ? durationTicks(from, to) : { format: '~s', tickCount: 4 },
    part: (value: number) => (Math.log1p(value) - Math.log1p(from)) / (Math.log1p(to) - Math.log1p(from)),
  };
}

/** Round numbers of the unit in which the axis is best read. */
function linearTicks(kind: BenchMetric['kind'], from: number, to: number) {
  if (kind === 'percent') return { format: '.3~%', tickCount: 5 };
  if (kind !== 'duration') return { format: '~s', tickCount: 5 };
  const { name, seconds } = UNITS.findLast((unit) => to >= 2 * unit.seconds) ?? UNITS[0];
  const values = ticks(from / seconds, to / seconds, 4);
  return {
    values: values.map((value) => value * seconds),
    labelExpr: `format(datum.value / ${seconds}, '~r') + ' ${name}'`,
  };
}

const UNITS = [
  { name: 's', seconds: 1 },
  { name: 'min', seconds: 60 },
  { name: 'h', seconds: 3600 },
  { name: 'd', seconds: 86_400 },
] as const;

function lowerFirst(text: string): string {
  return /^p\d/.test(text) ? text : `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
