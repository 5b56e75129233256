import type { Summary } from '../sim/record/summary.ts';
import { answerOf } from './answer.ts';
import { renderBlastRadius } from './blast-radius.ts';
import { dateText } from './charts/time-axis.ts';
import type { Chart } from './charts/chart.ts';
import { completionDistribution, waitDistribution } from './charts/duration-distribution.ts';
import { ettrBySize } from './charts/ettr-by-size.ts';
import { faultCosts } from './charts/fault-costs.ts';
import { faultsByComponent } from './charts/faults-by-component.ts';
import { faultsOverTime } from './charts/faults-over-time.ts';
import { gpuHoursByUse } from './charts/gpu-hours-by-use.ts';
import { gpusOverTime } from './charts/gpus-over-time.ts';
import { poolUtilisation } from './charts/pool-utilisation.ts';
import { queueLength } from './charts/queue-length.ts';
import { serviceOutages } from './charts/service-outages.ts';
import { spareLevel } from './charts/spare-level.ts';
import { waitByCause } from './charts/wait-by-cause.ts';
import { waitBySize } from './charts/wait-by-size.ts';
import { renderDataLoss } from './data-loss.ts';
import { renderFailureLines } from './failure-lines.ts';
import { renderFigure } from './figure.ts';
import { html, type Html } from './html.ts';
import { renderIncidents } from './incidents.ts';
import { renderInputs, renderWarnings } from './inputs.ts';
import { renderAllJobs, renderBySize, renderByTenant } from './job-figures.ts';
import { nameHtml, shorten } from './names.ts';
import { brand, fact, renderPage, section } from './page.ts';
import { renderPools } from './pools.ts';
import { countOf } from './quantities.ts';
import { renderQuarantine } from './quarantine.ts';
import { renderRules } from './rules.ts';
import { renderScenario } from './scenario-listing.ts';
import { renderServices } from './services.ts';
import { renderSharedParts } from './shared-parts.ts';
import { renderTiles } from './tiles.ts';

/**
 * The report on one run: a single HTML file with its charts' programs inside, which asks nothing of any network and
 * looks the same for the same summary. Its size depends on the number of tenants, sizes and pools, not of jobs.
 * Rejects with a RangeError when the summary's start date is no date.
 */
export async function renderReport(summary: Summary): Promise<string> {
  const isEmpty = summary.figures.jobs.submitted === 0;
  const { failures } = summary.figures;
  const charts = {
    time: [gpusOverTime(summary), queueLength(summary)],
    waiting: [waitDistribution(summary), completionDistribution(summary), waitBySize(summary), waitByCause(summary)],
    failures:
      failures === null
        ? []
        : [
            gpuHoursByUse(failures),
            ettrBySize(failures),
            faultCosts(failures),
            faultsByComponent(failures),
            faultsOverTime(summary, failures),
            ...(summary.figures.services.length === 0 ? [] : [serviceOutages(summary)]),
            ...(failures.spareLevel === null ? [] : [spareLevel(summary, failures.spareLevel)]),
          ],
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
  const title = `${shorten(summary.scenario.name, 80)} · Plimsoll report`;
  return renderPage({ title, body, charts: isEmpty ? [] : Object.values(charts).flat() });
}

const RULES_LEAD =
  'What each policy really does. The same name can hide rules whose waits differ by a factor of three.';

function renderFigures(
  summary: Summary,
  charts: Readonly<Record<'time' | 'waiting' | 'failures' | 'pools', readonly Chart[]>>,
): Html {
  const grid = (members: readonly Chart[]): Html => html`<div class="grid">${members.map(renderFigure)}</div>`;
  return html`
    ${section('headline', 'At a glance', null, renderTiles(summary))}
    ${section('time', 'Over time', null, grid(charts.time))}
    ${section('waiting', 'Waiting', null, grid(charts.waiting))} ${renderAvailability(summary, grid(charts.failures))}
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

function renderAvailability(summary: Summary, charts: Html): Html | null {
  const { failures } = summary.figures;
  if (failures === null) return null;
  const { count: incidents, worst } = failures.incidents;
  const blast =
    summary.figures.blastRadius.length === 0
      ? null
      : html`<h3>What the loss of a domain would have hit</h3>
          ${renderBlastRadius(summary)}`;
  const quarantine =
    failures.quarantine === null
      ? null
      : html`<h3>Quarantine of lemon nodes</h3>
          ${renderQuarantine(failures.quarantine)}`;
  return section(
    'failures',
    'Availability',
    null,
    html`${charts}
      <h3>Worst incidents${worst.length < incidents ? html` (${worst.length} of ${incidents})` : null}</h3>
      ${renderIncidents(summary, failures)} ${renderSharedParts(summary.figures, failures)} ${renderWhatServes(summary)}
      <h3>What restarts cost</h3>
      ${renderFailureLines(failures)} ${quarantine} ${blast}`,
  );
}

/** Services and data, where there are any. */
function renderWhatServes({ figures: { services, dataLoss } }: Summary): Html {
  const served =
    services.length === 0
      ? null
      : html`<h3>Services</h3>
          ${renderServices(services)}`;
  const lost =
    dataLoss === null
      ? null
      : html`<h3>Data that were lost</h3>
          ${renderDataLoss(dataLoss)}`;
  return html`${served} ${lost}`;
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

function renderHeader(summary: Summary): Html {
  const { scenario, figures } = summary;
  const links = LINKS.filter(([id]) => {
    if (id === 'failures' && figures.failures === null) return false;
    return figures.jobs.submitted > 0 || !FIGURE_SECTIONS.has(id);
  });
  return html`<header>
    ${brand('Plimsoll capacity report')}
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
  ['failures', 'Availability'],
  ['pools', 'Pools'],
  ['figures', 'Figures'],
  ['input', 'Input'],
  ['rules', 'Rules'],
  ['scenario', 'Scenario'],
] as const;

const FIGURE_SECTIONS: ReadonlySet<string> = new Set(['headline', 'time', 'waiting', 'failures', 'pools', 'figures']);

function simulatedPeriod({ startDate, figures }: Summary): Html {
  if (startDate === null) return html`no dates given`;
  const start = new Date(startDate);
  const end = new Date(start.getTime() + figures.endS * 1000);
  return html`${dateText(start, 'days')} to ${dateText(end, 'days')} (UTC)`;
}
