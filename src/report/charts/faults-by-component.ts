import type { FailureFigures } from '../../sim/record/failure-figures.ts';
import { html } from '../html.ts';
import { axisLabels, nameHtml } from '../names.ts';
import { count, hours, shown } from '../quantities.ts';
import { colour } from './theme.ts';
import { countTicks, frame, type Chart } from './chart.ts';

const ROW_PX = 24;
/** Axis and title are part of the height. */
const AXIS_PX = 52;
const DRAWN_MAX = 24;

/** Faults, and what they stopped and cost, by component class. */
export function faultsByComponent({ byClass, faults, reclaims, interruptions, jobCrashes }: FailureFigures): Chart {
  const rows = byClass.toSorted((a, b) => b.lostGpuHours - a.lostGpuHours || b.faults - a.faults);
  const found = rows.filter((row) => row.faults > 0).slice(0, DRAWN_MAX);
  const labels = axisLabels(
    found.map(({ component }) => component),
    '(unnamed)',
    28,
  );
  const crashes = jobCrashes > 0 ? html` Jobs crashed by themselves ${shown(count(jobCrashes))} times.` : null;
  const taken = reclaims > 0 ? html` and ${shown(count(reclaims))} reclaims` : null;
  const drawn = found.map((row, index) => ({ ...row, component: labels[index]! }));
  return {
    title: 'Faults by component',
    caption:
      faults + reclaims === 0
        ? html`Nothing broke.${crashes}`
        : html`${shown(count(faults))} faults${taken} stopped jobs ${shown(count(interruptions - jobCrashes))}
          times.${crashes}`,
    key: [
      { label: 'stopped a job', colour: 'busy', shape: 'area' },
      { label: 'hit nobody', colour: 'idle', shape: 'area' },
    ],
    views:
      drawn.length === 0
        ? []
        : [
            {
              id: 'faults-by-component',
              heading: null,
              description: 'Bars: faults by component, those that stopped a job and those that hit nobody.',
              spec: {
                ...frame,
                height: AXIS_PX + ROW_PX * drawn.length,
                data: { values: drawn.flatMap(barsOf) },
                encoding: {
                  y: { field: 'component', type: 'nominal', sort: null, title: null, axis: { minExtent: 88 } },
                  x: { field: 'faults', type: 'quantitative', title: 'Faults', axis: { ...countTicks, grid: true } },
                  color: {
                    field: 'what',
                    type: 'nominal',
                    legend: null,
                    scale: { domain: ['stopped a job', 'hit nobody'], range: [colour('busy'), colour('idle')] },
                  },
                  order: { field: 'rank', type: 'quantitative' },
                  tooltip: [
                    { field: 'component', type: 'nominal', title: 'Component' },
                    { field: 'what', type: 'nominal', title: 'Faults that' },
                    { field: 'faults', type: 'quantitative', title: 'Faults' },
                  ],
                },
                mark: { type: 'bar', height: { band: 0.62 } },
              },
            },
          ],
    table: {
      label: 'Faults by component',
      columns: [
        { heading: 'Component' },
        { heading: 'Faults' },
        { heading: 'Jobs stopped' },
        { heading: 'Work lost, GPU-hours' },
      ],
      rows: rows.map((row) => [
        nameHtml(row.component, '(unnamed)'),
        count(row.faults),
        count(row.interruptions),
        hours(row.lostGpuHours, 'GPU-hours'),
      ]),
    },
    isWide: false,
  };
}

function barsOf({ component, faults, interruptions }: FailureFigures['byClass'][number]) {
  // A fault of a rack may stop several jobs: then none of its faults is said to have hit nobody.
  const stopping = Math.min(faults, interruptions);
  return [
    { component, what: 'stopped a job', faults: stopping, rank: 0 },
    { component, what: 'hit nobody', faults: faults - stopping, rank: 1 },
  ];
}
