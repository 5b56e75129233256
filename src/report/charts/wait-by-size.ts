import { max, min } from 'd3-array';
import type { Summary } from '../../sim/record/summary.ts';
import { html, type Html } from '../html.ts';
import { sizeLabel } from '../names.ts';
import { count, countOf, duration, percent, shown } from '../quantities.ts';
import { AXIS_WIDTH_PX, colour, type SeriesColour } from './theme.ts';
import { frame, type Chart, type ChartView } from './chart.ts';
import { durationScale, durationTicks, tickBelow } from './duration-axis.ts';

const HEIGHT_PX = 240;

type SizeFigures = Summary['figures']['bySize'][number];

/** Median, mean and 95th percentile of the wait of each size class. */
export function waitBySize({ figures }: Summary): Chart {
  const sizes = figures.bySize.filter((size) => size.waitS.count > 0);
  return {
    title: 'Wait by job size',
    caption: captionOf(sizes),
    key: [
      { label: 'median', colour: 'busy', shape: 'circle' },
      { label: 'mean', colour: 'ink', shape: 'diamond' },
      { label: '95 % wait at most', colour: 'queued', shape: 'triangle' },
    ],
    views: (max(sizes, (size) => size.waitS.max ?? 0) ?? 0) === 0 ? [] : [viewOf(sizes)],
    table: {
      label: 'Wait by job size',
      columns: [
        { heading: 'GPUs' },
        { heading: 'Jobs' },
        { heading: 'GPU-hours', title: 'Share of all GPU-hours' },
        { heading: 'Mean' },
        { heading: 'Median' },
        { heading: 'p95' },
      ],
      rows: sizes.map((size) => [
        sizeLabel(size.gpusMin, size.gpusMax),
        count(size.jobs),
        percent(figures.all.gpuHours > 0 ? size.gpuHours / figures.all.gpuHours : null),
        duration(size.waitS.mean),
        duration(size.waitS.median),
        duration(size.waitS.p95),
      ]),
    },
    isWide: false,
  };
}

function captionOf(sizes: readonly SizeFigures[]): Html {
  const worst = sizes.reduce<SizeFigures | null>(
    (most, size) => ((size.waitS.mean ?? 0) > (most?.waitS.mean ?? 0) ? size : most),
    null,
  );
  if (sizes.length === 0) return html`No job started, so there is no wait to show.`;
  if (worst === null) return html`No job waited, of whatever size.`;
  return html`Jobs of ${sizeLabel(worst.gpusMin, worst.gpusMax)} GPUs wait longest: ${shown(duration(worst.waitS.mean))}
  on average over ${countOf(worst.waitS.count, 'job')}. A mean far above the median says that few jobs carry the
  waiting.`;
}

/** A range stands in two lines where the drawing is narrow: "33–" over "64". */
const foldedLabel =
  `width < 380 && indexof(datum.label, '–') > 0 ? ` +
  `[slice(datum.label, 0, indexof(datum.label, '–') + 1), slice(datum.label, indexof(datum.label, '–') + 1)] : datum.label`;

/** A mark of one figure: its field, colour and shape. */
function pointLayer(field: string, name: SeriesColour, shape: 'circle' | 'diamond' | 'triangle-up') {
  return {
    mark: { type: 'point' as const, filled: true, size: 70, shape, color: colour(name), opacity: 1 },
    encoding: { y: { field, type: 'quantitative' as const } },
  };
}

function viewOf(sizes: readonly SizeFigures[]): ChartView {
  const top = Math.max(1, max(sizes, ({ waitS }) => Math.max(waitS.p95 ?? 0, waitS.mean ?? 0)) ?? 1);
  const bottom = tickBelow(min(sizes, ({ waitS }) => Math.min(waitS.median ?? 0, waitS.mean ?? 0)) ?? 0);
  const rows = sizes.map(({ gpusMin, gpusMax, waitS }) => ({
    gpus: sizeLabel(gpusMin, gpusMax),
    median: waitS.median,
    mean: waitS.mean,
    p95: waitS.p95,
    jobs: countOf(waitS.count, 'job'),
    medianText: duration(waitS.median).text,
    meanText: duration(waitS.mean).text,
    p95Text: duration(waitS.p95).text,
  }));
  const yTitle = 'Wait (log scale)';
  return {
    id: 'wait-by-size',
    heading: null,
    description: 'For each size class of jobs: median, mean and 95th percentile of the wait.',
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
          axis: { labelAngle: 0, labelExpr: foldedLabel, labelOverlap: sizes.length > 14 },
        },
        y: {
          type: 'quantitative',
          title: yTitle,
          scale: { ...durationScale, domain: [bottom, top * 1.3] },
          axis: { ...durationTicks(bottom, top * 1.3), minExtent: AXIS_WIDTH_PX },
        },
        tooltip: [
          { field: 'gpus', type: 'nominal', title: 'GPUs' },
          { field: 'jobs', type: 'nominal', title: 'Started' },
          { field: 'medianText', type: 'nominal', title: 'Median' },
          { field: 'meanText', type: 'nominal', title: 'Mean' },
          { field: 'p95Text', type: 'nominal', title: 'p95' },
        ],
      },
      layer: [
        {
          mark: { type: 'rule', color: colour('idle'), strokeWidth: 4, strokeCap: 'round' },
          encoding: { y: { field: 'median', type: 'quantitative' }, y2: { field: 'p95' } },
        },
        pointLayer('p95', 'queued', 'triangle-up'),
        pointLayer('mean', 'ink', 'diamond'),
        pointLayer('median', 'busy', 'circle'),
      ],
    },
  };
}
