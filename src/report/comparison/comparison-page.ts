import type { ComparedScenario, Comparison } from '../../study/comparison/comparison.ts';
import { valueText as plainValueText } from '../../scenario/problems.ts';
import type { Chart } from '../charts/chart.ts';
import { estimate } from '../estimates.ts';
import { renderFigure } from '../figure.ts';
import { html, type Html } from '../html.ts';
import { nameHtml, shorten } from '../names.ts';
import { brand, fact, renderPage, section } from '../page.ts';
import { count, countOf } from '../quantities.ts';
import { bestText } from '../study/ranking.ts';
import { renderTable } from '../tables.ts';
import { differencesChart } from './differences-chart.ts';

const DRAWN_METRICS_MAX = 8;
const ANSWERED_METRICS_MAX = 3;
const CHANGES_MAX = 60;
const WARNINGS_MAX = 20;

/** The page of a comparison: one file that asks nothing of any network and is the same for the same compare.json. */
export async function renderComparison(comparison: Comparison): Promise<string> {
  const charts = comparison.metrics
    .slice(0, DRAWN_METRICS_MAX)
    .map((metric, place) => differencesChart(comparison, metric, place));
  const body = html`${renderHeader(comparison)}
    <main>
      ${renderWarnings(comparison)}
      ${section('differences', 'Differences', LEAD, html`<div class="grid">${charts.map(renderFigure)}</div>`)}
      ${section('means', 'Means', null, renderMeans(comparison))}
      ${section('changes', 'What was changed', null, renderChanges(comparison))}
    </main>
    <footer>
      Made by Plimsoll ${shorten(comparison.plimsollVersion, 40)}. This file is complete: it loads nothing.
    </footer>`;
  const all: readonly Chart[] = charts;
  return renderPage({ title: 'Plimsoll comparison', body, charts: all });
}

const LEAD =
  'Scenarios run with the same luck, so they are compared run by run: that settles more than two intervals beside each other.';

function renderHeader(comparison: Comparison): Html {
  const { scenarios, seed, metrics, rankings } = comparison;
  const [base, ...others] = scenarios;
  const nameOf = (index: number): string => scenarios[index]!.label;
  const title =
    others.length === 1 ? nameHtml(others[0]!.label, '(unnamed)', 80) : html`${countOf(others.length, 'scenario')}`;
  return html`<header>
    ${brand('Plimsoll comparison')}
    <h1>${title} against ${nameHtml(base!.label, '(unnamed)', 80)}</h1>
    <dl class="facts">
      ${fact('Runs of each', html`${count(base!.replications).text}`)}
      ${fact('Seeds', html`${seed} to ${seed + base!.replications - 1}, the same for all`)}
      ${fact('Plimsoll', html`${shorten(comparison.plimsollVersion, 40)}`)}
    </dl>
    <p class="answer">
      ${metrics.slice(0, ANSWERED_METRICS_MAX).map(({ text }) => {
        const ranking = rankings.find(({ metric }) => metric === text);
        return ranking === undefined ? null : html`Best ${text}: ${bestText(ranking, nameOf)} `;
      })}
    </p>
  </header>`;
}

function renderWarnings({ scenarios }: Comparison): Html | null {
  const sentences = scenarios.flatMap(({ label, warnings, isDeterministic }) => [
    ...(isDeterministic
      ? [`${label}: every run is the same, whatever its seed: the intervals know of no other load`]
      : []),
    ...warnings.map((warning) => `${label}: ${warning}`),
  ]);
  if (sentences.length === 0) return null;
  return html`<aside class="warnings" aria-labelledby="warnings-title">
    <h2 id="warnings-title">Know this before you rely on the figures</h2>
    <ul>
      ${sentences.slice(0, WARNINGS_MAX).map((sentence) => html`<li>${shorten(sentence, 500)}</li>`)}
    </ul>
  </aside>`;
}

function renderMeans({ scenarios, metrics }: Comparison): Html {
  return renderTable({
    label: 'Means',
    columns: [
      { heading: 'Scenario', isText: true },
      { heading: 'Pareto front', title: 'Over all metrics, by the means', isText: true },
      ...metrics.map(({ text }) => ({ heading: text })),
    ],
    rows: scenarios.map((scenario) => [
      scenario.label,
      frontWords(scenario),
      ...metrics.map(({ text, unit }) =>
        scenario.unstable === null ? estimate(scenario.metrics[text]!, unit) : html`<i>unstable</i>`,
      ),
    ]),
  });
}

function frontWords({ pareto, dominatedBy }: ComparedScenario): string {
  switch (pareto) {
    case 'front':
      return 'on it';
    case 'dominated':
      return `off it: ${dominatedBy} is at least as good in all`;
    case 'unknown':
      return 'no mean of every metric';
    default:
      return pareto satisfies never;
  }
}

function renderChanges({ scenarios }: Comparison): Html {
  const text = (value: unknown): string => (value === null ? 'nothing' : shorten(plainValueText(value), 200));
  return html`<div class="cards">
    ${scenarios.slice(1).map(
      ({ label, changes }) =>
        html`<article class="card">
          <h3>${nameHtml(label, '(unnamed)', 80)}</h3>
          ${
            changes.length === 0
              ? html`<p class="note">The same scenario.</p>`
              : renderTable({
                  label: `Changes of ${label}`,
                  columns: [{ heading: 'Field' }, { heading: 'From', isText: true }, { heading: 'To', isText: true }],
                  rows: changes
                    .slice(0, CHANGES_MAX)
                    .map(({ path, from, to }) => [html`<code>${shorten(path, 200)}</code>`, text(from), text(to)]),
                })
          }
          ${changes.length > CHANGES_MAX ? html`<p class="note">${count(changes.length - CHANGES_MAX).text} more in compare.json.</p>` : null}
        </article>`,
    )}
  </div>`;
}
