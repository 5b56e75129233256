import { min } from 'd3-array';
import type { FailureFigures, SizeFailureFigures } from '../../sim/record/failure-figures.ts';
import { html, type Html } from '../html.ts';
import { sizeLabel } from '../names.ts';
import { count, countOf, duration, percent, shown } from '../quantities.ts';
import { frame, type Chart, type ChartView } from './chart.ts';
import { AXIS_WIDTH_PX, colour } from './theme.ts';

const HEIGHT_PX = 220;

/** Which part of their GPU-time the jobs of each size used well, beside what a closed form expects. */
export function ettrBySize({ bySize }: FailureFigures): Chart {
  const sizes = bySize.filter(({ ettr }) => ettr !== null);
  const isExpected = sizes.some(({ expectedEttr }) => expectedEttr !== null);
  return {
    title: 'Useful part of held GPU-time (ETTR) by job size',
    caption: captionOf(sizes, isExpected),
    key: [
      { label: 'of GPU-time held', colour: 'busy', shape: 'circle' },
      { label: 'waits between runs counted too', colour: 'queued', shape: 'diamond' },
      ...(isExpected ? [{ label: 'closed form', colour: 'ink', shape: 'dash' } as const] : []),
    ],
    views: sizes.length === 0 ? [] : [viewOf(sizes)],
    table: {
      label: 'Failures by job size',
      columns: [
        { heading: 'GPUs' },
        { heading: 'Jobs' },
        { heading: 'Hit by a fault' },
        { heading: 'Interruptions' },
        { heading: 'Time to an interruption', title: 'Time held over interruptions' },
        { heading: 'ETTR' },
        { heading: 'With waits' },
        { heading: 'Closed form' },
        { heading: 'Availability', title: 'Alive, between first start and end' },
      ],
      rows: sizes.map((size) => [
        sizeLabel(size.gpusMin, size.gpusMax),
        count(size.jobs),
        percent(size.jobs > 0 ? size.hit / size.jobs : null),
        count(size.interruptions),
        duration(size.meanTimeToInterruptionH === null ? null : 3600 * size.meanTimeToInterruptionH),
        percent(size.ettr),
        percent(size.ettrWithWaits),
        percent(size.expectedEttr),
        percent(size.availability),
      ]),
    },
    isWide: false,
  };
}

function captionOf(sizes: readonly SizeFailureFigures[], isExpected: boolean): Html {
  const largest = sizes.at(-1);
  if (largest === undefined) return html`No job ran, so there is nothing to show.`;
  const form = isExpected
    ? html` The closed form knows no queue and no fault during a restart: what lies far below it has another reason.`
    : null;
  return html`Jobs of ${sizeLabel(largest.gpusMin, largest.gpusMax)} GPUs used ${shown(percent(largest.ettr))} of what
  they held; ${shown(percent(largest.jobs > 0 ? largest.hit / largest.jobs : null))} of them were hit by a fault.${form}`;
}

function viewOf(sizes: readonly SizeFailureFigures[]): ChartView {
  const rows = sizes.map((size) => ({
    gpus: sizeLabel(size.gpusMin, size.gpusMax),
    ettr: size.ettr,
    waits: size.ettrWithWaits,
    expected: size.expectedEttr,
    jobs: countOf(size.jobs, 'job'),
    ettrText: percent(size.ettr).text,
    waitsText: percent(size.ettrWithWaits).text,
    expectedText: percent(size.expectedEttr).text,
  }));
  const least = min(sizes, (size) => Math.min(size.ettr ?? 1, size.ettrWithWaits ?? 1, size.expectedEttr ?? 1)) ?? 0;
  const bottom = Math.max(0, Math.floor(10 * least - 0.2) / 10);
  return {
    id: 'ettr-by-size',
    heading: null,
    description: 'For each size class of jobs: the useful part of its GPU-time, and what a closed form expects.',
    spec: {
      ...frame,
      height: HEIGHT_PX,
      data: { values: rows },
      encoding: {
        x: {
          field: 'gpus',
          type: 'ordinal',
          sort: null,
          title: 'GPUs of the job',
          axis: { labelAngle: sizes.length > 7 ? -45 : 0, labelOverlap: false },
        },
        y: {
          type: 'quantitative',
          title: 'Useful part',
          scale: { domain: [bottom, 1], nice: false },
          axis: { format: '.0%', tickCount: 5, minExtent: AXIS_WIDTH_PX, grid: true },
        },
        tooltip: [
          { field: 'gpus', type: 'nominal', title: 'GPUs' },
          { field: 'jobs', type: 'nominal', title: 'Started' },
          { field: 'ettrText', type: 'nominal', title: 'Of GPU-time held' },
          { field: 'waitsText', type: 'nominal', title: 'With waits' },
          { field: 'expectedText', type: 'nominal', title: 'Closed form' },
        ],
      },
      layer: [
        {
          mark: {
            type: 'line',
            color: colour('ink'),
            strokeWidth: 1.5,
            strokeDash: [5, 4],
            invalid: 'break-paths-filter-domains',
          },
          encoding: { y: { field: 'expected', type: 'quantitative' } },
        },
        {
          mark: { type: 'point', filled: true, size: 60, shape: 'diamond', color: colour('queued'), opacity: 1 },
          encoding: { y: { field: 'waits', type: 'quantitative' } },
        },
        {
          mark: { type: 'point', filled: true, size: 70, shape: 'circle', color: colour('busy'), opacity: 1 },
          encoding: { y: { field: 'ettr', type: 'quantitative' } },
        },
      ],
    },
  };
}
