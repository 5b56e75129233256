import type { TopLevelSpec } from 'vega-lite';
import { colour, AXIS_WIDTH_PX, type SeriesColour } from './theme.ts';
import { frame } from './chart.ts';
import { rounded, type Step } from './series.ts';
import { timeEncoding, type TimeAxis } from './time-axis.ts';

/** Steps in a drawing: about one for every three pixels of the widest page. */
export const DRAWN_STEPS_MAX = 400;
/** Steps in the table under it. */
export const LISTED_STEPS_MAX = 48;

/** One quantity of a time view, drawn as it stands for the whole of each step. */
export interface TimeLayer {
  /** Field of the rows; letters only. */
  readonly field: string;
  /** Field that the area starts from instead of zero. */
  readonly from?: string;
  readonly colour: SeriesColour;
  readonly mark: 'area' | 'line' | 'dash';
}

/** A field of the rows and how the tooltip calls it. */
export interface TimeField {
  readonly field: string;
  readonly title: string;
  readonly format: string;
  readonly value: (step: Step) => number;
}

/** The specification of a drawing over time. The last step is closed by a row of no length. */
export function timeSpec(options: {
  readonly steps: readonly Step[];
  readonly axis: TimeAxis;
  readonly yTitle: string;
  readonly heightPx: number;
  readonly fields: readonly TimeField[];
  readonly layers: readonly TimeLayer[];
  /** Fields that the tooltip leaves out. */
  readonly untold?: readonly string[];
}): TopLevelSpec {
  const { steps, axis, yTitle, heightPx, fields, layers, untold = [] } = options;
  const last = steps.at(-1);
  if (last === undefined) throw new RangeError('a drawing over time needs at least one step');
  const row = (step: Step, fromS: number): Record<string, number | string> => ({
    from: roundedInstant(axis.place(fromS)),
    to: roundedInstant(axis.place(step.toS)),
    when: rangeText(axis.describe(step.fromS), axis.describe(step.toS)),
    ...Object.fromEntries(fields.map(({ field, value }) => [field, rounded(value(step))])),
  });
  const x = timeEncoding('from', axis);
  const y = (field: string) =>
    ({
      field,
      type: 'quantitative',
      title: yTitle,
      axis: { minExtent: AXIS_WIDTH_PX, tickCount: 5 },
      stack: null,
    }) as const;
  const told = fields.filter(({ field }) => !untold.includes(field));
  return {
    ...frame,
    height: heightPx,
    data: { values: [...steps.map((step) => row(step, step.fromS)), row(last, last.toS)] },
    layer: [
      ...layers.map((layer) => ({
        mark: markOf(layer),
        encoding: { x, y: y(layer.field), ...(layer.from === undefined ? {} : { y2: { field: layer.from } }) },
      })),
      {
        params: [{ name: 'pointed', select: { type: 'point', on: 'pointerover', clear: 'pointerout' } }],
        mark: { type: 'rect', color: 'var(--ink)' },
        encoding: {
          x,
          x2: { field: 'to' },
          opacity: { condition: { param: 'pointed', value: 0.12, empty: false }, value: 0 },
          tooltip: [
            { field: 'when', type: 'nominal', title: 'When' },
            ...told.map(({ field, title, format }) => ({ field, title, format, type: 'quantitative' as const })),
          ],
        },
      },
    ],
  };
}

function markOf({ mark, colour: name }: TimeLayer) {
  return {
    type: mark === 'area' ? ('area' as const) : ('line' as const),
    interpolate: 'step-after' as const,
    color: colour(name),
    ...(mark === 'area' ? {} : { strokeWidth: 1.5 }),
    ...(mark === 'dash' ? { strokeDash: [5, 4] } : {}),
  };
}

/** "17 Jan 2026, 07:55 to 09:55": the day is said once when both instants lie in it. */
function rangeText(from: string, to: string): string {
  const day = /^.*, /.exec(from)?.[0] ?? '';
  return `${from} to ${day !== '' && to.startsWith(day) ? to.slice(day.length) : to}`;
}

/** Instants keep thirteen digits: milliseconds of this century. */
function roundedInstant(value: number): number {
  return Number(value.toPrecision(13));
}
