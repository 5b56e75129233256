import { max, sum } from 'd3-array';
import type { Summary, WaitCause } from '../../sim/record/summary.ts';
import { html, type Html } from '../html.ts';
import { grouped, hours, MISSING, NO_BREAK, percent, shown, type Quantity } from '../quantities.ts';
import { colour } from './theme.ts';
import { countTicks, frame, type Chart, type ChartView } from './chart.ts';

const HEIGHT_PX = 120;
const HOUR_S = 3600;

/** What each cause is called, and what would cure it. */
export const causeWords: Readonly<Record<WaitCause, { label: string; because: string; cure: string }>> = {
  'no-capacity': {
    label: 'no capacity',
    because: 'for want of capacity',
    cure: 'More GPUs (or less work at the same time) would shorten it.',
  },
  fragmented: {
    label: 'fragmented',
    because: 'because free GPUs were scattered over too many nodes',
    cure: 'Another placement, or larger nodes, would shorten it; as many GPUs again might not.',
  },
  'behind-head': {
    label: 'behind the head',
    because: 'behind other jobs in the queue, while GPUs were free',
    cure: 'Another order or backfilling would shorten it without one more GPU.',
  },
  'not-local': {
    label: 'far from data',
    because: 'for room near the data, while GPUs elsewhere were free',
    cure: 'More copies of the data, or less patience, would shorten it.',
  },
  'data-lost': {
    label: 'data lost',
    because: 'for data of which every copy had been destroyed',
    cure: 'Copies in more places, or a backup that is read back faster, would shorten it.',
  },
  backoff: {
    label: 'backoff',
    because: 'because the recovery policy kept jobs out of the queue after faults',
    cure: 'A shorter backoff, or fewer faults, would shorten it.',
  },
  'no-control-plane': {
    label: 'no control plane',
    because: 'for the control plane, which was out of order',
    cure: 'A control plane that breaks less, or is sooner back, would shorten it.',
  },
};

interface CauseRow {
  readonly cause: WaitCause;
  readonly jobHours: number;
  readonly gpuHours: number;
}

/** Total waiting by cause: once weighed by the GPUs that waited, once by jobs. */
export function waitByCause({ figures }: Summary): Chart {
  // Most clusters do not look at where data are, nor lose them: no row for what cannot be.
  const causes = figures.waitByCause.filter(
    ({ cause, jobS }) => (cause !== 'not-local' && cause !== 'data-lost') || jobS > 0,
  );
  const rows = causes.map(({ cause, jobS, gpuS }) => ({ cause, jobHours: jobS / HOUR_S, gpuHours: gpuS / HOUR_S }));
  const jobHours = sum(rows, (row) => row.jobHours);
  const gpuHours = sum(rows, (row) => row.gpuHours);
  return {
    title: 'Wait by cause',
    caption: captionOf(rows, gpuHours, jobHours),
    key: [],
    views:
      jobHours === 0
        ? []
        : [
            causeView(
              'wait-by-cause-gpus',
              'In GPU-hours: what large jobs lost',
              rows,
              (row) => row.gpuHours,
              'GPU-hours',
            ),
            causeView(
              'wait-by-cause-jobs',
              'In job-hours: what people waited',
              rows,
              (row) => row.jobHours,
              'job-hours',
            ),
          ],
    table: {
      label: 'Waiting time by cause',
      columns: [
        { heading: 'Cause' },
        { heading: 'GPU-hours' },
        { heading: 'Share' },
        { heading: 'Job-hours' },
        { heading: 'Share' },
      ],
      rows: rows.map((row) => [
        causeWords[row.cause].label,
        hours(row.gpuHours, 'GPU-hours'),
        shareOf(row.gpuHours, gpuHours),
        hours(row.jobHours, 'job-hours'),
        shareOf(row.jobHours, jobHours),
      ]),
    },
    isWide: false,
  };
}

function captionOf(rows: readonly CauseRow[], gpuHours: number, jobHours: number): Html {
  const largest = rows.toSorted((a, b) => b.gpuHours - a.gpuHours || b.jobHours - a.jobHours)[0];
  if (largest === undefined || jobHours === 0) return html`No job waited, so there is no cause to name.`;
  const { because, cure } = causeWords[largest.cause];
  const share = gpuHours > 0 ? shareOf(largest.gpuHours, gpuHours) : shareOf(largest.jobHours, jobHours);
  const byJobs = rows.toSorted((a, b) => b.jobHours - a.jobHours)[0];
  const other =
    byJobs === undefined || byJobs.cause === largest.cause
      ? null
      : html` Counted by jobs instead, most (${shown(shareOf(byJobs.jobHours, jobHours))}) was
        ${causeWords[byJobs.cause].because}: the large jobs and the many wait for different reasons.`;
  return html`${shown(share)} of the waiting${gpuHours > 0 ? ', by GPU-hours,' : ''} was ${because}. ${cure}${other}`;
}

function shareOf(part: number, whole: number): Quantity {
  return percent(whole > 0 ? part / whole : null);
}

/** Short enough to stand beside a bar on a telephone. */
function wholePercent(part: number, whole: number): string {
  return whole > 0 ? `${grouped((100 * part) / whole, 0)}${NO_BREAK}%` : MISSING;
}

function causeView(
  id: string,
  heading: string,
  rows: readonly CauseRow[],
  valueOf: (row: CauseRow) => number,
  unit: 'GPU-hours' | 'job-hours',
): ChartView {
  const whole = sum(rows, valueOf);
  const values = rows.map((row) => ({
    cause: causeWords[row.cause].label,
    hours: valueOf(row),
    label: `${hours(valueOf(row), unit).text} (${wholePercent(valueOf(row), whole)})`,
  }));
  return {
    id,
    heading,
    description: `Bars: ${unit} of waiting by cause.`,
    spec: {
      ...frame,
      height: HEIGHT_PX,
      data: { values },
      encoding: {
        y: { field: 'cause', type: 'nominal', sort: null, title: null, axis: { minExtent: 88, domain: true } },
        x: {
          field: 'hours',
          type: 'quantitative',
          title: `Waiting (${unit})`,
          axis: { ...countTicks, grid: true },
          // Room for the label beside the longest bar.
          scale: { domain: [0, 1.85 * (max(rows, valueOf) || 1)], nice: false },
        },
        tooltip: [
          { field: 'cause', type: 'nominal', title: 'Cause' },
          { field: 'label', type: 'nominal', title: unit },
        ],
      },
      layer: [
        { mark: { type: 'bar', color: colour(unit === 'GPU-hours' ? 'busy' : 'bar'), height: { band: 0.62 } } },
        { mark: { type: 'text', align: 'left', dx: 5 }, encoding: { text: { field: 'label', type: 'nominal' } } },
      ],
    },
  };
}
