import { sum } from 'd3-array';
import type { ComponentFigures, FailureFigures } from '../../sim/record/failure-figures.ts';
import { html, type Html } from '../html.ts';
import { axisLabels, nameHtml } from '../names.ts';
import { hours, percent, shown } from '../quantities.ts';
import { countTicks, frame, type Chart, type ChartView } from './chart.ts';
import { colour, type SeriesColour } from './theme.ts';

const ROW_PX = 24;
/** Axis and title are part of the height. */
const AXIS_PX = 52;
const DRAWN_MAX = 24;

/** What a fault costs the gangs that it stops, phase by phase. */
const PHASES: readonly {
  readonly label: string;
  readonly colour: SeriesColour;
  readonly of: (figures: ComponentFigures) => number;
}[] = [
  { label: 'lost work', colour: 'queued', of: ({ lostGpuHours }) => lostGpuHours },
  { label: 'detection', colour: 'ink', of: ({ detectionGpuHours }) => detectionGpuHours },
  { label: 'waiting to run again', colour: 'idle', of: ({ waitGpuHours }) => waitGpuHours },
  { label: 'load', colour: 'busy', of: ({ loadGpuHours }) => loadGpuHours },
  { label: 'warm-up', colour: 'bar', of: ({ warmUpGpuHours }) => warmUpGpuHours },
  {
    label: 'taking over, data',
    colour: 'muted',
    of: ({ restartGpuHours, loadGpuHours, warmUpGpuHours }) => restartGpuHours - loadGpuHours - warmUpGpuHours,
  },
];

/** GPU-hours that faults cost the gangs they stopped: by component, and by phase from the lost work to the next run. */
export function faultCosts({ byClass }: FailureFigures): Chart {
  const costOf = (figures: ComponentFigures): number => sum(PHASES, ({ of }) => of(figures));
  const rows = byClass.filter((figures) => costOf(figures) > 0).toSorted((a, b) => costOf(b) - costOf(a));
  const phases = PHASES.filter(({ of }) => rows.some((figures) => of(figures) > 0));
  return {
    title: 'What faults cost, phase by phase',
    caption: captionOf(rows),
    key: phases.map(({ label, colour: name }) => ({ label, colour: name, shape: 'area' })),
    views: rows.length === 0 ? [] : [viewOf(rows.slice(0, DRAWN_MAX), phases)],
    table: {
      label: 'GPU-hours that faults cost, by component and phase',
      columns: [{ heading: 'Component' }, ...phases.map(({ label }) => ({ heading: label })), { heading: 'All' }],
      rows: rows.map((figures) => [
        nameHtml(figures.component, '(unnamed)'),
        ...phases.map(({ of }) => hours(of(figures), 'GPU-hours')),
        hours(costOf(figures), 'GPU-hours'),
      ]),
    },
    isWide: false,
  };
}

function captionOf(rows: readonly ComponentFigures[]): Html {
  const totals = PHASES.map(({ label, of }) => ({ label, total: sum(rows, of) }));
  const whole = sum(totals, ({ total }) => total);
  if (whole === 0) return html`No fault stopped a job.`;
  const [most] = totals.toSorted((a, b) => b.total - a.total);
  return html`${shown(hours(whole, 'GPU-hours'))} GPU-hours of the jobs that faults stopped; most of it was
  ${most!.label} (${shown(percent(most!.total / whole))}). While a job waits to run again, others may use its GPUs.`;
}

function viewOf(rows: readonly ComponentFigures[], phases: typeof PHASES): ChartView {
  const labels = axisLabels(
    rows.map(({ component }) => component),
    '(unnamed)',
    28,
  );
  const values = rows.flatMap((figures, index) =>
    phases.map(({ label, of }, rank) => ({
      component: labels[index]!,
      phase: label,
      rank,
      hours: of(figures),
      text: hours(of(figures), 'GPU-hours').text,
    })),
  );
  return {
    id: 'fault-costs',
    heading: null,
    description: 'Stacked bars: GPU-hours that the faults of each component cost, by phase.',
    spec: {
      ...frame,
      height: AXIS_PX + ROW_PX * rows.length,
      data: { values },
      mark: { type: 'bar', height: { band: 0.62 } },
      encoding: {
        y: { field: 'component', type: 'nominal', sort: null, title: null, axis: { minExtent: 88 } },
        x: { field: 'hours', type: 'quantitative', title: 'GPU-hours', axis: { ...countTicks, grid: true } },
        color: {
          field: 'phase',
          type: 'nominal',
          legend: null,
          scale: { domain: phases.map(({ label }) => label), range: phases.map((one) => colour(one.colour)) },
        },
        order: { field: 'rank', type: 'quantitative' },
        tooltip: [
          { field: 'component', type: 'nominal', title: 'Component' },
          { field: 'phase', type: 'nominal', title: 'Phase' },
          { field: 'text', type: 'nominal', title: 'GPU-hours' },
        ],
      },
    },
  };
}
