import type { PointResult } from '../../study/results/point-result.ts';
import type { StudyResult } from '../../study/results/write-results.ts';
import { frame, type Chart, type ChartView } from '../charts/chart.ts';
import { AXIS_WIDTH_PX, colour } from '../charts/theme.ts';
import { estimate, levelText } from '../estimates.ts';
import { html, type Html } from '../html.ts';
import { count, countOf } from '../quantities.ts';
import { valueScale } from '../value-scale.ts';
import { settingText, type StudyAxis } from './axes.ts';
import { frontOf, type Measure, type Pair } from './fronts.ts';

const HEIGHT_PX = 300;
/** Of a large study the front is drawn, and so many of the others, evenly. */
const DRAWN_MAX = 1500;
const NAMED_MAX = 4;
/** So many different places across have a tick each. */
const FEW = 6;

/** Two measures of every point against each other: those that no other beats in both, and the rest, dimmed. */
export function pareto(study: StudyResult, pair: Pair, place: number, axes: readonly StudyAxis[]): Chart {
  const by = frontOf(study.points, pair);
  const known = study.points.filter((_, at) => by[at] !== undefined);
  const front = study.points.filter((_, at) => by[at] === null);
  const dominated = study.points.filter((_, at) => typeof by[at] === 'number');
  const each = Math.max(1, Math.ceil(dominated.length / DRAWN_MAX));
  const drawn = dominated.filter((_, at) => at % each === 0);
  const [x, y] = pair;
  return {
    title: `${y.name} against ${x.name}`,
    caption: captionOf(study, pair, front, known.length - front.length - drawn.length, axes),
    key: [
      { label: 'on the Pareto front', colour: 'busy', shape: 'circle' },
      { label: 'beaten in both', colour: 'muted', shape: 'circle' },
    ],
    views:
      known.length < 2
        ? []
        : [
            {
              id: `pareto-${place}`,
              heading: null,
              description: `${y.name} against ${x.name}; the Pareto front as a line`,
              spec: specOf(study, pair, { front, drawn, by }, axes),
            },
          ],
    table: { label: '', columns: [], rows: [] },
    isWide: false,
  };
}

function captionOf(
  { confidence, points }: StudyResult,
  [x, y]: Pair,
  front: readonly PointResult[],
  leftOut: number,
  axes: readonly StudyAxis[],
): Html {
  if (front.length === 0) return html`No setting has a mean of both, so there is nothing to draw.`;
  const names = front.slice(0, NAMED_MAX).map((point) => settingText(point, axes));
  const more = front.length > NAMED_MAX ? ` and ${count(front.length - NAMED_MAX).text} more` : '';
  const left = leftOut > 0 ? html` ${count(leftOut).text} of those that are beaten are not drawn.` : null;
  return html`By their means, ${count(front.length).text} of ${countOf(points.length, 'setting')}
  ${front.length === 1 ? 'is' : 'are'} beaten by no other in both ${x.name} (${x.metric.better} is better) and ${y.name}
  (${y.metric.better} is better): ${names.join('; ')}${more}. Bars are intervals (${levelText(confidence)}): where they
  overlap, the ranking says what is certain.${left}`;
}

interface Spread {
  readonly front: readonly PointResult[];
  readonly drawn: readonly PointResult[];
  readonly by: readonly (number | null | undefined)[];
}

function specOf(
  { points }: StudyResult,
  [first, second]: Pair,
  { front, drawn, by }: Spread,
  axes: readonly StudyAxis[],
): ChartView['spec'] {
  const shown = [...drawn, ...front];
  const scaleOf = ({ of, metric }: Measure) => valueScale(shown.map(of), metric.unit);
  const [xScale, yScale] = [scaleOf(first), scaleOf(second)];
  const places = [...new Set(shown.map((point) => xScale.place(first.of(point).mean!)))];
  const text = ({ name, of, metric }: Measure, point: PointResult): string =>
    `${name} ${estimate(of(point), metric.unit).text}`;
  const placeOf = new Map(points.map((point, at) => [point, at]));
  const row = (point: PointResult) => {
    const [x, y] = [first.of(point), second.of(point)];
    const dominator = by[placeOf.get(point)!];
    return {
      x: xScale.place(x.mean!),
      xLow: xScale.place(x.low ?? x.mean!),
      xHigh: xScale.place(x.high ?? x.mean!),
      y: yScale.place(y.mean!),
      yLow: yScale.place(y.low ?? y.mean!),
      yHigh: yScale.place(y.high ?? y.mean!),
      isFront: dominator === null,
      setting: settingText(point, axes),
      xText: text(first, point),
      yText: text(second, point),
      beaten: typeof dominator === 'number' ? settingText(points[dominator]!, axes) : 'no other',
    };
  };
  const title = ({ name }: Measure, unit: string): string => (unit === '' ? name : `${name} (${unit})`);
  const x = (field: string) =>
    ({
      field,
      type: 'quantitative',
      title: title(first, xScale.title),
      scale: xScale.scale,
      axis: { ...xScale.axis, ...(places.length <= FEW ? { values: places } : {}), grid: true },
    }) as const;
  const y = (field: string) =>
    ({
      field,
      type: 'quantitative',
      title: title(second, yScale.title),
      scale: yScale.scale,
      axis: { ...yScale.axis, grid: true, minExtent: AXIS_WIDTH_PX },
    }) as const;
  const onFront = [{ filter: 'datum.isFront' }];
  const bar = { type: 'rule', color: colour('busy'), opacity: 0.4, clip: true } as const;
  return {
    ...frame,
    height: HEIGHT_PX,
    data: { values: shown.map(row) },
    layer: [
      {
        transform: onFront,
        mark: { type: 'line', interpolate: 'step-after', color: colour('busy'), opacity: 0.6, strokeDash: [4, 3] },
        encoding: { x: x('x'), y: y('y'), order: { field: 'x', type: 'quantitative' } },
      },
      { transform: onFront, mark: bar, encoding: { x: x('x'), y: y('yLow'), y2: { field: 'yHigh' } } },
      { transform: onFront, mark: bar, encoding: { y: y('y'), x: x('xLow'), x2: { field: 'xHigh' } } },
      {
        mark: { type: 'point', filled: true, stroke: 'var(--card)', strokeWidth: 1 },
        encoding: {
          x: x('x'),
          y: y('y'),
          size: { condition: { test: 'datum.isFront', value: 90 }, value: 45 },
          opacity: { condition: { test: 'datum.isFront', value: 1 }, value: 0.55 },
          color: { condition: { test: 'datum.isFront', value: colour('busy') }, value: colour('muted') },
          tooltip: [
            { field: 'setting', type: 'nominal', title: 'Setting' },
            { field: 'xText', type: 'nominal', title: 'Across' },
            { field: 'yText', type: 'nominal', title: 'Upwards' },
            { field: 'beaten', type: 'nominal', title: 'Beaten by' },
          ],
        },
      },
    ],
  };
}
