import type { FailureFigures } from '../sim/record/failure-figures.ts';
import type { Summary } from '../sim/record/summary.ts';
import { html, type Html } from './html.ts';
import { count, decimal, durationInWords, hours, type Quantity } from './quantities.ts';
import { renderTable, type Cell } from './tables.ts';

const words = {
  storage: {
    name: 'storage',
    means: 'no checkpoint is saved or loaded: gangs work on at their risk, and those that have to load stand still',
  },
  'control-plane': {
    name: 'control plane',
    means: 'nothing is decided: no job starts and no spare takes over (waiting for it is a cause of its own)',
  },
} as const;

/** How what all nodes share was missed; it takes no node down, so it is in no other table of losses. */
export function renderSharedParts({ endS }: Pick<Summary['figures'], 'endS'>, figures: FailureFigures): Html | null {
  const { sharedParts } = figures;
  if (sharedParts.length === 0) return null;
  return html`<h3>Storage and control plane</h3>
    ${renderTable({
      label: 'Storage and control plane',
      columns: [
        { heading: 'Loss of the' },
        { heading: 'Times' },
        { heading: 'Away' },
        { heading: '% of the time' },
        { heading: 'Longest' },
        { heading: 'Jobs stopped then', title: 'By faults of other components, while it was away' },
        { heading: 'Lost work then', title: 'GPU-hours' },
        { heading: 'What it means', isText: true },
      ],
      rows: sharedParts.map(({ part, losses, awayS, longestS, interruptions, lostGpuHours }): Cell[] => [
        words[part].name,
        count(losses),
        span(awayS),
        decimal(endS > 0 ? (100 * awayS) / endS : 0),
        span(longestS),
        count(interruptions),
        hours(lostGpuHours, 'GPU-hours'),
        words[part].means,
      ]),
    })}`;
}

function span(seconds: number): Quantity | string {
  return seconds === 0 ? '–' : durationInWords(seconds);
}
