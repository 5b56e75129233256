import { amountOf, objectiveOf } from '../../study/plan/objective.ts';
import type { PlannedSetting, PlanResult } from '../../study/plan/plan-result.ts';
import { textOf } from '../../study/plan/settings.ts';
import { estimate } from '../estimates.ts';
import { shorten } from '../names.ts';
import { count, decimal, MISSING, type Quantity } from '../quantities.ts';
import { axisOf } from '../study/axes.ts';
import type { Estimate } from '../value-scale.ts';

/** What is to be small, as a page calls it. */
export function objectiveName({ objective }: PlanResult): string {
  const known = objectiveOf(objective);
  switch (known.kind) {
    case 'nodes':
      return 'nodes';
    case 'gpus':
      return 'GPUs';
    case 'gpu-hours':
      return 'GPU-hours a year';
    case 'cost':
      return 'cost an hour';
    case 'metric':
      return known.text;
    default:
      return known satisfies never;
  }
}

/** How much of it a setting is: what is bought without an interval, a metric with its own. */
export function amountAt(result: PlanResult, { capacity, metrics }: PlannedSetting): Estimate {
  const objective = objectiveOf(result.objective);
  if (objective.kind === 'metric') return metrics[objective.text] ?? { mean: null, low: null, high: null };
  return { mean: amountOf(objective, capacity), low: null, high: null };
}

/** The same in words. */
export function amountQuantity(result: PlanResult, amount: Estimate): Quantity {
  const metric = result.metrics.find(({ text }) => text === result.objective);
  if (metric !== undefined) return estimate(amount, metric.unit);
  if (amount.mean === null) return { text: MISSING, exact: null };
  return result.objective === 'cost' ? decimal(amount.mean) : count(amount.mean);
}

/** "nodes 107, policy fifo" */
export function choiceText({ values }: PlannedSetting): string {
  const parts = Object.entries(values).map(([name, value]) => `${name} ${shorten(textOf(value), 60)}`);
  return parts.length === 0 ? 'the scenario as it is' : parts.join(', ');
}

/** What stands across a drawing of everything that was tried. */
export interface Across {
  readonly title: string;
  readonly of: (setting: PlannedSetting) => number | null;
}

/** What a setting costs, where settings differ in it, else its first variable of numbers; null for neither. */
export function acrossOf(result: PlanResult): Across | null {
  const { judged, objective, variables } = result;
  if (objectiveOf(objective).kind !== 'metric') {
    const amounts = new Set(judged.map((one) => amountAt(result, one).mean));
    if (amounts.size > 1) return { title: objectiveName(result), of: (setting) => amountAt(result, setting).mean };
  }
  for (const { name } of variables) {
    const axis = axisOf(name, judged, ({ values }) => values[name] ?? null, false);
    if (!axis.isNumber || axis.values.length < 2) continue;
    return { title: axis.unit === '' ? name : `${name} (${axis.unit})`, of: (setting) => axis.of(setting).at };
  }
  return null;
}
