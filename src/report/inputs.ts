import type { Summary } from '../sim/record/summary.ts';
import { dateText } from './charts/time-axis.ts';
import { html, type Html } from './html.ts';
import { nameHtml, shorten } from './names.ts';
import { count, countOf, decimal, duration, percent, type Quantity } from './quantities.ts';
import { renderTable } from './tables.ts';

/** A sentence is cut after this many characters, a list after this many entries, so that the page stays small. */
const SENTENCE_LENGTH_MAX = 500;
const SHOWN_AT_ONCE = 5;
const LISTED_MAX = 50;
const FILES_MAX = 20;
const WARNINGS_A_FILE_MAX = 8;

type Import = Summary['imports'][number];

/** What a planner must know before trusting the run, from the run itself and from what was read; null if nothing. */
export function renderWarnings({ warnings, imports }: Summary): Html | null {
  const sentences = [
    ...warnings.map((warning) => sentenceOf(warning)),
    ...imports.flatMap((source) =>
      source.warnings.map((warning) => html`${fileHtml(source.file)}: ${sentenceOf(warning)}`),
    ),
    ...imports.filter((source) => droppedOf(source) > 0).map(droppedSentence),
  ];
  if (sentences.length === 0) return null;
  const rest = sentences.slice(SHOWN_AT_ONCE, LISTED_MAX);
  const untold = sentences.length - SHOWN_AT_ONCE - rest.length;
  return html`<aside class="warnings" aria-labelledby="warnings-title">
    <h2 id="warnings-title">Know this before you rely on the figures</h2>
    <ul>
      ${sentences.slice(0, SHOWN_AT_ONCE).map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
    ${
      rest.length === 0
        ? null
        : html`<details>
            <summary>${count(rest.length + Math.max(0, untold)).text} more</summary>
            <ul>
              ${rest.map((sentence) => html`<li>${sentence}</li>`)}
              ${untold > 0 ? html`<li>and ${count(untold).text} more in summary.json</li>` : null}
            </ul>
          </details>`
    }
  </aside>`;
}

/** Every file that was read: how much of it was used, what was left out and why, and its own recorded figures. */
export function renderInputs({ imports }: Summary): Html {
  if (imports.length === 0) {
    return html`<p class="empty">No file was read: the jobs were generated from the scenario.</p>`;
  }
  const others = imports.length - FILES_MAX;
  return html`<div class="cards">${imports.slice(0, FILES_MAX).map(renderInput)}</div>
    ${others > 0 ? html`<p class="note">${countOf(others, 'more file')}: see summary.json.</p>` : null}`;
}

function renderInput(source: Import): Html {
  const dropped = source.dropped.slice(0, LISTED_MAX);
  const recorded = Object.entries(source.recorded).slice(0, LISTED_MAX);
  return html`<article class="card">
    <h3>${fileHtml(source.file)}</h3>
    <p class="note">
      Format ${nameHtml(source.format, '(none)')}. ${countOf(source.read, 'row')} read, ${count(source.kept).text} used
      (${percent(source.read > 0 ? source.kept / source.read : null).text}), ${count(droppedOf(source)).text} left out.
    </p>
    ${
      dropped.length === 0
        ? null
        : renderTable({
            label: `Rows of ${shorten(source.file, 100)} that were left out`,
            columns: [{ heading: 'Left out because', isText: true }, { heading: 'Rows' }, { heading: 'First at line' }],
            rows: dropped.map(({ reason, count: rows, firstLine }) => [
              shorten(reason, SENTENCE_LENGTH_MAX),
              count(rows),
              firstLine > 0 ? count(firstLine) : '–',
            ]),
          })
    }
    ${
      source.warnings.length === 0
        ? null
        : html`<ul class="plain">
            ${source.warnings.slice(0, WARNINGS_A_FILE_MAX).map((warning) => html`<li>${sentenceOf(warning)}</li>`)}
            ${
              source.warnings.length > WARNINGS_A_FILE_MAX
                ? html`<li>and ${count(source.warnings.length - WARNINGS_A_FILE_MAX).text} more in summary.json</li>`
                : null
            }
          </ul>`
    }
    ${
      recorded.length === 0
        ? null
        : renderTable({
            label: `Figures recorded in ${shorten(source.file, 100)}`,
            columns: [{ heading: 'Recorded in the file' }, { heading: 'Value' }],
            rows: recorded.map(([name, value]) => [
              html`<code>${shorten(name, 60)}</code>`,
              recordedValue(name, value),
            ]),
          })
    }
  </article>`;
}

/** A recorded figure by the unit at the end of its name: …UnixS is an instant in s since 1970, …S a duration in s. */
function recordedValue(name: string, value: number): Quantity {
  if (name.endsWith('UnixS'))
    return { text: `${dateText(new Date(value * 1000), 'seconds')} UTC`, exact: String(value) };
  if (name.endsWith('S')) return duration(value);
  return Number.isInteger(value) ? count(value) : decimal(value);
}

function droppedOf(source: Import): number {
  return source.dropped.reduce((rows, entry) => rows + entry.count, 0);
}

function droppedSentence(source: Import): Html {
  const largest = source.dropped.toSorted((a, b) => b.count - a.count)[0];
  const why = largest === undefined ? null : html`, most of them because: ${shorten(largest.reason, 200)}`;
  return html`${fileHtml(source.file)}: ${count(droppedOf(source)).text} of ${countOf(source.read, 'row')} were left
    out${why} (<a href="#input">all reasons</a>).`;
}

function fileHtml(file: string): Html {
  return html`<code>${nameHtml(file, '(no file)', 80)}</code>`;
}

function sentenceOf(text: string): Html {
  return html`${shorten(text, SENTENCE_LENGTH_MAX)}`;
}
