import { rollups } from 'd3-array';
import type { Summary } from '../../sim/record/summary.ts';
import { html, type Html } from '../html.ts';
import { axisLabels } from '../names.ts';
import { useOf, type PoolUse } from '../pool-use.ts';
import { count, hours, percent, shown } from '../quantities.ts';
import { colour, type SeriesColour } from './theme.ts';
import { frame, type Chart, type ChartView } from './chart.ts';

/** More pools than this are drawn by GPU type. */
const DRAWN_POOLS_MAX = 24;
const ROW_PX = 26;
const AXIS_PX = 44;

type PoolFigures = Summary['figures']['pools'][number];

/** A pool, or all pools of a GPU type. */
interface UseRow extends PoolUse {
  readonly name: string;
}

const STATES: readonly { state: 'busy' | 'idle'; colour: SeriesColour }[] = [
  { state: 'busy', colour: 'busy' },
  { state: 'idle', colour: 'idle' },
];

const FIELDS = { busy: 'busyGpuHours', idle: 'idleGpuHours' } as const;

/** What the GPU-hours of each pool went to: busy and idle; by GPU type when there are many pools. */
export function poolUtilisation({ figures: { pools: allPools, makespanS } }: Summary): Chart {
  const pools = allPools.filter((pool) => pool.gpus > 0);
  const byType = pools.length > DRAWN_POOLS_MAX;
  const rows = byType
    ? useByType(pools, makespanS)
    : pools.map((pool) => ({ name: pool.pool, ...useOf([pool], makespanS) }));
  const drawn = rows.filter((row) => row.gpuHours > 0).slice(0, DRAWN_POOLS_MAX);
  return {
    title: byType ? 'Utilisation by GPU type' : 'Utilisation by pool',
    caption: captionOf(drawn, pools.length, byType),
    key: STATES.map((entry) => ({ label: entry.state, colour: entry.colour, shape: 'area' })),
    views: drawn.length === 0 ? [] : [viewOf(drawn, byType)],
    table: {
      label: byType ? 'GPU-hours by GPU type' : 'GPU-hours by pool',
      columns: [
        { heading: byType ? 'GPU type' : 'Pool' },
        { heading: 'GPUs' },
        { heading: 'Busy' },
        { heading: 'Idle' },
        { heading: 'Utilisation' },
      ],
      rows: drawn.map((row, index) => [
        labelsOf(drawn)[index] ?? '',
        count(row.gpus),
        hours(row.busyGpuHours, 'GPU-hours'),
        hours(row.idleGpuHours, 'GPU-hours'),
        percent(row.utilisation),
      ]),
    },
    isWide: false,
  };
}

function useByType(pools: readonly PoolFigures[], makespanS: number): UseRow[] {
  return rollups(
    pools,
    (members) => ({ name: members[0]?.gpuType ?? '', ...useOf(members, makespanS) }),
    (pool) => pool.gpuType,
  ).map(([, row]) => row);
}

function labelsOf(rows: readonly UseRow[]): string[] {
  return axisLabels(
    rows.map((row) => row.name),
    '(unnamed)',
    28,
  );
}

function captionOf(rows: readonly UseRow[], poolCount: number, byType: boolean): Html {
  if (rows.length === 0) return html`No GPU-hours passed, so there is nothing to draw.`;
  const shares = rows.map((row) => row.utilisation ?? 0);
  const most = percent(Math.max(...shares));
  const grouping = byType ? html` ${count(poolCount).text} pools are drawn by their GPU type.` : null;
  if (rows.length === 1) return html`${shown(most)} of the GPU-hours were used.${grouping}`;
  return html`From ${shown(percent(Math.min(...shares)))} to ${shown(most)} of the GPU-hours were used. A full row
  beside an empty one means that jobs may not, or cannot, use the other GPUs.${grouping}`;
}

function viewOf(rows: readonly UseRow[], byType: boolean): ChartView {
  const labels = labelsOf(rows);
  const values = rows.flatMap((row, index) => {
    const whole = row.gpuHours;
    let from = 0;
    return STATES.map(({ state }) => {
      const share = (100 * row[FIELDS[state]]) / whole;
      const cell = { pool: labels[index] ?? '', state, from, to: from + share, ...wordsOf(row, state, whole) };
      from += share;
      return cell;
    });
  });
  const heightPx = AXIS_PX + ROW_PX * rows.length;
  return {
    id: 'pool-utilisation',
    heading: null,
    description: `Bars: share of the GPU-hours of each ${byType ? 'GPU type' : 'pool'} that were busy and idle.`,
    spec: {
      ...frame,
      height: heightPx,
      data: { values },
      mark: { type: 'bar', height: { band: 0.66 } },
      encoding: {
        y: {
          field: 'pool',
          type: 'nominal',
          sort: null,
          title: null,
          axis: { minExtent: 54, labelLimit: 130, labelOverlap: false },
        },
        x: {
          field: 'from',
          type: 'quantitative',
          title: 'Share of GPU-hours (%)',
          scale: { domain: [0, 100] },
          axis: { values: [0, 25, 50, 75, 100], grid: true },
          stack: null,
        },
        x2: { field: 'to' },
        color: {
          field: 'state',
          type: 'nominal',
          legend: null,
          scale: { domain: STATES.map(({ state }) => state), range: STATES.map((entry) => colour(entry.colour)) },
        },
        tooltip: [
          { field: 'pool', type: 'nominal', title: byType ? 'GPU type' : 'Pool' },
          { field: 'state', type: 'nominal', title: 'State' },
          { field: 'share', type: 'nominal', title: 'Share' },
          { field: 'hours', type: 'nominal', title: 'GPU-hours' },
        ],
      },
    },
  };
}

function wordsOf(row: UseRow, state: 'busy' | 'idle', whole: number) {
  return { share: percent(row[FIELDS[state]] / whole).text, hours: hours(row[FIELDS[state]], 'GPU-hours').text };
}
