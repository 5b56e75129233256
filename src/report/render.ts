import { createHash } from 'node:crypto';
import type { Summary } from '../sim/record/summary.ts';
import { answerOf } from './answer.ts';
import { dateText } from './charts/time-axis.ts';
import type { Chart } from './charts/chart.ts';
import { completionDistribution, waitDistribution } from './charts/duration-distribution.ts';
import { gpusOverTime } from './charts/gpus-over-time.ts';
import { poolUtilisation } from './charts/pool-utilisation.ts';
import { queueLength } from './charts/queue-length.ts';
import { chartConfig } from './charts/theme.ts';
import { waitByCause } from './charts/wait-by-cause.ts';
import { waitBySize } from './charts/wait-by-size.ts';
import { renderFigure } from './figure.ts';
import { Html, html, jsonForScript } from './html.ts';
import { renderInputs, renderWarnings } from './inputs.ts';
import { renderAllJobs, renderBySize, renderByTenant } from './job-figures.ts';
import { readLibraries } from './libraries.ts';
import { nameHtml, shorten } from './names.ts';
import { pageScript } from './page-script.ts';
import { renderPools } from './pools.ts';
import { countOf } from './quantities.ts';
import { renderRules } from './rules.ts';
import { renderScenario } from './scenario-listing.ts';
import { styles } from './styles.ts';
import { renderTiles } from './tiles.ts';

/**
 * The report on one run: a single HTML file with its charts' programs inside, which asks nothing of any network and
 * looks the same for the same summary. Its size depends on the number of tenants, sizes and pools, not of jobs.
 * Rejects with a RangeError when the summary's start date is no date.
 */
export async function renderReport(summary: Summary): Promise<string> {
  const isEmpty = summary.figures.jobs.submitted === 0;
  const charts = {
    time: [gpusOverTime(summary), queueLength(summary)],
    waiting: [waitDistribution(summary), completionDistribution(summary), waitBySize(summary), waitByCause(summary)],
    pools: [poolUtilisation(summary)],
  };
  const body = html`${renderHeader(summary)}
    <main>
      ${renderWarnings(summary)} ${isEmpty ? renderEmpty() : renderFigures(summary, charts)}
      ${section('input', 'Input', 'What was read, what was left out and why.', renderInputs(summary))}
      ${section('rules', 'Rules', RULES_LEAD, renderRules(summary))}
      ${section('scenario', 'Scenario', null, renderScenario(summary))}
    </main>
    <footer>
      Made by Plimsoll ${shorten(summary.plimsollVersion, 40)}. This file is complete: it loads nothing.
    </footer>`;
  const specs = Object.fromEntries(
    (isEmpty ? [] : Object.values(charts).flat()).flatMap((chart) => chart.views.map((view) => [view.id, view.spec])),
  );
  const title = `${shorten(summary.scenario.name, 80)} · Plimsoll report`;
  return assemble(title, body, { config: chartConfig, specs }, [...(await readLibraries()), pageScript]);
}

const RULES_LEAD =
  'What each policy really does. The same name can hide rules whose waits differ by a factor of three.';

function renderFigures(
  summary: Summary,
  charts: Readonly<Record<'time' | 'waiting' | 'pools', readonly Chart[]>>,
): Html {
  const grid = (members: readonly Chart[]): Html => html`<div class="grid">${members.map(renderFigure)}</div>`;
  return html`
    ${section('headline', 'At a glance', null, renderTiles(summary))}
    ${section('time', 'Over time', null, grid(charts.time))}
    ${section('waiting', 'Waiting', null, grid(charts.waiting))}
    ${section(
      'pools',
      'Pools',
      'Between the first submit and the end of the run.',
      html`${grid(charts.pools)}
        <h3>Each pool, in GPU-hours</h3>
        ${renderPools(summary)}`,
    )}
    ${section(
      'figures',
      'Figures',
      'Rest the pointer on a figure to see it exactly.',
      html`${renderAllJobs(summary)}
        <h3>By tenant</h3>
        ${renderByTenant(summary)}
        <h3>By size</h3>
        ${renderBySize(summary)}`,
    )}
  `;
}

function renderEmpty(): Html {
  return section(
    'headline',
    'No jobs',
    null,
    html`<p class="card">
      The workload of this scenario gave no job, so there are no figures and nothing to draw. See below what was read
      and what was left out.
    </p>`,
  );
}

function section(id: string, title: string, lead: string | null, content: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${lead === null ? null : html`<p class="lead">${lead}</p>`} ${content}
  </section>`;
}

function renderHeader(summary: Summary): Html {
  const { scenario, figures } = summary;
  const links = figures.jobs.submitted === 0 ? LINKS.filter(([id]) => !FIGURE_SECTIONS.has(id)) : LINKS;
  return html`<header>
    <p class="brand">${MARK}<span>Plimsoll capacity report</span></p>
    <h1>${nameHtml(scenario.name, '(unnamed scenario)', 120)}</h1>
    ${scenario.description === '' ? null : html`<p class="description">${shorten(scenario.description, 2000)}</p>`}
    <dl class="facts">
      ${fact('Simulated', simulatedPeriod(summary))}
      ${fact('Scenario', html`<code>${nameHtml(scenario.file, '(none)', 80)}</code>`)}
      ${fact('Seed', html`${String(summary.seed)}`)}
      ${fact('Fingerprint', html`<code>${shorten(summary.fingerprint, 40)}</code>`)}
      ${fact('Plimsoll', html`${shorten(summary.plimsollVersion, 40)}`)}
      ${fact('Work', html`${countOf(figures.events, 'event')}, ${countOf(figures.decisions, 'decision')}`)}
    </dl>
    <p class="answer">${answerOf(summary)}</p>
    <nav aria-label="Sections">
      <ul>
        ${links.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}
      </ul>
    </nav>
  </header>`;
}

const LINKS = [
  ['headline', 'At a glance'],
  ['time', 'Over time'],
  ['waiting', 'Waiting'],
  ['pools', 'Pools'],
  ['figures', 'Figures'],
  ['input', 'Input'],
  ['rules', 'Rules'],
  ['scenario', 'Scenario'],
] as const;

const FIGURE_SECTIONS: ReadonlySet<string> = new Set(['headline', 'time', 'waiting', 'pools', 'figures']);

/** A ship's Plimsoll line. */
const MARK = new Html(
  '<svg viewBox="0 0 26 22" aria-hidden="true"><circle cx="13" cy="11" r="7.5"/><path d="M1 11H25"/></svg>',
);

function fact(name: string, value: Html): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function simulatedPeriod({ startDate, figures }: Summary): Html {
  if (startDate === null) return html`no dates given`;
  const start = new Date(startDate);
  const end = new Date(start.getTime() + figures.endS * 1000);
  return html`${dateText(start, 'days')} to ${dateText(end, 'days')} (UTC)`;
}

/** The document around the body. Scripts and styles run by their hashes alone, and nothing may be loaded. */
function assemble(title: string, body: Html, charts: unknown, scripts: readonly string[]): string {
  const policy = [
    `default-src 'none'`,
    `script-src ${scripts.map(hashSource).join(' ')}`,
    `style-src ${hashSource(styles)}`,
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
        ${new Html(`<style>${styles}</style>`)}
      </head>
      <body>
        ${body}
        <noscript
          ><p class="empty">The charts need JavaScript; their figures are in the tables under them.</p></noscript
        >
        ${new Html(`<script type="application/json" id="chart-specs">${jsonForScript(charts)}</script>`)}
        ${scripts.map((script) => new Html(`<script>${script}</script>\n`))}
      </body>
    </html> `;
  return `${document.source.trimEnd()}\n`;
}

/** What a content security policy calls an inline script or style. */
function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
