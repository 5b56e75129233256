import { max, min } from 'd3-array';
import type { PlannedSetting, PlanResult } from '../../study/plan/plan-result.ts';
import { isPlan, isUnstable, verdictText } from '../../study/plan/verdict-text.ts';
import { frame, type Chart, type ChartView, type KeyEntry } from '../charts/chart.ts';
import { AXIS_WIDTH_PX, colour } from '../charts/theme.ts';
import { estimate, levelText, valueText } from '../estimates.ts';
import { html, type Html } from '../html.ts';
import { shown } from '../quantities.ts';
import { valueScale, type Estimate, type ValueScale } from '../value-scale.ts';
import { choiceText, type Across } from './amounts.ts';

const HEIGHT_PX = 260;
/** The drawing shows so many times the distance of the bound from its better end. */
const REACH = 4;

type Target = PlanResult['targets'][number];

const states = {
  plan: { label: 'the plan', colour: 'third', shape: 'circle', vega: 'circle', size: 190 },
  met: { label: 'meets all targets', colour: 'busy', shape: 'circle', vega: 'circle', size: 55 },
  undecided: {
    label: 'undecided: counts as missed',
    colour: 'muted',
    shape: 'triangle',
    vega: 'triangle-up',
    size: 70,
  },
  missed: { label: 'misses a target', colour: 'queued', shape: 'diamond', vega: 'diamond', size: 65 },
} as const satisfies Record<string, KeyEntry & { readonly vega: string; readonly size: number }>;

function stateOf(result: PlanResult, setting: PlannedSetting): keyof typeof states {
  return isPlan(setting, result) ? 'plan' : setting.verdict;
}

/** What a target is at everything that was tried, over what it costs: where less begins to be a risk. */
export function costRisk(result: PlanResult, target: Target, place: number, across: Across): Chart {
  const { metric, unit, bound, sense, text } = target;
  const isBinding = text === result.binding;
  const at = (setting: PlannedSetting): Estimate => setting.targets.find((one) => one.target === text)!;
  return curve(result, across, at, {
    id: `risk-${place}`,
    title: `${metric} over ${across.title}${isBinding ? ' (what stands in the way of less)' : ''}`,
    unit,
    limit: { bound, isAtMost: sense === 'at-most' },
    caption: captionOf(result, target, across, at),
  });
}

/** A metric that is to be as good as can be, over what was chosen. */
export function objectiveCurve(result: PlanResult, across: Across): Chart {
  const metric = result.metrics.find(({ text }) => text === result.objective)!;
  const at = (setting: PlannedSetting): Estimate => setting.metrics[metric.text]!;
  const caption = html`Means of ${metric.text} with their intervals (${levelText(result.confidence)}) at everything that
  was tried; ${metric.better} is better. A flat curve around the plan says that the exact choice matters little.`;
  return curve(result, across, at, {
    id: 'objective',
    title: `${metric.text} over ${across.title}`,
    unit: metric.unit,
    limit: null,
    caption,
  });
}

function captionOf(
  result: PlanResult,
  target: Target,
  across: Across,
  at: (setting: PlannedSetting) => Estimate,
): Html {
  const { metric, bound, sense, unit, confidence } = target;
  const plan = result.plan === null ? null : html` The plan has ${shown(estimate(at(result.plan), unit))}.`;
  const beyond = sense === 'at-most' ? 'above' : 'below';
  return html`${metric} with its interval (${levelText(confidence)}) for each choice that was tried, by its
  ${across.title}. ${beyond === 'above' ? 'Above' : 'Below'} the line, ${valueText(bound, unit)}, the target is
  missed.${plan} Points at the edge lie beyond it.`;
}

interface CurveOptions {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly limit: { readonly bound: number; readonly isAtMost: boolean } | null;
  readonly caption: Html;
}

function curve(
  result: PlanResult,
  across: Across,
  at: (setting: PlannedSetting) => Estimate,
  { id, title, unit, limit, caption }: CurveOptions,
): Chart {
  const known = result.judged.filter((one) => at(one).mean !== null && !isUnstable(one) && across.of(one) !== null);
  const present = new Set(known.map((one) => stateOf(result, one)));
  const key = Object.entries(states).flatMap(([state, entry]) =>
    present.has(state as keyof typeof states) ? [entry] : [],
  );
  const line: KeyEntry[] = limit === null ? [] : [{ label: 'bound of the target', colour: 'ink', shape: 'dash' }];
  return {
    title,
    caption,
    key: [...key, ...line],
    views:
      known.length < 2
        ? []
        : [{ id, heading: null, description: title, spec: specOf(result, across, at, known, { unit, limit }) }],
    table: { label: title, columns: [], rows: [] },
    isWide: false,
  };
}

function specOf(
  result: PlanResult,
  across: Across,
  at: (setting: PlannedSetting) => Estimate,
  known: readonly PlannedSetting[],
  { unit, limit }: Pick<CurveOptions, 'unit' | 'limit'>,
): ChartView['spec'] {
  const scale = valueScale(
    known.map((one) => within(at(one), unit, limit)),
    unit,
    limit === null ? [] : [limit.bound],
  );
  const places = known.map((one) => across.of(one)!);
  const [least, most] = [min(places)!, max(places)!];
  const pad = 0.05 * (most - least) || 1;
  const values = known.map((one) => rowOf(result, across, at(one), one, { scale, unit }));
  const y = (field: string) =>
    ({
      field,
      type: 'quantitative',
      title: scale.title === '' ? null : scale.title,
      scale: scale.scale,
      axis: { ...scale.axis, grid: true, minExtent: AXIS_WIDTH_PX },
    }) as const;
  const domain = Object.keys(states);
  const marks = Object.values(states);
  const colours = { field: 'state', type: 'nominal', legend: null } as const;
  const color = { ...colours, scale: { domain, range: marks.map((mark) => colour(mark.colour)) } } as const;
  return {
    ...frame,
    height: HEIGHT_PX,
    data: { values },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: across.title,
        scale: { domain: [least - pad, most + pad], nice: false, zero: false },
        axis: { tickCount: 6, grid: false },
      },
    },
    layer: [
      ...(limit === null
        ? []
        : [
            {
              data: { values: [{ bound: scale.place(limit.bound) }] },
              mark: { type: 'rule', color: colour('ink'), strokeDash: [5, 4], strokeWidth: 1.5 },
              encoding: { x: { value: 0 }, x2: { value: 'width' }, y: y('bound') },
            },
          ]),
      {
        mark: { type: 'line', color: colour('idle'), strokeWidth: 2 },
        encoding: { y: y('mean'), order: { field: 'x', type: 'quantitative' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.75, opacity: 0.8, clip: true },
        encoding: { y: y('low'), y2: { field: 'high' }, color },
      },
      {
        mark: { type: 'point', filled: true, opacity: 1, stroke: 'var(--card)', strokeWidth: 1 },
        encoding: {
          y: y('mean'),
          color,
          shape: { ...colours, scale: { domain, range: marks.map(({ vega }) => vega) } },
          size: { field: 'size', type: 'quantitative', scale: null },
          tooltip: [
            { field: 'setting', type: 'nominal', title: 'Choice' },
            { field: 'value', type: 'nominal', title: 'Mean' },
            { field: 'verdict', type: 'nominal', title: 'Verdict' },
            { field: 'runs', type: 'quantitative', title: 'Runs' },
          ],
        },
      },
    ],
  } as ChartView['spec'];
}

/** A choice as a row of the drawing. */
function rowOf(
  result: PlanResult,
  across: Across,
  estimated: Estimate,
  one: PlannedSetting,
  { scale, unit }: { readonly scale: ValueScale; readonly unit: string },
) {
  const { mean, low, high } = estimated;
  return {
    x: across.of(one)!,
    mean: scale.place(mean!),
    low: scale.place(low ?? mean!),
    high: scale.place(high ?? mean!),
    state: stateOf(result, one),
    size: states[stateOf(result, one)].size,
    setting: choiceText(one),
    value: estimate(estimated, unit).text,
    verdict: verdictText(one, result),
    runs: one.replications,
  };
}

/** An estimate no further from its bound than is drawn, so that what misses by far does not hide what nearly meets. */
function within({ mean, low, high }: Estimate, unit: string, limit: CurveOptions['limit']): Estimate {
  if (limit === null || limit.bound <= 0) return { mean, low, high };
  const { bound, isAtMost } = limit;
  const worst = isAtMost ? REACH * bound : unit === 'share' ? Math.max(0, 1 - REACH * (1 - bound)) : bound / REACH;
  const cut = (value: number | null): number | null => {
    if (value === null) return null;
    return isAtMost ? Math.min(value, worst) : Math.max(value, worst);
  };
  return { mean: cut(mean), low: cut(low), high: cut(high) };
}
