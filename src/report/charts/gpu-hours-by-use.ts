import { max, sum } from 'd3-array';
import type { FailureFigures } from '../../sim/record/failure-figures.ts';
import type { GpuTimeUse } from '../../sim/record/gpu-time-use.ts';
import { html, type Html } from '../html.ts';
import { hours, percent, shown } from '../quantities.ts';
import { colour } from './theme.ts';
import { countTicks, frame, type Chart } from './chart.ts';

const ROW_PX = 24;

/** What each use is called, and what would make less of it. */
const useWords: Readonly<Record<GpuTimeUse, { readonly label: string; readonly cure: string }>> = {
  useful: { label: 'useful', cure: '' },
  lost: { label: 'lost work', cure: 'More frequent checkpoints would save some of it.' },
  checkpoint: { label: 'checkpoints', cure: 'A shorter stall, or fewer checkpoints, would save some of it.' },
  restart: { label: 'restart', cure: 'Loading and warming up faster would save some of it.' },
  detection: { label: 'detection', cure: 'Finding faults sooner would save some of it.' },
  degraded: { label: 'degraded', cure: 'Finding and replacing slow parts sooner would save some of it.' },
  'idle-free': { label: 'idle', cure: 'It was there for more work.' },
  'idle-fragmented': { label: 'idle in pieces', cure: 'A placement that packs, or migration, would save some of it.' },
  'idle-reserved': { label: 'spare', cure: 'Fewer spares would save some of it.' },
  maintenance: { label: 'maintenance', cure: 'Fewer or shorter maintenance windows would save some of it.' },
  'repair-queue': { label: 'repair queue', cure: 'More technicians would save some of it.' },
  down: { label: 'down', cure: 'Faster repairs, or parts that break less often, would save some of it.' },
};

/** Where every GPU-hour of the run went. */
export function gpuHoursByUse({ gpuHours }: FailureFigures): Chart {
  const rows = Object.entries(gpuHours).map(([use, value]) => ({ use: use as GpuTimeUse, value }));
  const whole = sum(rows, ({ value }) => value);
  const values = rows.map(({ use, value }) => ({
    use: useWords[use].label,
    hours: value,
    label: `${hours(value, 'GPU-hours').text} (${percent(whole > 0 ? value / whole : null).text})`,
  }));
  return {
    title: 'Where the GPU-hours went',
    caption: captionOf(rows, whole),
    key: [],
    views: [
      {
        id: 'gpu-hours-by-use',
        heading: null,
        description: 'Bars: GPU-hours of the run by what they went to.',
        spec: {
          ...frame,
          height: ROW_PX * rows.length,
          data: { values },
          encoding: {
            y: { field: 'use', type: 'nominal', sort: null, title: null, axis: { minExtent: 88, domain: true } },
            x: {
              field: 'hours',
              type: 'quantitative',
              title: 'GPU-hours',
              axis: { ...countTicks, grid: true },
              // Room for the label beside the longest bar.
              scale: { domain: [0, 2.2 * (max(rows, ({ value }) => value) || 1)], nice: false },
            },
            tooltip: [
              { field: 'use', type: 'nominal', title: 'Use' },
              { field: 'label', type: 'nominal', title: 'GPU-hours' },
            ],
          },
          layer: [
            { mark: { type: 'bar', color: colour('busy'), height: { band: 0.62 } } },
            { mark: { type: 'text', align: 'left', dx: 5 }, encoding: { text: { field: 'label', type: 'nominal' } } },
          ],
        },
      },
    ],
    table: {
      label: 'GPU-hours of the run by use',
      columns: [{ heading: 'Use' }, { heading: 'GPU-hours' }, { heading: 'Share' }],
      rows: rows.map(({ use, value }) => [
        useWords[use].label,
        hours(value, 'GPU-hours'),
        percent(whole > 0 ? value / whole : null),
      ]),
    },
    isWide: false,
  };
}

function captionOf(rows: readonly { readonly use: GpuTimeUse; readonly value: number }[], whole: number): Html {
  const worst = rows
    .filter(({ use }) => use !== 'useful' && use !== 'idle-free')
    .toSorted((a, b) => b.value - a.value)[0];
  if (worst === undefined || worst.value === 0) return html`Nothing broke while it mattered.`;
  const { label, cure } = useWords[worst.use];
  return html`They add up to all there were. Of what was neither useful nor idle, most went to ${label}:
  ${shown(percent(worst.value / whole))}. ${cure}`;
}
