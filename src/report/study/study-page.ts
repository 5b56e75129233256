import type { StudyResult } from '../../study/results/write-results.ts';
import type { Chart } from '../charts/chart.ts';
import { estimate } from '../estimates.ts';
import { renderFigure } from '../figure.ts';
import { html, type Html } from '../html.ts';
import { renderMaking } from '../making.ts';
import { nameHtml, shorten } from '../names.ts';
import { brand, fact, renderPage, section } from '../page.ts';
import { count, countOf, shown } from '../quantities.ts';
import { axesOf, settingText, type StudyAxis } from './axes.ts';
import { pairsOf } from './fronts.ts';
import { heatMap, heatMapPlan } from './heat-map.ts';
import { multiples } from './multiples.ts';
import { layoutOf } from './panels.ts';
import { pareto } from './pareto.ts';
import { renderPoints } from './points-table.ts';
import { bestText, renderRankings } from './ranking.ts';
import { renderStudyWarnings } from './warnings.ts';

/** Metrics that are drawn; all are in the tables. */
const DRAWN_METRICS_MAX = 6;
/** Maps of more metrics say little that the drawings over the axes do not. */
const MAPPED_METRICS_MAX = 4;

/** The page of a sweep: one file that asks nothing of any network and is the same for the same study.json. */
export async function renderStudy(study: StudyResult): Promise<string> {
  const axes = axesOf(study);
  const layout = layoutOf(study, axes);
  const drawn = study.metrics.slice(0, DRAWN_METRICS_MAX);
  const plan = heatMapPlan(study, axes);
  const charts = {
    axes: layout === null ? [] : drawn.map((metric, place) => multiples(study, metric, place, axes, layout)),
    maps:
      plan === null
        ? []
        : drawn.slice(0, MAPPED_METRICS_MAX).map((metric, place) => heatMap(study, metric, place, axes, plan)),
    pareto: study.points.length < 2 ? [] : pairsOf(study).map((pair, place) => pareto(study, pair, place, axes)),
  };
  const body = html`${renderHeader(study, axes, charts)}
    <main>${renderStudyWarnings(study, axes)} ${renderSections(study, axes, charts)}</main>
    <footer>Made by Plimsoll ${shorten(study.plimsollVersion, 40)}. This file is complete: it loads nothing.</footer>`;
  const title = `${shorten(study.name, 80)} · Plimsoll study`;
  return renderPage({ title, body, charts: Object.values(charts).flat() });
}

type Charts = Readonly<Record<'axes' | 'maps' | 'pareto', readonly Chart[]>>;

function renderSections(study: StudyResult, axes: readonly StudyAxis[], charts: Charts): Html {
  const grid = (members: readonly Chart[]): Html => html`<div class="grid">${members.map(renderFigure)}</div>`;
  const undrawn = study.metrics.length - DRAWN_METRICS_MAX;
  const note = undrawn > 0 ? ` ${count(undrawn).text} more metrics are in the tables.` : '';
  return html`
    ${
      charts.axes.length === 0
        ? null
        : section('axes', 'Over the axes', `Each metric over what was varied.${note}`, grid(charts.axes))
    }
    ${charts.maps.length === 0 ? null : section('maps', 'Maps', 'The same means, two axes at a time.', grid(charts.maps))}
    ${
      charts.pareto.length === 0
        ? null
        : section(
            'pareto',
            'What can be had together',
            'A setting on the front is beaten by no other in both measures.',
            grid(charts.pareto),
          )
    }
    ${
      study.points.length < 2
        ? null
        : section('ranking', 'Who is best, and how sure that is', RANKING_LEAD, renderRankings(study, axes))
    }
    ${section('points', 'All settings', 'Rest the pointer on a figure to see its bounds.', renderPoints(study, axes))}
    ${section('making', 'How it was made', null, renderMaking(study.made, study.confidence, study.plimsollVersion))}
  `;
}

const RANKING_LEAD =
  'Runs of different settings share their luck, so they are compared run by run: that settles more than two intervals beside each other.';

const LINKS = [
  ['axes', 'Over the axes'],
  ['maps', 'Maps'],
  ['pareto', 'Together'],
  ['ranking', 'Ranking'],
  ['points', 'All settings'],
  ['making', 'How it was made'],
] as const;

function renderHeader(study: StudyResult, axes: readonly StudyAxis[], charts: Charts): Html {
  const runs = study.points.reduce((total, { replications }) => total + replications, 0);
  const links = LINKS.filter(([id]) => {
    if (id === 'axes' || id === 'maps' || id === 'pareto') return charts[id].length > 0;
    return id !== 'ranking' || study.points.length > 1;
  });
  return html`<header>
    ${brand('Plimsoll study')}
    <h1>${nameHtml(study.name, '(unnamed study)', 120)}</h1>
    ${study.description === '' ? null : html`<p class="description">${shorten(study.description, 2000)}</p>`}
    <dl class="facts">
      ${fact('Settings', html`${count(study.points.length).text}`)} ${fact('Runs', html`${count(runs).text}`)}
      ${fact('Scenario', html`<code>${nameHtml(study.made.scenario, '(none)', 80)}</code>`)}
      ${fact('Plimsoll', html`${shorten(study.plimsollVersion, 40)}`)}
    </dl>
    <p class="answer">${answerOf(study, axes)}</p>
    <nav aria-label="Sections">
      <ul>
        ${links.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}
      </ul>
    </nav>
  </header>`;
}

/** What came out, for somebody who reads nothing else: the best by the first metric, and what that gives. */
function answerOf(study: StudyResult, axes: readonly StudyAxis[]): Html {
  const { points, metrics, rankings } = study;
  const metric = metrics[0]!;
  const byIndex = new Map(points.map((point) => [point.index, point]));
  const ranking = rankings.find((one) => one.metric === metric.text);
  const best = byIndex.get(ranking?.order[0]?.index ?? -1);
  const unstable = points.filter((point) => point.unstable !== null).length;
  const swamped =
    unstable === 0 ? null : html` ${countOf(unstable, 'setting')} cannot keep up: the backlog grows without end.`;
  if (best === undefined || ranking === undefined) {
    return html`${countOf(points.length, 'setting')}, none with a mean of ${metric.text}.${swamped}`;
  }
  const told = metrics
    .slice(0, 4)
    .map(({ text, unit }) => html`${text} <strong>${shown(estimate(best.metrics[text]!, unit))}</strong>`);
  const figures = told.map((one, at) => (at === 0 ? one : html`, ${one}`));
  if (points.length === 1) return html`${settingText(best, axes)}: ${figures}.${swamped}`;
  return html`${metric.better === 'less' ? 'Lowest' : 'Highest'} ${metric.text}:
  ${bestText(ranking, (index) => settingText(byIndex.get(index)!, axes))} It gives ${figures}.${swamped}`;
}
