import type { Summary } from '../sim/record/summary.ts';
import { html, type Html } from './html.ts';
import { nameHtml } from './names.ts';
import { useOf, type PoolUse } from './pool-use.ts';
import { count, countOf, hours, percent } from './quantities.ts';
import { renderTable, type Cell } from './tables.ts';

/** More pools than this: the largest are listed, the others are summed. */
const LISTED_POOLS_MAX = 40;

/** What each pool is made of and where its GPU-hours went. */
export function renderPools({ figures: { pools, makespanS } }: Summary): Html {
  if (pools.length === 0) return html`<p class="empty">The cluster has no pools.</p>`;
  const isLong = pools.length > LISTED_POOLS_MAX;
  const ordered = isLong ? pools.toSorted((a, b) => b.gpus - a.gpus) : pools;
  const listed = isLong ? ordered.slice(0, LISTED_POOLS_MAX - 1) : ordered;
  const others = ordered.slice(listed.length);
  const rows = listed.map((pool) =>
    rowOf(
      nameHtml(pool.pool, '(unnamed)', 40),
      pool.gpuType === '' ? '–' : nameHtml(pool.gpuType, '', 30),
      useOf([pool], makespanS),
    ),
  );
  if (isLong) rows.push(rowOf(html`<i>${countOf(others.length, 'smaller pool')}</i>`, '', useOf(others, makespanS)));
  if (pools.length > 1) rows.push(rowOf(html`<b>All</b>`, '', useOf(pools, makespanS)));
  return renderTable({
    label: 'Pools',
    columns: [
      { heading: 'Pool' },
      { heading: 'GPU type', isText: true },
      { heading: 'Nodes' },
      { heading: 'GPUs' },
      { heading: 'Busy', title: 'GPU-hours' },
      { heading: 'Idle', title: 'GPU-hours' },
      { heading: 'GPU-hours' },
      { heading: 'Utilisation' },
    ],
    rows,
  });
}

function rowOf(name: Cell, type: Cell, use: PoolUse): Cell[] {
  return [
    name,
    type,
    count(use.nodes),
    count(use.gpus),
    hours(use.busyGpuHours, 'GPU-hours'),
    hours(use.idleGpuHours, 'GPU-hours'),
    hours(use.gpuHours, 'GPU-hours'),
    percent(use.utilisation),
  ];
}
