import { sum } from 'd3-array';
import type { Summary } from '../sim/record/summary.ts';
import { html, type Html } from './html.ts';
import { nameHtml } from './names.ts';
import { count, countOf, hours, percent } from './quantities.ts';
import { renderTable, type Cell } from './tables.ts';

/** More pools than this are summed in the last row. */
const LISTED_POOLS_MAX = 40;

type PoolFigures = Summary['figures']['pools'][number];

/** What each pool is made of and where its GPU-hours went. */
export function renderPools({ figures }: Summary): Html {
  const { pools } = figures;
  if (pools.length === 0) return html`<p class="empty">The cluster has no pools.</p>`;
  const listed = pools.length > LISTED_POOLS_MAX ? pools.slice(0, LISTED_POOLS_MAX - 1) : pools;
  const others = pools.slice(listed.length);
  const rows = listed.map((pool) =>
    rowOf(nameHtml(pool.pool, '(unnamed)', 40), pool.gpuType === '' ? '–' : nameHtml(pool.gpuType, '', 30), [pool]),
  );
  if (others.length > 0) rows.push(rowOf(html`<i>${countOf(others.length, 'other pool')}</i>`, '', others));
  if (pools.length > 1) rows.push(rowOf(html`<b>All</b>`, '', pools));
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

function rowOf(name: Cell, type: Cell, pools: readonly PoolFigures[]): Cell[] {
  const busy = sum(pools, (pool) => pool.busyGpuHours);
  const idle = sum(pools, (pool) => pool.idleGpuHours);
  const all = busy + idle;
  return [
    name,
    type,
    count(sum(pools, (pool) => pool.nodes)),
    count(sum(pools, (pool) => pool.gpus)),
    hours(busy, 'GPU-hours'),
    hours(idle, 'GPU-hours'),
    hours(all, 'GPU-hours'),
    percent(all > 0 ? busy / all : null),
  ];
}
