import { max } from 'd3-array';
import type { PointResult } from '../../study/results/point-result.ts';
import type { StudyResult } from '../../study/results/write-results.ts';
import type { Chart, ChartView, KeyEntry } from '../charts/chart.ts';
import { frame } from '../charts/chart.ts';
import { colour } from '../charts/theme.ts';
import { estimate, levelText } from '../estimates.ts';
import { html, type Html } from '../html.ts';
import { count, shown } from '../quantities.ts';
import { valueScale, type PageMetric, type ValueScale } from '../value-scale.ts';
import { settingText, type StudyAxis } from './axes.ts';
import { PANELS_MAX, type Layout, type Panel } from './panels.ts';
import { seriesMarks } from './series-marks.ts';

const HEIGHT_PX = 168;
const ROW_PX = 24;
const SERIES_ROW_PX = 13;
const AXIS_PX = 40;
const NARROW_LABEL_PX = 118;

/** What a drawing of one metric is made from. */
interface Drawn {
  readonly study: StudyResult;
  readonly metric: PageMetric;
  readonly axes: readonly StudyAxis[];
  readonly layout: Layout;
  readonly scale: ValueScale;
}

/** A metric over the axes of a study: small drawings with the same scale, means with their intervals. */
export function multiples(
  study: StudyResult,
  metric: PageMetric,
  place: number,
  axes: readonly StudyAxis[],
  layout: Layout,
): Chart {
  const points = layout.panels.flatMap((panel) => panel.points);
  const stable = points.filter(({ unstable }) => unstable === null);
  const scale = valueScale(
    stable.map(({ metrics }) => metrics[metric.text]!),
    metric.unit,
  );
  const hasValues = stable.some(({ metrics }) => metrics[metric.text]!.mean !== null);
  const drawn = { study, metric, axes, layout, scale };
  const isUnstable = points.length > stable.length;
  return {
    title: metric.text,
    caption: captionOf(drawn, hasValues),
    key: [...keyOf(layout), ...(isUnstable ? [unstableKey] : [])],
    views: hasValues ? layout.panels.map((panel, at) => viewOf(drawn, panel, `metric-${place}-panel-${at}`)) : [],
    table: { label: metric.text, columns: [], rows: [] },
    isWide: true,
    isSmallMultiple: layout.panels.length > 1,
  };
}

const unstableKey: KeyEntry = { label: 'unstable: no mean', colour: 'warning-edge', shape: 'cross' };

function keyOf({ series }: Layout): KeyEntry[] {
  if (series === null) return [];
  return series.values.map(({ label }, index) => {
    const { colour: name, shape } = seriesMarks[index]!;
    return { label: `${series.name} ${label}`, colour: name, shape };
  });
}

function captionOf({ study, metric, axes, layout, scale }: Drawn, hasValues: boolean): Html {
  if (!hasValues) return html`No setting has a mean of it, so there is nothing to draw.`;
  const order = study.rankings.find((ranking) => ranking.metric === metric.text)?.order ?? [];
  const [best, worst] = [order[0], order.at(-1)].map((one) => study.points.find(({ index }) => index === one?.index));
  const valueOf = (point: PointResult): Html => shown(estimate(point.metrics[metric.text]!, metric.unit));
  const range =
    best === undefined || worst === undefined || best === worst
      ? null
      : html`Best ${valueOf(best)} (${settingText(best, axes)}), worst ${valueOf(worst)} (${settingText(worst, axes)});
        ${metric.better} is better.`;
  const marks = layout.isLined && layout.series === null ? 'Lines are' : 'Marks are';
  const bars = layout.isLined && layout.series === null ? 'bands' : 'bars';
  const left =
    layout.panelsLeftOut === 0
      ? null
      : html` The first ${PANELS_MAX} drawings are shown; ${count(layout.panelsLeftOut).text} more are left out
        (points.csv has all).`;
  const log = scale.isLog ? ' The scale is logarithmic.' : '';
  return html`${range} ${marks} means over runs, ${bars} their intervals (${levelText(study.confidence)}), cut off at
  the edge of the drawing.${log}${left}`;
}

function viewOf(drawn: Drawn, panel: Panel, id: string): ChartView {
  const { metric } = drawn;
  const head = { id, heading: panel.heading, description: `${metric.text} ${panel.heading ?? ''}`.trim() };
  return { ...head, spec: panel.x.isNumber ? lineSpec(drawn, panel) : rowSpec(drawn, panel) };
}

interface Row {
  readonly x: number | string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly series: string;
  readonly setting: string;
  readonly value: string;
  readonly runs: number;
  readonly isUnstable: boolean;
}

/** Rows of a panel: points without any mean are left out, unstable ones stand at the end of the scale. */
function rowsOf({ metric, axes, layout, scale }: Drawn, { x, points }: Panel): Row[] {
  const { series } = layout;
  return points.flatMap((point): Row[] => {
    const measured = point.metrics[metric.text]!;
    const isUnstable = point.unstable !== null;
    if (measured.mean === null && !isUnstable) return [];
    const mean = isUnstable ? scale.end : scale.place(measured.mean!);
    const bound = (value: number | null): number => (value === null || isUnstable ? mean : scale.place(value));
    const { at, label } = x.of(point);
    return [
      {
        x: x.isNumber ? at : label,
        mean,
        low: bound(measured.low),
        high: bound(measured.high),
        series: series === null ? '' : series.of(point).label,
        setting: settingText(point, axes),
        value: isUnstable ? 'unstable' : estimate(measured, metric.unit).text,
        runs: point.replications,
        isUnstable,
      },
    ];
  });
}

const tooltip = [
  { field: 'setting', type: 'nominal', title: 'Setting' },
  { field: 'value', type: 'nominal', title: 'Mean' },
  { field: 'runs', type: 'quantitative', title: 'Runs' },
] as const;

const stable = [{ filter: '!datum.isUnstable' }];
const unstable = [{ filter: 'datum.isUnstable' }];

function seriesEncoding({ layout: { series } }: Drawn) {
  if (series === null) return { color: { value: colour('busy') }, shape: { value: 'circle' } };
  const domain = series.values.map(({ label }) => label);
  const marks = domain.map((_, index) => seriesMarks[index]!);
  return {
    color: {
      field: 'series',
      type: 'nominal',
      legend: null,
      scale: { domain, range: marks.map(({ colour: name }) => colour(name)) },
    },
    shape: { field: 'series', type: 'nominal', legend: null, scale: { domain, range: marks.map(({ vega }) => vega) } },
  } as const;
}

/** Means along numbers, upwards the metric. */
function lineSpec(drawn: Drawn, panel: Panel): ChartView['spec'] {
  const { layout, scale } = drawn;
  const { x: axis } = panel;
  const y = (field: string) =>
    ({
      field,
      type: 'quantitative',
      title: scale.title === '' ? null : scale.title,
      scale: scale.scale,
      axis: { ...scale.axis, grid: true, minExtent: 34 },
    }) as const;
  const places = axis.values.map(({ at }) => at);
  const { color, shape } = seriesEncoding(drawn);
  const isBand = layout.isLined && layout.series === null;
  const bounds = { y: y('low'), y2: { field: 'high' } };
  const lines = layout.isLined ? [{ transform: stable, mark: line, encoding: { y: y('mean'), color } }] : [];
  const points = rowsOf(drawn, panel);
  return {
    ...frame,
    height: HEIGHT_PX,
    data: { values: dodged(points, panel, layout) },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: axis.unit === '' ? axis.name : `${axis.name} (${axis.unit})`,
        scale: { type: axis.isLog ? 'log' : 'linear', domain: paddedDomain(places, axis.isLog), nice: false },
        axis: { ...(places.length <= 8 ? { values: places } : { tickCount: 5 }), format: '~r' },
      },
    },
    layer: [
      isBand ? { transform: stable, mark: band, encoding: bounds } : null,
      ...lines,
      {
        transform: stable,
        mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.75, clip: true },
        encoding: { ...bounds, color },
      },
      {
        transform: stable,
        mark: { type: 'point', filled: true, size: points.length > 60 ? 22 : 44, opacity: 1 },
        encoding: { y: y('mean'), color, shape, tooltip },
      },
      { transform: unstable, mark: cross, encoding: { y: y('mean'), tooltip } },
    ].filter((layer) => layer !== null),
  } as ChartView['spec'];
}

const line = { type: 'line', strokeWidth: 1.75, clip: true } as const;
const band = { type: 'area', color: colour('busy'), opacity: 0.2, clip: true } as const;
const cross = {
  type: 'point',
  shape: 'M-1,-1L1,1M1,-1L-1,1',
  size: 40,
  stroke: colour('warning-edge'),
  strokeWidth: 2.5,
  opacity: 1,
} as const;

/** Series stand beside each other by a hundredth of the axis, so that their bars do not hide each other. */
function dodged(rows: readonly Row[], { x }: Panel, { series }: Layout): readonly Row[] {
  if (series === null) return rows;
  const [from, to] = [x.values[0]!.at, x.values.at(-1)!.at];
  const order = new Map(series.values.map(({ label }, index) => [label, index - (series.values.length - 1) / 2]));
  return rows.map((row) => {
    const steps = order.get(row.series)! * 0.018;
    const at = row.x as number;
    return { ...row, x: x.isLog ? at * (to / from) ** steps : at + steps * (to - from) };
  });
}

function paddedDomain(places: readonly number[], isLog: boolean): readonly [number, number] {
  const [from, to] = [places[0]!, places.at(-1)!];
  if (isLog) return [from / (to / from) ** 0.06, to * (to / from) ** 0.06];
  return [from - 0.06 * (to - from), to + 0.06 * (to - from)];
}

/** Means along names, which stand under each other so that long ones have room. */
function rowSpec(drawn: Drawn, panel: Panel): ChartView['spec'] {
  const { layout, scale } = drawn;
  const { x: axis } = panel;
  const { color, shape } = seriesEncoding(drawn);
  const rows = rowsOf(drawn, panel);
  const x = (field: string) =>
    ({
      field,
      type: 'quantitative',
      title: scale.title === '' ? null : scale.title,
      scale: scale.scale,
      axis: { ...scale.axis, grid: true, tickCount: 4 },
    }) as const;
  const rowPx = layout.series === null ? ROW_PX : 8 + SERIES_ROW_PX * layout.series.values.length;
  const lettersMax = max(axis.values, ({ label }) => label.length) ?? 0;
  return {
    ...frame,
    height: AXIS_PX + rowPx * axis.values.length,
    data: { values: rows },
    encoding: {
      y: {
        field: 'x',
        type: 'nominal',
        title: null,
        scale: { domain: axis.values.map(({ label }) => label) },
        axis: { labelLimit: lettersMax > 16 ? 150 : NARROW_LABEL_PX, labelOverlap: axis.values.length > 40 },
      },
      ...(layout.series === null
        ? {}
        : {
            yOffset: {
              field: 'series',
              type: 'nominal',
              scale: { domain: layout.series.values.map(({ label }) => label) },
            },
          }),
    },
    layer: [
      {
        transform: stable,
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.7, clip: true },
        encoding: { x: x('low'), x2: { field: 'high' }, color },
      },
      {
        transform: stable,
        mark: { type: 'point', filled: true, size: 55, opacity: 1 },
        encoding: { x: x('mean'), color, shape, tooltip },
      },
      { transform: unstable, mark: cross, encoding: { x: x('mean'), tooltip } },
    ],
  } as ChartView['spec'];
}
