import type { Measured } from './judge.ts';
import type { PlannedSetting, PlanResult } from './plan-result.ts';
import { textOf } from './settings.ts';

/** The answer of a plan in one sentence: what to buy, what that gives, what just fails, how far it carries. */
export function sentenceOf(answer: Omit<PlanResult, 'sentence'>): string {
  const { plan, nearest } = answer;
  if (plan === null)
    return nearest === null
      ? 'No plan: the budget of runs ended before anything was tried.'
      : infeasible(answer, nearest);
  const figures = [...objectiveText(answer, plan), ...plan.targets.map((one) => measuredText(answer, one))];
  const parts = [`${capacityText(answer, plan)}: ${figures.join(', ')}`];
  const failing = failingText(answer, plan);
  if (failing !== '') parts.push(failing);
  const { headroom } = answer;
  if (headroom !== null) {
    const percent = Math.round(100 * (headroom.factor - 1));
    parts.push(`headroom ${headroom.isAtLeast ? 'at least ' : ''}${percent} %`);
  }
  const order = answer.growth.find(({ more }) => more !== null && more > 0);
  if (order !== undefined) {
    const when = order.orderBy === null ? `for quarter ${order.quarter}` : `by ${order.orderBy}`;
    parts.push(`order ${thousands(order.more!)} more ${order.more === 1 ? 'node' : 'nodes'} ${when}`);
  }
  const cut = answer.isCutShort ? ' The budget of runs ended the search: there may be something cheaper.' : '';
  return `${parts.join('; ')}.${cut}`;
}

function infeasible(answer: Omit<PlanResult, 'sentence'>, nearest: PlannedSetting): string {
  const missed = nearest.targets.filter(({ verdict }) => verdict !== 'met');
  const cut = answer.isCutShort ? ' in the runs of the budget' : '';
  return `Nothing meets the targets${cut}: at best (${settingText(nearest)}) ${missed.map((one) => missText(answer, one)).join('; ')}.`;
}

function missText(answer: Omit<PlanResult, 'sentence'>, one: Measured): string {
  const measured = measuredText(answer, one);
  if (one.slack === null) return measured;
  const by = `${digits(100 * Math.abs(one.slack))} %`;
  return one.verdict === 'undecided'
    ? `${measured}, too close to tell in these runs`
    : `${measured}, ${by} beyond the bound`;
}

/** "1,912 H100 in 239 nodes, 11 of them spare, policy easy-backfill" */
function capacityText({ variables, amount, objective }: Omit<PlanResult, 'sentence'>, plan: PlannedSetting): string {
  const { capacity, values } = plan;
  const { gpuTypes, nodes, spares, gpus } = capacity;
  const types = gpuTypes.map(({ type, gpus: count }) => `${thousands(count)} ${type}`).join(' + ');
  const isSingle = gpus === nodes && gpuTypes.length === 1;
  const inNodes = `${thousands(nodes)} ${nodes === 1 ? 'node' : 'nodes'}`;
  const parts = [isSingle ? inNodes : `${types} in ${inNodes}`];
  if (spares > 0) parts.push(`${thousands(spares)} of them spare`);
  for (const { name, path } of variables) {
    if (/^cluster\.pools\[\d+\]\.nodes$/.test(path) || /^failures\.spares\[\d+\]\.nodes$/.test(path)) continue;
    parts.push(`${name} ${textOf(values[name]!)}`);
  }
  if (objective === 'cost' && amount !== null) parts.push(`${thousands(Math.round(amount * 100) / 100)} an hour`);
  return parts.join(', ');
}

/** The objective where it is a metric: "makespan 331.2 ± 1.1 d". */
function objectiveText({ objective, metrics }: Omit<PlanResult, 'sentence'>, plan: PlannedSetting): string[] {
  const metric = metrics.find(({ text }) => text === objective);
  const measured = plan.metrics[objective];
  if (metric === undefined || measured === undefined || measured.mean === null) return [];
  const { mean, low, high } = measured;
  return [
    `${objective} ${figureText(mean, low === null || high === null ? undefined : (high - low) / 2, metric.unit)}`,
  ];
}

/** "P(wait > 0.1) 0.97 % ± 0.05" */
function measuredText({ targets }: Omit<PlanResult, 'sentence'>, { target, mean, low, high }: Measured): string {
  const { metric, unit } = targets.find(({ text }) => text === target)!;
  if (mean === null) return `${metric} has no value in some runs`;
  const half = low === null || high === null ? undefined : (high - low) / 2;
  return `${metric} ${figureText(mean, half, unit)}`;
}

/** "106 just fails (P(wait > 0.1) 1.3 % ± 0.1)" */
function failingText(answer: Omit<PlanResult, 'sentence'>, plan: PlannedSetting): string {
  return answer.neighbours
    .flatMap((neighbour) => {
      const missed = neighbour.targets.find(({ verdict }) => verdict !== 'met');
      if (missed === undefined) return [];
      const changed = answer.variables.find(({ name }) => neighbour.values[name] !== plan.values[name])!;
      const words = missed.verdict === 'undecided' ? 'is not sure to do' : 'just fails';
      return [`${changed.name} ${textOf(neighbour.values[changed.name]!)} ${words} (${measuredText(answer, missed)})`];
    })
    .join('; ');
}

function settingText({ values }: PlannedSetting): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join(', ');
}

/** A mean with half of its interval, in the unit that reads best. */
export function figureText(mean: number, half: number | undefined, unit: string): string {
  const [scale, suffix] = scaleOf(mean, unit);
  if (half === undefined || half === 0) return `${digits(mean * scale)}${half === 0 ? ' ± 0' : ''}${suffix}`;
  // The mean to the digits that its interval makes sense of: two of the half-width.
  const decimals = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(half * scale))));
  return `${(mean * scale).toFixed(decimals)} ± ${(half * scale).toFixed(decimals)}${suffix}`;
}

function scaleOf(value: number, unit: string): readonly [number, string] {
  if (unit === 'share') return [100, ' %'];
  if (unit !== 's') return [1, unit === 'number' ? '' : ` ${unit}`];
  const size = Math.abs(value);
  if (size >= 2 * 86_400) return [1 / 86_400, ' d'];
  if (size >= 2 * 3600) return [1 / 3600, ' h'];
  return size >= 120 ? [1 / 60, ' min'] : [1, ' s'];
}

function digits(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(4)));
}

function thousands(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}
