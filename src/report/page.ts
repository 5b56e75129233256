import { createHash } from 'node:crypto';
import type { Chart } from './charts/chart.ts';
import { chartConfig } from './charts/theme.ts';
import { Html, html, jsonForScript } from './html.ts';
import { readLibraries } from './libraries.ts';
import { pageScript } from './page-script.ts';
import { styles } from './styles.ts';

/** What a page of ours is made of. */
export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Every chart whose drawings the body holds. */
  readonly charts: readonly Chart[];
  /** Rules beside the common style sheet. */
  readonly moreStyles?: string;
}

/**
 * A page as one file with its charts' programs inside. Scripts and styles run by their hashes alone, and nothing may be
 * loaded.
 */
export async function renderPage({ title, body, charts, moreStyles = '' }: Page): Promise<string> {
  const specs = Object.fromEntries(charts.flatMap((chart) => chart.views.map((view) => [view.id, view.spec])));
  const scripts = [...(await readLibraries()), pageScript];
  const allStyles = styles + moreStyles;
  const policy = [
    `default-src 'none'`,
    `script-src ${scripts.map(hashSource).join(' ')}`,
    `style-src ${hashSource(allStyles)}`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${new Html(`<style>${allStyles}</style>`)}
      </head>
      <body>
        ${body}
        <noscript
          ><p class="empty">The charts need JavaScript; their figures are in the tables under them.</p></noscript
        >
        ${new Html(
          `<script type="application/json" id="chart-specs">${jsonForScript({ config: chartConfig, specs })}</script>`,
        )}
        ${scripts.map((script) => new Html(`<script>${script}</script>\n`))}
      </body>
    </html> `;
  return `${document.source.trimEnd()}\n`;
}

export function section(id: string, title: string, lead: string | null, content: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${lead === null ? null : html`<p class="lead">${lead}</p>`} ${content}
  </section>`;
}

/** The line above a page's title, with a ship's Plimsoll line. */
export function brand(text: string): Html {
  return html`<p class="brand">${MARK}<span>${text}</span></p>`;
}

const MARK = new Html(
  '<svg viewBox="0 0 26 22" aria-hidden="true"><circle cx="13" cy="11" r="7.5"/><path d="M1 11H25"/></svg>',
);

/** A name and its value in the list under a page's title. */
export function fact(name: string, value: Html): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** What a content security policy calls an inline script or style. */
function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
