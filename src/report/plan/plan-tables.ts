import type { Measured } from '../../study/plan/judge.ts';
import type { PlannedSetting, PlanResult } from '../../study/plan/plan-result.ts';
import { textOf } from '../../study/plan/settings.ts';
import { isUnstable, verdictText } from '../../study/plan/verdict-text.ts';
import { estimate, levelText, valueText } from '../estimates.ts';
import { html, type Html } from '../html.ts';
import { shorten } from '../names.ts';
import { count, decimal, MISSING } from '../quantities.ts';
import { renderTable, type Cell } from '../tables.ts';
import { amountAt, amountQuantity, objectiveName } from './amounts.ts';

const LISTED_MAX = 200;

/** Each target at a setting: what it is, how near its bound, and which one stands in the way of less. */
export function renderTargets(result: PlanResult, setting: PlannedSetting): Html {
  return renderTable({
    label: 'Targets',
    columns: [
      { heading: 'Target', isText: true },
      { heading: 'Verdict', isText: true },
      { heading: 'Mean', title: 'With half of its interval' },
      { heading: 'Bound' },
      { heading: 'Room to the bound', title: 'Distance of the mean from the bound, as a share of it' },
      { heading: 'Confidence' },
    ],
    rows: result.targets.map(({ text, unit, bound, confidence }) => {
      const measured = setting.targets.find(({ target }) => target === text)!;
      const mark = text === result.binding ? html` <b>(binding)</b>` : null;
      return [
        html`${text}${mark}`,
        verdictWords(measured, setting),
        estimate(measured, unit),
        valueText(bound, unit),
        slackText(measured),
        levelText(confidence),
      ];
    }),
  });
}

function verdictWords({ verdict, mean }: Measured, setting: PlannedSetting): string {
  if (isUnstable(setting)) return 'missed: the backlog grows without end';
  if (mean === null) return 'missed: no value in some runs';
  return verdict === 'undecided' ? 'too close to tell: counts as missed' : verdict;
}

function slackText({ slack }: Measured): string {
  if (slack === null) return MISSING;
  return `${decimal(100 * Math.abs(slack)).text} % ${slack >= 0 ? 'inside' : 'beyond'}`;
}

/** Settings with what each target is there, what they cost and what became of them. */
export function renderSettings(result: PlanResult, settings: readonly PlannedSetting[], label: string): Html {
  const { variables, targets, metrics } = result;
  const others = metrics.filter(
    ({ text }) => text !== result.objective && !targets.some(({ metric }) => metric === text),
  );
  const table = renderTable({
    label,
    columns: [
      ...variables.map(({ name }) => ({ heading: name })),
      { heading: 'Verdict', isText: true },
      { heading: objectiveName(result) },
      ...targets.map(({ text }) => ({ heading: text })),
      ...others.map(({ text }) => ({ heading: text })),
      { heading: 'Runs' },
    ],
    rows: settings.slice(0, LISTED_MAX).map((one): Cell[] => [
      ...variables.map(({ name }) => shorten(textOf(one.values[name]!), 60)),
      verdictText(one, result),
      amountQuantity(result, amountAt(result, one)),
      ...targets.map(({ text, unit }) =>
        estimate(
          one.targets.find(({ target }) => target === text)!,
          unit,
        ),
      ),
      ...others.map(({ text, unit }) => estimate(one.metrics[text]!, unit)),
      count(one.replications),
    ]),
  });
  const left = settings.length - LISTED_MAX;
  return html`${table} ${left > 0 ? html`<p class="note">${count(left).text} more are in plan.json.</p>` : null}`;
}
