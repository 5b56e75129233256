import type { MetricRanking } from '../../study/comparison/ranking.ts';
import type { PointResult } from '../../study/results/point-result.ts';
import type { StudyResult } from '../../study/results/write-results.ts';
import { estimate, levelText } from '../estimates.ts';
import { differenceQuantity, differenceWords } from '../differences.ts';
import { html, type Html } from '../html.ts';
import { count, countOf } from '../quantities.ts';
import { renderTable } from '../tables.ts';
import type { PageMetric } from '../value-scale.ts';
import { settingText, type StudyAxis } from './axes.ts';

const LISTED_MAX = 10;

/** For each metric who is best, how far the others are behind, and whether that is certain. */
export function renderRankings(study: StudyResult, axes: readonly StudyAxis[]): Html {
  const byIndex = new Map(study.points.map((point) => [point.index, point]));
  return html`<div class="cards">
    ${study.metrics.map((metric) => {
      const ranking = study.rankings.find((one) => one.metric === metric.text);
      return ranking === undefined ? null : renderRanking(study, metric, ranking, byIndex, axes);
    })}
  </div>`;
}

function renderRanking(
  study: StudyResult,
  metric: PageMetric,
  ranking: MetricRanking,
  byIndex: ReadonlyMap<number, PointResult>,
  axes: readonly StudyAxis[],
): Html {
  const { order } = ranking;
  const left = study.points.length - order.length;
  const rows = order.slice(0, LISTED_MAX).map(({ index, behind }, place) => {
    const point = byIndex.get(index)!;
    return [
      settingText(point, axes),
      place === 0 ? 'best mean' : differenceWords(behind!),
      estimate(point.metrics[metric.text]!, metric.unit),
      behind === null ? '' : differenceQuantity(behind, metric.unit),
    ];
  });
  return html`<article class="card">
    <h3>${metric.text} <span class="note">(${metric.better} is better)</span></h3>
    <p class="note">${bestText(ranking, (index) => settingText(byIndex.get(index)!, axes))}</p>
    ${
      rows.length === 0
        ? null
        : renderTable({
            label: `Ranking by ${metric.text}`,
            columns: [
              { heading: 'Setting', isText: true },
              { heading: 'Than the best', isText: true },
              { heading: 'Mean' },
              { heading: 'From the best', title: `Paired difference, ${levelText(study.confidence)} interval` },
            ],
            rows,
          })
    }
    ${order.length > LISTED_MAX ? html`<p class="note">${count(order.length - LISTED_MAX).text} more in study.json.</p>` : null}
    ${left > 0 ? html`<p class="note">Without ${countOf(left, 'setting')} that ${left === 1 ? 'has' : 'have'} no mean.</p>` : null}
  </article>`;
}

/** Who is best in a metric and whether that is certain, in a sentence; `nameOf` names a point by its index. */
export function bestText({ order, isCertain }: MetricRanking, nameOf: (index: number) => string): Html {
  const [best, ...others] = order;
  if (best === undefined) return html`No setting has a mean to go by.`;
  const name = html`<b>${nameOf(best.index)}</b>`;
  if (others.length === 0) return html`${name}, alone: no other has a mean to go by.`;
  const tied = others.filter(({ behind }) => behind?.verdict === 'same').length;
  if (tied === others.length) return html`All settings are the same in every run.`;
  const same = tied > 0 ? html`, the same as ${countOf(tied, 'other')}` : null;
  if (isCertain)
    return html`${name}${same}: certainly better than each of the ${count(others.length - tied).text} others.`;
  const unsure = others.filter(({ behind }) => !['same', 'worse'].includes(behind!.verdict)).length;
  return html`${name}${same} by the mean, but not for certain: ${count(unsure).text} of
  ${countOf(others.length, 'other')} may be as good, which more or longer runs would tell.`;
}
