import type { PlannedSetting, PlanResult } from '../../study/plan/plan-result.ts';
import type { Chart } from '../charts/chart.ts';
import { renderFigure } from '../figure.ts';
import { html, type Html } from '../html.ts';
import { renderMaking } from '../making.ts';
import { nameHtml, shorten } from '../names.ts';
import { brand, fact, renderPage, section } from '../page.ts';
import { count, countOf, decimal, shown, type Quantity } from '../quantities.ts';
import { acrossOf, amountAt, amountQuantity, choiceText, objectiveName } from './amounts.ts';
import { costRisk, objectiveCurve } from './cost-risk.ts';
import { growthTimeline } from './growth-timeline.ts';
import { renderSettings, renderTargets } from './plan-tables.ts';
import { tornado } from './tornado.ts';

/** Targets that have a drawing; all are in the tables. */
const DRAWN_TARGETS_MAX = 4;
const WARNINGS_MAX = 12;

/** The page of a plan: one file that asks nothing of any network and is the same for the same plan.json. */
export async function renderPlan(result: PlanResult): Promise<string> {
  const across = acrossOf(result);
  const isMetric = result.metrics.some(({ text }) => text === result.objective);
  // What stands in the way of less comes first.
  const targets = result.targets.toSorted(
    (a, b) => Number(b.text === result.binding) - Number(a.text === result.binding),
  );
  const charts = {
    risk:
      across === null
        ? []
        : [
            ...(isMetric ? [objectiveCurve(result, across)] : []),
            ...targets.slice(0, DRAWN_TARGETS_MAX).map((target, place) => costRisk(result, target, place, across)),
          ],
    growth:
      result.growthAssumed === null || result.growth.length === 0 ? [] : [growthTimeline(result, result.growthAssumed)],
    sensitivity: result.sensitivity.length === 0 || result.amount === null ? [] : [tornado(result, result.amount)],
  };
  const body = html`${renderHeader(result, charts)}
    <main>${renderPlanWarnings(result)} ${renderSections(result, charts)}</main>
    <footer>Made by Plimsoll ${shorten(result.plimsollVersion, 40)}. This file is complete: it loads nothing.</footer>`;
  return renderPage({
    title: `${shorten(result.name, 80)} · Plimsoll plan`,
    body,
    charts: Object.values(charts).flat(),
  });
}

type Charts = Readonly<Record<'risk' | 'growth' | 'sensitivity', readonly Chart[]>>;

function renderSections(result: PlanResult, charts: Charts): Html {
  const grid = (members: readonly Chart[]): Html => html`<div class="grid">${members.map(renderFigure)}</div>`;
  const { plan, nearest, neighbours, judged } = result;
  const shownSetting = plan ?? nearest;
  return html`
    ${plan === null ? null : section('plan', 'The plan', choiceText(plan), renderPlanTiles(result, plan))}
    ${
      shownSetting === null || result.targets.length === 0
        ? null
        : section('targets', 'Targets', targetsLead(result, shownSetting), renderTargets(result, shownSetting))
    }
    ${
      charts.risk.length === 0
        ? null
        : section(
            'risk',
            'Cost and risk',
            'Everything that was tried: what less would save, and what it would risk.',
            grid(charts.risk),
          )
    }
    ${
      neighbours.length === 0
        ? null
        : section(
            'neighbours',
            'One step less',
            NEIGHBOURS_LEAD,
            renderSettings(result, neighbours, 'Neighbours of the plan'),
          )
    }
    ${charts.growth.length === 0 ? null : section('growth', 'Growth', null, grid(charts.growth))}
    ${charts.sensitivity.length === 0 ? null : section('sensitivity', 'What is not known well', null, grid(charts.sensitivity))}
    ${section('tried', 'Everything that was tried', triedLead(result), renderSettings(result, judged, 'Everything that was tried'))}
    ${section('making', 'How it was made', null, renderMaking(result.made, result.confidence, result.plimsollVersion, UNTIL_DECIDED))}
  `;
}

const UNTIL_DECIDED = 'twice as many at each look while a target is undecided';

const NEIGHBOURS_LEAD =
  'The plan with one step less of each thing that can be less: if that met the targets too, it would be the plan.';

function targetsLead({ plan, binding }: PlanResult, setting: PlannedSetting): string {
  if (plan === null) return `Nothing meets them all. This is the choice that comes nearest: ${choiceText(setting)}.`;
  return binding === null
    ? 'As the plan meets them.'
    : `As the plan meets them. What stands in the way of less: ${binding}.`;
}

function triedLead({ judged, runs, budget, isCutShort }: PlanResult): string {
  const cut = isCutShort ? ' The budget ended the search, so there may be something better.' : '';
  return `${countOf(judged.length, 'choice')} with the load and the inputs as given; ${countOf(runs, 'run')} in all, of ${count(budget).text} at most.${cut}`;
}

function renderPlanTiles(result: PlanResult, plan: PlannedSetting): Html {
  const { nodes, gpus, spares, costPerHour, gpuTypes } = plan.capacity;
  const types = gpuTypes.map(({ type, gpus: of }) => `${count(of).text} ${shorten(type, 40)}`).join(', ');
  const isMetric = result.metrics.some(({ text }) => text === result.objective);
  return html`<ul class="tiles">
    ${
      isMetric
        ? tile(objectiveName(result), amountQuantity(result, amountAt(result, plan)), html`made as good as can be`)
        : null
    }
    ${tile('Nodes', count(nodes), spares > 0 ? html`${count(spares).text} of them spare` : html`in all pools`)}
    ${tile('GPUs', count(gpus), html`${types}`)}
    ${costPerHour === null ? null : tile('Cost an hour', decimal(costPerHour), html`${decimal(costPerHour * 8760).text} a year, in the currency of the prices`)}
    ${renderHeadroom(result)}
  </ul>`;
}

function renderHeadroom({ headroom }: PlanResult): Html | null {
  if (headroom === null) return null;
  const percent = Math.round(100 * (headroom.factor - 1));
  const text = `${headroom.isAtLeast ? 'at least ' : ''}${percent} %`;
  const note =
    headroom.breaks === null
      ? html`more load than given meets the targets too`
      : html`more load; with ${percent + 1} % this breaks first: ${headroom.breaks}`;
  return tile('Headroom', { text, exact: null }, note);
}

function tile(label: string, value: Quantity, note: Html): Html {
  return html`<li>
    <h3>${label}</h3>
    <p class="value">${shown(value)}</p>
    <p class="note">${note}</p>
  </li>`;
}

function renderPlanWarnings({ plan, nearest }: PlanResult): Html | null {
  const warnings = (plan ?? nearest)?.warnings ?? [];
  if (warnings.length === 0) return null;
  return html`<aside class="warnings" aria-labelledby="warnings-title">
    <h2 id="warnings-title">Know this before you rely on the figures</h2>
    <ul>
      ${warnings.slice(0, WARNINGS_MAX).map((warning) => html`<li>${shorten(warning, 500)}</li>`)}
    </ul>
  </aside>`;
}

function renderHeader(result: PlanResult, charts: Charts): Html {
  const { plan, neighbours, targets, nearest } = result;
  const links = [
    plan === null ? null : ['plan', 'The plan'],
    targets.length === 0 || (plan ?? nearest) === null ? null : ['targets', 'Targets'],
    charts.risk.length === 0 ? null : ['risk', 'Cost and risk'],
    neighbours.length === 0 ? null : ['neighbours', 'One step less'],
    charts.growth.length === 0 ? null : ['growth', 'Growth'],
    charts.sensitivity.length === 0 ? null : ['sensitivity', 'Uncertain inputs'],
    ['tried', 'Tried'],
    ['making', 'How it was made'],
  ].filter((link) => link !== null);
  return html`<header>
    ${brand('Plimsoll plan')}
    <h1>${nameHtml(result.name, '(unnamed study)', 120)}</h1>
    ${result.description === '' ? null : html`<p class="description">${shorten(result.description, 2000)}</p>`}
    <dl class="facts">
      ${fact('Least', html`${objectiveName(result)}`)}
      ${fact('Choices tried', html`${count(result.judged.length).text}`)}
      ${fact('Runs', html`${count(result.runs).text}`)}
      ${fact('Scenario', html`<code>${nameHtml(result.made.scenario, '(none)', 80)}</code>`)}
      ${fact('Plimsoll', html`${shorten(result.plimsollVersion, 40)}`)}
    </dl>
    <p class="answer">${shorten(result.sentence, 3000)}</p>
    <nav aria-label="Sections">
      <ul>
        ${links.map(([id, title]) => html`<li><a href="#${id!}">${title!}</a></li>`)}
      </ul>
    </nav>
  </header>`;
}
