import type { PlannedSetting, PlanResult } from './plan-result.ts';

/** What became of a setting that was judged, in a few words. */
export function verdictText(one: PlannedSetting, result: Pick<PlanResult, 'plan'>): string {
  if (isPlan(one, result)) return 'the plan';
  if (one.verdict === 'met') return 'meets';
  if (one.verdict === 'undecided') return 'undecided: counts as missed';
  return isUnstable(one) ? 'misses: unstable' : 'misses';
}

/** Whether a setting is the one that is recommended. */
export function isPlan({ values }: PlannedSetting, { plan }: Pick<PlanResult, 'plan'>): boolean {
  return plan !== null && JSON.stringify(values) === JSON.stringify(plan.values);
}

/** Whether its backlog grows without end, so that its means say nothing. */
export function isUnstable({ warnings }: PlannedSetting): boolean {
  return warnings.some((warning) => warning.startsWith('unstable'));
}
