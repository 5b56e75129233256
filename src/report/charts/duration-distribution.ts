import { cumsum, sum } from 'd3-array';
import type { TopLevelSpec } from 'vega-lite';
import type { Distribution, Summary } from '../../sim/record/summary.ts';
import type { Histogram } from '../../stats/order-statistics.ts';
import { html, type Html } from '../html.ts';
import { count, duration, percent, shown } from '../quantities.ts';
import { AXIS_WIDTH_PX, colour } from './theme.ts';
import { countTicks, frame, type Chart } from './chart.ts';
import { durationScale, durationTicks } from './duration-axis.ts';
import { rounded } from './series.ts';

const HISTOGRAM_PX = 110;
const CUMULATIVE_PX = 150;

/** How long jobs waited before they started. */
export function waitDistribution({ figures }: Summary): Chart {
  const { waitS } = figures.all;
  return distributionChart({
    id: 'wait-distribution',
    title: 'Wait before the start',
    axisTitle: 'Time in the queue (log scale)',
    // All at zero is a sentence, not a drawing.
    histogram: waitS.max === 0 ? { edges: [0], counts: [] } : figures.waitHistogram,
    caption: html`Half of the jobs
    ${waitS.median === 0 ? 'did not wait' : html`waited at most ${shown(duration(waitS.median))}`}, 95 % waited at most
    ${shown(duration(waitS.p95))}. Read a target off the curve: the share of jobs that start within a time.`,
    whenEmpty:
      waitS.count === 0
        ? html`No job started, so there is no wait to show.`
        : html`No job waited: each started when it was submitted.`,
    jobs: waitS,
  });
}

/** How long jobs took from submit to end. */
export function completionDistribution({ figures }: Summary): Chart {
  const { completionS } = figures.all;
  return distributionChart({
    id: 'completion-distribution',
    title: 'Completion time',
    axisTitle: 'Time from submit to end (log scale)',
    histogram: figures.completionHistogram,
    caption: html`Half of the jobs were done ${shown(duration(completionS.median))} after they were submitted, 95 %
    within ${shown(duration(completionS.p95))}. It holds the wait and the run; only the wait shrinks with more GPUs.`,
    whenEmpty: html`No job finished, so there is no completion time to show.`,
    jobs: completionS,
  });
}

interface Bin {
  readonly fromS: number;
  readonly toS: number;
  readonly jobs: number;
  /** Jobs in this bin and all before it. */
  readonly jobsUpTo: number;
}

/** Bins from the first that holds a job to the last that does. */
function filledBins(histogram: Histogram): Bin[] {
  const upTo = cumsum(histogram.counts);
  const bins = histogram.counts.map((jobs, index) => ({
    fromS: histogram.edges[index] ?? 0,
    toS: histogram.edges[index + 1] ?? 0,
    jobs,
    jobsUpTo: upTo[index] ?? 0,
  }));
  const first = bins.findIndex((bin) => bin.jobs > 0);
  return first < 0 ? [] : bins.slice(first, bins.findLastIndex((bin) => bin.jobs > 0) + 1);
}

function distributionChart(options: {
  readonly id: string;
  readonly title: string;
  readonly axisTitle: string;
  readonly histogram: Histogram;
  readonly caption: Html;
  readonly whenEmpty: Html;
  readonly jobs: Distribution;
}): Chart {
  const bins = filledBins(options.histogram);
  const total = sum(options.histogram.counts);
  return {
    title: options.title,
    caption: bins.length === 0 ? options.whenEmpty : options.caption,
    key: [],
    views:
      bins.length === 0
        ? []
        : [
            {
              id: `${options.id}-histogram`,
              heading: null,
              description: `${options.title}: histogram of ${total} jobs over a logarithmic axis of durations.`,
              spec: histogramSpec(bins, total),
            },
            {
              id: `${options.id}-cumulative`,
              heading: null,
              description: `${options.title}: line of the share of jobs up to each duration.`,
              spec: cumulativeSpec(bins, total, options.axisTitle),
            },
          ],
    table: {
      label: `${options.title}: jobs by duration`,
      columns: [
        { heading: 'At least' },
        { heading: 'Less than' },
        { heading: 'Jobs' },
        { heading: 'Share' },
        { heading: 'Share up to here' },
      ],
      rows: bins.map((bin) => [
        duration(bin.fromS),
        duration(bin.toS),
        count(bin.jobs),
        percent(bin.jobs / total),
        percent(bin.jobsUpTo / total),
      ]),
    },
    isWide: false,
  };
}

/** The jobs in each bin, with an axis of their own: a distribution has long and low shoulders. */
function histogramSpec(bins: readonly Bin[], total: number): TopLevelSpec {
  const x = durationChannel(bins, null);
  return {
    ...frame,
    height: HISTOGRAM_PX,
    data: { values: rowsOf(bins, total) },
    layer: [
      {
        mark: { type: 'rect', color: colour('bar'), stroke: 'var(--card)', strokeWidth: 1 },
        encoding: {
          x,
          x2: { field: 'to' },
          y: {
            field: 'jobs',
            type: 'quantitative',
            title: 'Jobs',
            axis: { minExtent: AXIS_WIDTH_PX, ...countTicks, tickCount: 3 },
          },
          y2: { datum: 0 },
        },
      },
      pointedLayer(x),
    ],
  };
}

/** The share of jobs up to each duration: the curve that a service level is read from. */
function cumulativeSpec(bins: readonly Bin[], total: number, axisTitle: string): TopLevelSpec {
  const rows = rowsOf(bins, total);
  const x = durationChannel(bins, axisTitle);
  const start = bins[0];
  // Jobs of the first bin may all have waited nothing: the curve starts with them when that bin starts at zero.
  const atStart = start === undefined ? 0 : start.jobsUpTo - (start.fromS === 0 ? 0 : start.jobs);
  const before = rounded((100 * atStart) / total);
  return {
    ...frame,
    height: CUMULATIVE_PX,
    data: { values: rows },
    layer: [
      {
        data: {
          values: [{ from: x.scale.domain[0], upTo: before }, ...rows.map((row) => ({ from: row.to, upTo: row.upTo }))],
        },
        mark: { type: 'line', color: colour('ink'), strokeWidth: 1.75 },
        encoding: {
          x,
          y: {
            field: 'upTo',
            type: 'quantitative',
            title: 'Jobs up to here (%)',
            scale: { domain: [0, 100] },
            axis: { minExtent: AXIS_WIDTH_PX, values: [0, 25, 50, 75, 95] },
          },
        },
      },
      pointedLayer(x),
    ],
  };
}

type DurationChannel = ReturnType<typeof durationChannel>;

function durationChannel(bins: readonly Bin[], title: string | null) {
  const fromS = bins[0]?.fromS ?? 0;
  const toS = bins.at(-1)?.toS ?? 1;
  return {
    field: 'from',
    type: 'quantitative' as const,
    title,
    scale: { ...durationScale, domain: [rounded(fromS), rounded(toS)] },
    axis: durationTicks(fromS, toS),
  };
}

function rowsOf(bins: readonly Bin[], total: number) {
  return bins.map((bin) => ({
    from: rounded(bin.fromS),
    to: rounded(bin.toS),
    jobs: bin.jobs,
    share: percent(bin.jobs / total).text,
    upTo: rounded((100 * bin.jobsUpTo) / total),
    upToText: percent(bin.jobsUpTo / total).text,
    range: `${duration(bin.fromS).text} to ${duration(bin.toS).text}`,
  }));
}

/** A column over each bin that shows and tells what the pointer is on. */
function pointedLayer(x: DurationChannel) {
  return {
    params: [{ name: 'pointed', select: { type: 'point' as const, on: 'pointerover', clear: 'pointerout' } }],
    mark: { type: 'rect' as const, color: 'var(--ink)' },
    encoding: {
      x,
      x2: { field: 'to' },
      opacity: { condition: { param: 'pointed', value: 0.12, empty: false }, value: 0 },
      tooltip: [
        { field: 'range', type: 'nominal' as const, title: 'Duration' },
        { field: 'jobs', type: 'quantitative' as const, title: 'Jobs', format: ',d' },
        { field: 'share', type: 'nominal' as const, title: 'Share' },
        { field: 'upToText', type: 'nominal' as const, title: 'Up to here' },
      ],
    },
  };
}
