import type { StudyResult } from '../../study/results/write-results.ts';
import { estimate, levelText } from '../estimates.ts';
import { html, type Html } from '../html.ts';
import { count, decimal } from '../quantities.ts';
import { renderTable } from '../tables.ts';
import type { StudyAxis } from './axes.ts';

const LISTED_MAX = 200;
const METRICS_MAX = 20;

/** Every point with its metrics; the head of a long list. */
export function renderPoints(study: StudyResult, axes: readonly StudyAxis[]): Html {
  const { points, metrics, confidence } = study;
  const listed = points.slice(0, LISTED_MAX);
  const told = metrics.slice(0, METRICS_MAX);
  const isPriced = points.some(({ capacity }) => capacity.costPerHour !== null);
  const table = renderTable({
    label: 'All settings',
    columns: [
      { heading: axes.length === 0 ? 'Setting' : axes[0]!.name, isText: true },
      ...axes.slice(1).map(({ name }) => ({ heading: name, isText: true })),
      { heading: 'Nodes' },
      ...(isPriced ? [{ heading: 'Cost an hour' }] : []),
      { heading: 'Runs' },
      ...told.map(({ text }) => ({ heading: text, title: `Mean and half of its ${levelText(confidence)} interval` })),
    ],
    rows: listed.map((point) => [
      ...(axes.length === 0 ? ['as it is'] : axes.map((axis) => axis.of(point).label)),
      count(point.capacity.nodes),
      ...(isPriced ? [decimal(point.capacity.costPerHour)] : []),
      count(point.replications),
      ...told.map(({ text, unit }) =>
        point.unstable === null ? estimate(point.metrics[text]!, unit) : html`<i>unstable</i>`,
      ),
    ]),
  });
  const left = points.length - listed.length;
  return html`${table}
  ${left > 0 ? html`<p class="note">${count(left).text} more settings are in points.csv and study.json.</p>` : null}`;
}
