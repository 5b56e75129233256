import { max, min } from 'd3-array';
import type { PointResult } from '../../study/results/point-result.ts';
import type { StudyResult } from '../../study/results/write-results.ts';
import { frame, type Chart, type ChartView } from '../charts/chart.ts';
import { colour } from '../charts/theme.ts';
import { estimate, valueText } from '../estimates.ts';
import { html, type Html } from '../html.ts';
import { count } from '../quantities.ts';
import type { PageMetric } from '../value-scale.ts';
import { settingText, type StudyAxis } from './axes.ts';

/** A map with more columns or rows than this is no longer read cell by cell. */
const COLUMNS_MAX = 24;
const ROWS_MAX = 30;
const MAPS_MAX = 6;
const ROW_PX = 30;
const AXES_PX = 56;
/** Cells with a stronger colour than this have the other colour of text. */
const STRONG = 0.72;
const TEXT_WIDTH_PX = 46;

/** The two axes of a map and the combinations of the others, a map each. */
export interface HeatMapPlan {
  readonly column: StudyAxis;
  readonly row: StudyAxis;
  readonly rest: readonly StudyAxis[];
}

/** The two axes with most values that still fit; null where a study has none for a map. */
export function heatMapPlan({ made }: StudyResult, axes: readonly StudyAxis[]): HeatMapPlan | null {
  if (made.design !== 'product') return null;
  const byLength = axes.toSorted((a, b) => b.values.length - a.values.length);
  const column =
    byLength.find(({ isNumber, values }) => isNumber && values.length <= COLUMNS_MAX) ??
    byLength.find(({ values }) => values.length <= COLUMNS_MAX);
  const row = byLength.find((axis) => axis !== column && axis.values.length <= ROWS_MAX);
  if (column === undefined || row === undefined) return null;
  return { column, row, rest: axes.filter((axis) => axis !== column && axis !== row) };
}

/** The mean of a metric for each pair of values of two axes: the stronger the colour, the more. */
export function heatMap(
  study: StudyResult,
  metric: PageMetric,
  place: number,
  axes: readonly StudyAxis[],
  plan: HeatMapPlan,
): Chart {
  const maps = mapsOf(study.points, plan);
  const drawn = maps.slice(0, MAPS_MAX);
  const means = drawn.flatMap(({ points }) => points.flatMap((point) => meanOf(point, metric) ?? []));
  const range = [min(means) ?? 0, max(means) ?? 0] as const;
  return {
    title: metric.text,
    caption: captionOf(metric, range, maps.length - drawn.length),
    key: [],
    views:
      means.length === 0
        ? []
        : drawn.map(({ heading, points }, at): ChartView => {
            return {
              id: `map-${place}-${at}`,
              heading,
              description: `${metric.text} by ${plan.column.name} and ${plan.row.name}`,
              spec: specOf(points, metric, axes, plan, range),
            };
          }),
    table: { label: metric.text, columns: [], rows: [] },
    isWide: drawn.length > 1,
    isSmallMultiple: drawn.length > 1,
  };
}

function mapsOf(
  points: readonly PointResult[],
  { rest }: HeatMapPlan,
): { readonly heading: string | null; readonly points: PointResult[] }[] {
  const maps = new Map<string, PointResult[]>();
  for (const point of points) {
    const heading = rest.map((axis) => `${axis.name} ${axis.of(point).label}`).join(', ');
    maps.set(heading, [...(maps.get(heading) ?? []), point]);
  }
  return [...maps].map(([heading, members]) => ({ heading: heading === '' ? null : heading, points: members }));
}

function meanOf({ unstable, metrics }: PointResult, { text }: PageMetric): number | null {
  return unstable === null ? metrics[text]!.mean : null;
}

function captionOf({ unit, better }: PageMetric, [least, most]: readonly [number, number], left: number): Html {
  const which = better === 'less' ? 'faint is better' : 'strong is better';
  const more = left > 0 ? html` ${count(left).text} more maps are left out; points.csv has all.` : null;
  return html`Faint is ${valueText(least, unit)}, strong ${valueText(most, unit)}: ${which}. Means alone; whether two
  cells differ for certain is in the ranking below.${more}`;
}

function specOf(
  points: readonly PointResult[],
  metric: PageMetric,
  axes: readonly StudyAxis[],
  { column, row }: HeatMapPlan,
  [least, most]: readonly [number, number],
): ChartView['spec'] {
  const values = points.map((point) => {
    const mean = meanOf(point, metric);
    const share = mean === null ? 0 : most > least ? (mean - least) / (most - least) : 0.5;
    return {
      column: column.of(point).label,
      row: row.of(point).label,
      shade: Number((0.06 + 0.88 * share).toFixed(3)),
      short: shortText(point, mean, metric),
      setting: settingText(point, axes),
      value: point.unstable === null ? estimate(point.metrics[metric.text]!, metric.unit).text : 'unstable',
    };
  });
  const axis = (field: 'column' | 'row', of: StudyAxis) =>
    ({
      field,
      type: 'ordinal',
      title: of.unit === '' || of.isNumber ? of.name : `${of.name} (${of.unit})`,
      scale: { domain: of.values.map(({ label }) => label), paddingInner: 0.04 },
      axis:
        field === 'column'
          ? { labelAngle: column.values.some(({ label }) => label.length > 5) ? -35 : 0, labelLimit: 110 }
          : { labelLimit: 120, titleAnchor: 'middle', titleLimit: ROW_PX * Math.max(2, row.values.length) },
    }) as const;
  return {
    ...frame,
    height: AXES_PX + ROW_PX * row.values.length,
    data: { values },
    encoding: {
      x: axis('column', column),
      y: axis('row', row),
      tooltip: [
        { field: 'setting', type: 'nominal', title: 'Setting' },
        { field: 'value', type: 'nominal', title: 'Mean' },
      ],
    },
    layer: [
      {
        mark: { type: 'rect', color: colour('busy'), cornerRadius: 2 },
        encoding: {
          opacity: { field: 'shade', type: 'quantitative', scale: null },
        },
      },
      {
        mark: {
          type: 'text',
          fontSize: 11,
          // Text that would not fit into its cell is left to the pointer.
          opacity: { expr: `width / ${column.values.length} < ${TEXT_WIDTH_PX} ? 0 : 1` },
        },
        encoding: {
          text: { field: 'short', type: 'nominal' },
          color: { condition: { test: `datum.shade > ${STRONG}`, value: 'var(--card)' }, value: colour('ink') },
        },
      },
    ],
  } as ChartView['spec'];
}

/** A mean as it fits a cell. */
function shortText({ unstable }: PointResult, mean: number | null, { unit }: PageMetric): string {
  if (unstable !== null) return 'unstable';
  return mean === null ? '' : valueText(mean, unit);
}
