import { stringify } from 'yaml';
import type { Summary } from '../sim/record/summary.ts';
import { html, type Html } from './html.ts';
import { shorten } from './names.ts';
import { count } from './quantities.ts';

/** A scenario may hold a job list; the page shows the head of long lists and says how much it left out. */
const ENTRIES_MAX = 30;
const TEXT_LENGTH_MAX = 400;
const DEPTH_MAX = 12;
const LISTING_LENGTH_MAX = 60_000;

/** The resolved scenario (defaults included) as an indented listing, folded, with the hash of what was run. */
export function renderScenario({ scenario }: Summary): Html {
  return html`<details class="card">
    <summary>The scenario as it was run, defaults included</summary>
    <p class="note">
      SHA-256 of the whole: <code class="hash">${shorten(scenario.hash, 80)}</code>. <code>plimsoll show</code> prints
      it uncut, with where each value came from.
    </p>
    <pre tabindex="0">${listingOf(scenario.resolved)}</pre>
  </details>`;
}

/** Plain data as YAML, cut to a length that suits a page. What was cut is said in its place. */
export function listingOf(data: unknown): string {
  const listing = stringify(cut(data, 0), { aliasDuplicateObjects: false, lineWidth: 110 });
  if (listing.length <= LISTING_LENGTH_MAX) return listing;
  return `${listing.slice(0, listing.lastIndexOf('\n', LISTING_LENGTH_MAX))}\n# … cut here\n`;
}

function cut(data: unknown, depth: number): unknown {
  if (typeof data === 'string') return shorten(data, TEXT_LENGTH_MAX);
  if (typeof data !== 'object' || data === null) return data;
  if (depth === DEPTH_MAX) return '…';
  if (Array.isArray(data)) {
    const head = data.slice(0, ENTRIES_MAX).map((entry) => cut(entry, depth + 1));
    return data.length > ENTRIES_MAX ? [...head, more(data.length - ENTRIES_MAX)] : head;
  }
  const entries = Object.entries(data);
  const head = entries.slice(0, ENTRIES_MAX).map(([key, value]) => [shorten(key, 80), cut(value, depth + 1)] as const);
  if (entries.length > ENTRIES_MAX) head.push(['…', more(entries.length - ENTRIES_MAX)]);
  return new Map(head);
}

function more(entries: number): string {
  return `… and ${count(entries).text} more`;
}
