import { max, sum } from 'd3-array';
import type { FailureFigures } from '../../sim/record/failure-figures.ts';
import type { GpuTimeUse } from '../../sim/record/gpu-time-use.ts';
import { html, type Html } from '../html.ts';
import { hours, percent, shown } from '../quantities.ts';
import { colour } from './theme.ts';
import { countTicks, frame, type Chart } from './chart.ts';

const ROW_PX = 22;
/** Axis and title are part of the height. */
const AXIS_PX = 52;

/** What each use is called, and what would make less of it; in the order in which they are taken from what there was. */
const useWords: Readonly<Record<GpuTimeUse, { readonly label: string; readonly cure: string }>> = {
  down: { label: 'down', cure: 'Faster repairs, or parts that break less often, would save some of it.' },
  'repair-queue': { label: 'repair queue', cure: 'More technicians would save some of it.' },
  maintenance: { label: 'maintenance', cure: 'Fewer or shorter maintenance windows would save some of it.' },
  'idle-reserved': { label: 'spare', cure: 'Fewer spares would save some of it.' },
  'idle-free': { label: 'idle', cure: 'It was there for more work.' },
  'idle-fragmented': { label: 'idle in pieces', cure: 'A placement that packs, or migration, would save some of it.' },
  detection: { label: 'detection', cure: 'Finding faults sooner would save some of it.' },
  restart: { label: 'restart', cure: 'Loading and warming up faster would save some of it.' },
  lost: { label: 'lost work', cure: 'More frequent checkpoints would save some of it.' },
  checkpoint: { label: 'checkpoints', cure: 'A shorter stall, or fewer checkpoints, would save some of it.' },
  degraded: { label: 'degraded', cure: 'Finding and replacing slow parts sooner would save some of it.' },
  useful: { label: 'useful', cure: '' },
};
const ORDER = Object.keys(useWords) as GpuTimeUse[];

/** A step down from all there was to what was useful; in GPU-hours from .. to. */
interface Step {
  readonly use: GpuTimeUse | 'all';
  readonly label: string;
  readonly hours: number;
  readonly from: number;
  readonly to: number;
}

/** Where every GPU-hour of the run went: what there was, what each use took of it, and what was left. */
export function gpuHoursByUse({ gpuHours }: FailureFigures): Chart {
  const steps = stepsOf(gpuHours);
  const whole = steps[0]!.hours;
  const values = steps.map(({ use, label, hours: length, from, to }) => ({
    use: label,
    from,
    to,
    kind: use === 'all' || use === 'useful' ? 'whole' : 'part',
    label: `${hours(length, 'GPU-hours').text} (${percent(whole > 0 ? length / whole : null).text})`,
  }));
  const x = {
    field: 'from',
    type: 'quantitative' as const,
    title: 'GPU-hours',
    axis: { ...countTicks, grid: true },
    // Room for the label beside the longest bar.
    scale: { domain: [0, 1.75 * (max(steps, ({ to }) => to) || 1)], nice: false },
    stack: null,
  };
  return {
    title: 'Where the GPU-hours went',
    caption: captionOf(steps, whole),
    key: [],
    views: [
      {
        id: 'gpu-hours-by-use',
        heading: null,
        description: 'Waterfall: from all GPU-hours of the run, step by step, to the useful ones.',
        spec: {
          ...frame,
          height: AXIS_PX + ROW_PX * values.length,
          data: { values },
          encoding: {
            y: { field: 'use', type: 'nominal', sort: null, title: null, axis: { minExtent: 88, domain: true } },
            tooltip: [
              { field: 'use', type: 'nominal', title: 'Use' },
              { field: 'label', type: 'nominal', title: 'GPU-hours' },
            ],
          },
          layer: [
            {
              mark: { type: 'bar', height: { band: 0.66 } },
              encoding: {
                x,
                x2: { field: 'to' },
                color: {
                  field: 'kind',
                  type: 'nominal',
                  legend: null,
                  scale: { domain: ['whole', 'part'], range: [colour('busy'), colour('queued')] },
                },
              },
            },
            {
              mark: { type: 'text', align: 'left', dx: 5 },
              encoding: { x: { ...x, field: 'to' }, text: { field: 'label', type: 'nominal' } },
            },
          ],
        },
      },
    ],
    table: {
      label: 'GPU-hours of the run by use',
      columns: [{ heading: 'Use' }, { heading: 'GPU-hours' }, { heading: 'Share' }],
      rows: steps.map(({ label, hours: length }) => [
        label,
        hours(length, 'GPU-hours'),
        percent(whole > 0 ? length / whole : null),
      ]),
    },
    isWide: false,
  };
}

function stepsOf(gpuHours: FailureFigures['gpuHours']): Step[] {
  const whole = sum(ORDER, (use) => gpuHours[use]);
  let left = whole;
  const steps: Step[] = [{ use: 'all', label: 'all there were', hours: whole, from: 0, to: whole }];
  for (const use of ORDER) {
    const length = gpuHours[use];
    if (use === 'useful') steps.push({ use, label: useWords[use].label, hours: length, from: 0, to: length });
    else if (length > 0) steps.push({ use, label: useWords[use].label, hours: length, from: left - length, to: left });
    left -= length;
  }
  return steps;
}

function captionOf(steps: readonly Step[], whole: number): Html {
  const worst = steps
    .filter(({ use }) => use !== 'all' && use !== 'useful' && use !== 'idle-free')
    .toSorted((a, b) => b.hours - a.hours)[0];
  if (worst === undefined || worst.hours === 0) return html`Nothing broke while it mattered.`;
  const { label, cure } = useWords[worst.use as GpuTimeUse];
  return html`From all there were to the useful ones. Of what was neither useful nor idle, most went to ${label}:
  ${shown(percent(worst.hours / whole))}. ${cure}`;
}
