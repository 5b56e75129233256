import type { Chart } from '../../src/report/charts/chart.ts';
import { renderFigure } from '../../src/report/figure.ts';
import { html, type Html, type HtmlValue } from '../../src/report/html.ts';
import { brand, fact, renderPage, section } from '../../src/report/page.ts';
import { countOf, decimal, duration, shown, type Quantity } from '../../src/report/quantities.ts';
import { renderTable } from '../../src/report/tables.ts';
import type { BaselineFindings } from './baseline.ts';
import type { PolicyCost } from './cost.ts';
import { GROWTH_MOST, type NodeGrowth } from './growth.ts';
import { metrics, type BenchMetric } from './metrics.ts';
import type { PolicyQuality } from './quality.ts';
import { quantityOf, rankingBy, tellsApart } from './ranking.ts';
import type { BenchResults, FormResults } from './results.ts';
import { pageStyles } from './styles.ts';
import { tradeOff } from './trade-off.ts';
import { workloads, type BenchForm, type BenchWorkload } from './workloads.ts';

/** Which metrics are drawn against each other, by key. */
const TRADE_OFFS: readonly (readonly [x: string, y: string])[] = [
  ['completionMeanS', 'waitP95S'],
  ['boundedSlowdownMean', 'utilisationArriving'],
  ['completionMeanS', 'finishTimeRatioMax'],
  ['completionMeanS', 'jainJobs'],
  ['completionMeanS', 'preemptions'],
];
/** Places of a ranking that are seen without opening it. */
const SHOWN_PLACES = 10;

/** What one workload of one form gave. */
interface Part {
  readonly id: string;
  readonly form: BenchForm;
  readonly workload: BenchWorkload;
  readonly qualities: readonly PolicyQuality[];
  readonly charts: readonly Chart[];
}

/** The benchmark's report: one file that needs nothing else. */
export async function benchReport(results: BenchResults, node: string): Promise<string> {
  const { costs, findings, forms, growth, leftOut } = results;
  const parts = forms.flatMap(partsOf);
  const links: [string, string][] = [
    ...parts.map(({ id, workload, form }): [string, string] => [id, titleOf(workload, form)]),
    ...(costs.length > 0 ? [['cost', 'Decision cost'] as [string, string]] : []),
    ['baseline', 'Baseline'],
  ];
  const policies = new Set(forms.flatMap(({ qualities }) => qualities.map(({ policy }) => policy)));
  const body = html`<header>
      ${brand('Plimsoll benchmark of policies')}
      <h1>${countOf(policies.size, 'scheduling policy', 'scheduling policies')} on fixed workloads</h1>
      <p class="description">${ABOUT}</p>
      <dl class="facts">
        ${fact('Workloads', html`${parts.map(({ workload, form }) => titleOf(workload, form)).join(', ')}`)}
        ${fact('Node', html`${node}`)}
      </dl>
      <p class="answer">${answerOf(parts)}</p>
      <nav aria-label="Sections">
        <ul>
          ${links.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}
        </ul>
      </nav>
    </header>
    <main>
      ${leftOut.map((why) => html`<div class="warnings"><p>${why}.</p></div>`)} ${parts.map(renderPart)}
      ${costs.length > 0 ? section('cost', 'Decision cost', COST_LEAD, renderCosts(costs, growth)) : null}
      ${section('baseline', 'Baseline', null, renderFindings(findings))}
    </main>
    <footer>Made by npm run bench:policies. This file is complete: it loads nothing.</footer>`;
  return renderPage({
    title: 'Policies · Plimsoll benchmark',
    body,
    charts: parts.flatMap(({ charts }) => charts),
    moreStyles: pageStyles,
  });
}

const ABOUT =
  'Each policy runs with its defaults over the same jobs on the same cluster. Every figure is compared exactly with a ' +
  'committed baseline; costs are measured and reported.';

const COST_LEAD =
  'CPU time of whole runs a decision, next to fifo in the same rounds, and with 12,500 nodes next to 1,250 with the same ' +
  `jobs, for placements too: it should stay below ${GROWTH_MOST} for all that solve no programs. Measured on this machine, so it is ` +
  'reported and never compared.';

function partsOf({ form, qualities }: FormResults): Part[] {
  return workloads.flatMap((workload) => {
    const here = qualities.filter((quality) => quality.workload === workload.name);
    if (here.length === 0) return [];
    const id = `${workload.name}-${form}`;
    const charts = TRADE_OFFS.flatMap(([xKey, yKey], index) => {
      const [x, y] = [metricOf(xKey), metricOf(yKey)];
      if (!tellsApart(x, here) || !tellsApart(y, here)) return [];
      return [tradeOff(`${id}-${LETTERS[index]!}`, here, x, y)];
    });
    return [{ id, form, workload, qualities: here, charts }];
  });
}

/** Error for a key that no metric has: a drawing must not vanish because of a slip. */
function metricOf(key: string): BenchMetric {
  const metric = metrics.find((one) => one.key === key);
  if (metric === undefined)
    throw new Error(`TRADE_OFFS names ${key}; known: ${metrics.map((one) => one.key).join(', ')}`);
  return metric;
}

/** A drawing's id has letters and hyphens. */
const LETTERS = 'abcdefgh';

function titleOf({ title }: BenchWorkload, form: BenchForm): string {
  return form === 'short' ? `${title}, short` : title;
}

function answerOf(parts: readonly Part[]): HtmlValue {
  const byMean = metrics.find(({ key }) => key === 'completionMeanS')!;
  const first = parts.filter(({ form }) => form === parts[0]?.form);
  return first.map(({ workload, qualities }, index) => {
    const [best] = rankingBy(byMean, qualities);
    if (best === undefined) return null;
    return html`${index > 0 ? ' ' : null}On ${workload.title}, <strong>${best.quality.policy}</strong> completes jobs
      soonest: ${shown(duration(best.value))} on average.`;
  });
}

function renderPart({ id, form, workload, qualities, charts }: Part): Html {
  const apart = metrics.filter((metric) => tellsApart(metric, qualities));
  const alike = metrics.filter((metric) => !apart.includes(metric));
  return section(
    id,
    titleOf(workload, form),
    `${workload.about} ${form === 'short' ? 'Its first jobs alone, as they run before each change.' : ''}`,
    html`<div class="grid">${charts.map(renderFigure)}</div>
      <h3>Ranking by each figure</h3>
      <div class="rankings">${apart.map((metric) => renderRanking(metric, qualities))}</div>
      ${alike.length === 0 ? null : html`<p class="note alike">The same for all: ${alikeText(alike, qualities)}.</p>`}
      <h3>All figures</h3>
      ${renderTable({
        label: `All figures of ${titleOf(workload, form)}`,
        columns: [
          { heading: 'Policy' },
          { heading: 'Placement', isText: true },
          ...metrics.map(({ title, about }) => ({ heading: title, title: about })),
        ],
        rows: qualities.map(({ policy, placement, values }) => [
          policy,
          placement,
          ...metrics.map((metric) => quantityOf(metric, values[metric.key] ?? null)),
        ]),
      })}`,
  );
}

function alikeText(alike: readonly BenchMetric[], qualities: readonly PolicyQuality[]): string {
  return alike
    .map(
      (metric) => `${metric.title.toLowerCase()} ${quantityOf(metric, qualities[0]?.values[metric.key] ?? null).text}`,
    )
    .join(', ');
}

interface Rank {
  readonly place: number;
  readonly policy: string;
  readonly quantity: Quantity;
  /** Length of its bar, 0 to 1. */
  readonly part: number;
}

function renderRanking(metric: BenchMetric, qualities: readonly PolicyQuality[]): Html | null {
  const ranked = rankingBy(metric, qualities);
  const most = Math.max(...ranked.map(({ value }) => value));
  const ranks = ranked.map(({ place, quality, value }) => {
    return { place, policy: quality.policy, quantity: quantityOf(metric, value), part: most > 0 ? value / most : 0 };
  });
  const missing = qualities.length - ranked.length;
  const note = `${metric.about}; ${metric.better} is better${missing > 0 ? `; ${missing} have none` : ''}`;
  return renderRanks(metric.title, note, ranks);
}

function renderRanks(title: string, note: string, ranks: readonly Rank[]): Html | null {
  if (ranks.length === 0) return null;
  const rest = ranks.slice(SHOWN_PLACES);
  return html`<div class="card ranking">
    <h3>${title}</h3>
    <p class="note">${note.charAt(0).toUpperCase()}${note.slice(1)}.</p>
    <ol>
      ${ranks.slice(0, SHOWN_PLACES).map(renderRank)}
    </ol>
    ${
      rest.length === 0
        ? null
        : html`<details>
            <summary>${countOf(rest.length, 'more policy', 'more policies')}</summary>
            <ol>
              ${rest.map(renderRank)}
            </ol>
          </details>`
    }
  </div>`;
}

function renderRank({ place, policy, quantity, part }: Rank): Html {
  const width = Math.round(1000 * part) / 10;
  return html`<li class="${policy === 'fifo' ? 'reference' : place === 1 ? 'best' : 'other'}">
    <span class="place">${place}</span><span class="policy">${policy}</span>
    <svg class="gauge" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="all" width="100" height="4" />
      <rect class="part" width="${width}" height="4" />
    </svg>
    <span class="figure">${shown(quantity)}</span>
  </li>`;
}

function renderCosts(costs: readonly PolicyCost[], growth: readonly NodeGrowth[]): Html {
  const ranksBy = <Cost extends { readonly policy: string }>(
    all: readonly Cost[],
    valueOf: (cost: Cost) => number,
    quantityFor: (value: number) => Quantity,
  ): Rank[] => {
    const sorted = all.toSorted((a, b) => valueOf(a) - valueOf(b));
    const most = Math.max(...all.map(valueOf));
    return sorted.map((cost, index) => ({
      place: index + 1,
      policy: cost.policy,
      quantity: quantityFor(valueOf(cost)),
      part: valueOf(cost) / most,
    }));
  };
  const growthOf = (role: NodeGrowth['role']): Rank[] =>
    ranksBy(
      growth.filter((one) => one.role === role),
      ({ ratio }) => ratio,
      decimal,
    );
  return html`<div class="rankings">
    ${renderRanks(
      'CPU time a decision, to fifo',
      'on the whole overload',
      ranksBy(costs, ({ toFifo }) => toFifo, decimal),
    )}
    ${renderRanks(
      'CPU time a decision',
      'on the whole overload, this machine',
      ranksBy(costs, ({ usPerDecision }) => usPerDecision / 1e6, cpuTime),
    )}
    ${renderRanks(
      'Ten times the nodes',
      'cost with 12,500 nodes to that with 1,250; 1 is flat',
      growthOf('scheduling'),
    )}
    ${renderRanks(
      'Ten times the nodes, placements',
      'the same beside fifo-skip, on nodes that are all partly taken',
      growthOf('placement'),
    )}
  </div>`;
}

function cpuTime(seconds: number): Quantity {
  return seconds < 0.001 ? { text: `${(1e6 * seconds).toFixed(1)}\u00a0µs`, exact: null } : duration(seconds);
}

function renderFindings({ changes, faults }: BaselineFindings): Html {
  if (changes.length + faults.length === 0) {
    return html`<p class="card">Every figure is exactly as in bench/policies.baseline.json.</p>`;
  }
  return html`${faults.map((fault) => html`<div class="warnings"><p>${fault}</p></div>`)}
  ${
    changes.length === 0
      ? null
      : html`<h3>${countOf(changes.length, 'figure')} changed</h3>
          ${renderTable({
            label: 'Figures that are not as in the baseline',
            columns: [
              { heading: 'Policy' },
              { heading: 'Workload', isText: true },
              { heading: 'Figure', isText: true },
              { heading: 'Baseline' },
              { heading: 'Now' },
            ],
            rows: changes.map(({ form, workload, policy, metric, was, is }) => [
              policy,
              `${workload} ${form}`,
              metric,
              String(was ?? 'none'),
              String(is ?? 'none'),
            ]),
          })}`
  }`;
}
