import type { QuarantineFigures } from '../sim/record/failure-figures.ts';
import { html, type Html } from './html.ts';
import { countOf, hours, shown } from './quantities.ts';

/** Nodes that did not go back to work, and whether luck had made lemons of them. */
export function renderQuarantine({ times, lemons, others, replaced, nodeHours, lemonNodes }: QuarantineFigures): Html {
  const there = `When the run began, ${countOf(lemonNodes, 'node')} had a lemon in ${lemonNodes === 1 ? 'it' : 'them'}`;
  if (times === 0) return html`<p>No node was kept. ${there}.</p>`;
  return html`<p>
    Nodes were kept out of service for what had been found on them ${countOf(times, 'time')}, in all for
    ${shown(hours(nodeHours, 'node-hours'))} node-hours (in the waterfall they count as repair queue).
    ${countOf(lemons, 'time')} it was a lemon, ${countOf(others, 'time')} it was not. ${there}, which nobody in the run
    knew. ${countOf(replaced, 'time')} another node took the place.
  </p>`;
}
