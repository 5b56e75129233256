import { sum } from 'd3-array';
import type { FailureFigures } from '../../sim/record/failure-figures.ts';
import type { Summary } from '../../sim/record/summary.ts';
import { html } from '../html.ts';
import { axisLabels } from '../names.ts';
import { count, decimal, shown } from '../quantities.ts';
import { frame, type Chart } from './chart.ts';
import { AXIS_WIDTH_PX, colour, type SeriesColour } from './theme.ts';
import { timeAxisOf, timeEncoding } from './time-axis.ts';

const HEIGHT_PX = 200;
const DAY_S = 86_400;
const COLOURS: readonly SeriesColour[] = ['busy', 'queued', 'bar', 'ink', 'muted'];
const OTHERS: SeriesColour = 'idle';

/** Faults by component class, stacked, a bar for each day or more of the run. */
export function faultsOverTime(summary: Summary, failures: FailureFigures): Chart {
  const { bucketS, counts } = failures.faultsOverTime;
  const axis = timeAxisOf(summary);
  const { endS } = summary.figures;
  const days = bucketS / DAY_S;
  const series = seriesOf(failures);
  const rows = counts.flatMap((bucket, index) =>
    series.map(({ label, classes }, rank) => ({
      from: axis.place(index * bucketS),
      to: axis.place(Math.min(endS, (index + 1) * bucketS)),
      when: `${axis.describe(index * bucketS)} to ${axis.describe(Math.min(endS, (index + 1) * bucketS))}`,
      component: label,
      rank,
      faults: sum(classes, (each) => bucket[each] ?? 0),
    })),
  );
  const drawn = rows.filter(({ faults }) => faults > 0);
  return {
    title: 'Faults over time',
    caption:
      drawn.length === 0
        ? html`Nothing broke.`
        : html`A bar stands for ${days === 1 ? 'a day' : `${days} days`}, in which
          ${shown(decimal(failures.faults / counts.length))} parts broke on average. Bars of very different height say
          that faults come in bursts, or more often as parts age.`,
    key: series.map(({ label, colour: name }) => ({ label, colour: name, shape: 'area' })),
    views:
      drawn.length === 0
        ? []
        : [
            {
              id: 'faults-over-time',
              heading: null,
              description: 'Stacked bars over time: faults by component.',
              spec: {
                ...frame,
                height: HEIGHT_PX,
                data: { values: stacked(drawn) },
                mark: { type: 'rect' },
                encoding: {
                  x: timeEncoding('from', axis),
                  x2: { field: 'to' },
                  y: {
                    field: 'below',
                    type: 'quantitative',
                    title: 'Faults',
                    axis: { minExtent: AXIS_WIDTH_PX, tickCount: 5, tickMinStep: 1 },
                    scale: { zero: true },
                  },
                  y2: { field: 'above' },
                  color: {
                    field: 'component',
                    type: 'nominal',
                    legend: null,
                    scale: {
                      domain: series.map(({ label }) => label),
                      range: series.map((one) => colour(one.colour)),
                    },
                  },
                  tooltip: [
                    { field: 'when', type: 'nominal', title: 'When' },
                    { field: 'component', type: 'nominal', title: 'Component' },
                    { field: 'faults', type: 'quantitative', title: 'Faults' },
                  ],
                },
              },
            },
          ],
    table: {
      label: 'Faults over time',
      columns: [{ heading: 'From' }, ...series.map(({ label }) => ({ heading: label }))],
      rows: counts.map((bucket, index) => [
        axis.describe(index * bucketS),
        ...series.map(({ classes }) => count(sum(classes, (each) => bucket[each] ?? 0))),
      ]),
    },
    isWide: true,
  };
}

interface Series {
  readonly label: string;
  readonly colour: SeriesColour;
  /** Classes that it stands for. */
  readonly classes: readonly number[];
}

/** The classes that broke most, and the rest as one. */
function seriesOf({ byClass }: FailureFigures): Series[] {
  const order = [...byClass.keys()]
    .filter((index) => byClass[index]!.faults > 0)
    .sort((a, b) => byClass[b]!.faults - byClass[a]!.faults);
  const named = order.length === COLOURS.length + 1 ? order.length : COLOURS.length;
  const shownClasses = order.slice(0, named);
  const labels = axisLabels(
    shownClasses.map((index) => byClass[index]!.component),
    '(unnamed)',
    28,
  );
  const series = shownClasses.map((index, rank) => {
    return { label: labels[rank]!, colour: COLOURS[rank] ?? OTHERS, classes: [index] };
  });
  const others = order.slice(named);
  return others.length === 0
    ? series
    : [...series, { label: `${others.length} others`, colour: OTHERS, classes: others }];
}

/** Where each part of a bar begins and ends. */
function stacked<Row extends { readonly from: number; readonly faults: number }>(rows: readonly Row[]) {
  let from = NaN;
  let top = 0;
  return rows.map((row) => {
    if (row.from !== from) top = 0;
    from = row.from;
    const below = top;
    top += row.faults;
    return { ...row, below, above: top };
  });
}
