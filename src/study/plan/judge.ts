import { meanInterval } from '../../stats/mean-interval.ts';
import { pointResult, type PointResult } from '../results/point-result.ts';
import type { Runner } from '../runs/runner.ts';
import type { SettledPoint } from '../runs/settle-points.ts';
import type { RunOutcome } from '../runs/task.ts';
import { settledAll } from '../runs/settled-all.ts';
import type { Target } from './targets.ts';

/** What the runs say of a target. */
export type Verdict = 'met' | 'missed' | 'undecided';

/** A target at a setting. Bounds are in the metric's unit; null where some run has no value. */
export interface Measured {
  readonly target: string;
  readonly verdict: Verdict;
  readonly mean: number | null;
  /** Two-sided interval of the mean at the target's confidence. */
  readonly low: number | null;
  readonly high: number | null;
  /** Distance of the mean from the bound as a share of it, above 0 on the right side. */
  readonly slack: number | null;
}

/** A setting with all its runs. */
export interface Judgement {
  /** met: all targets are. missed: one of them is beyond doubt. undecided: runs ran out; counts as missed. */
  readonly verdict: Verdict;
  readonly targets: readonly Measured[];
  readonly result: PointResult;
  readonly outcomes: readonly RunOutcome[];
}

export interface JudgeRules {
  readonly targets: readonly Target[];
  readonly atLeast: number;
  readonly atMost: number;
  readonly tolerance: number;
  readonly metrics: readonly string[];
  readonly confidence: number;
}

/**
 * Runs a setting until its targets are decided: `atLeast` replications, then twice as many at each look, up to `atMost`.
 * A target is met when the one-sided bound of its metric's mean is on the right side of the bound (moved by the tolerance),
 * missed when the other one-sided bound is on the wrong side. Each look has its share of the doubt, 1 - confidence, so that
 * looking often does not make a decision less certain. A system whose backlog grows without end misses every target.
 */
export async function judge(settled: SettledPoint, runner: Runner, rules: JudgeRules): Promise<Judgement> {
  const outcomes: RunOutcome[] = [];
  const looks = looksOf(rules);
  for (const count of looks) {
    const from = outcomes.length;
    const more = Array.from({ length: count - from }, (_, index) => runner.run(settled, from + index));
    outcomes.push(...(await settledAll(more)));
    const judgement = judgementOf(settled, outcomes, rules, looks.length);
    if (judgement.verdict !== 'undecided' || count === looks[looks.length - 1]) return judgement;
  }
  throw new RangeError('a judge looks at least once');
}

/** Numbers of replications at which is looked. */
function looksOf({ atLeast, atMost }: JudgeRules): number[] {
  const looks = [atLeast];
  while (looks[looks.length - 1]! < atMost) looks.push(Math.min(atMost, 2 * looks[looks.length - 1]!));
  return looks;
}

function judgementOf(
  settled: SettledPoint,
  outcomes: readonly RunOutcome[],
  rules: JudgeRules,
  looks: number,
): Judgement {
  const result = pointResult(settled, outcomes, rules.metrics, rules.confidence);
  const isUnstable = result.unstable !== null;
  const targets = rules.targets.map((target) => measured(target, outcomes, rules.tolerance, looks, isUnstable));
  const verdict = targets.some((one) => one.verdict === 'missed')
    ? 'missed'
    : targets.every((one) => one.verdict === 'met')
      ? 'met'
      : 'undecided';
  return { verdict, targets, result, outcomes };
}

function measured(
  target: Target,
  outcomes: readonly RunOutcome[],
  tolerance: number,
  looks: number,
  isUnstable: boolean,
): Measured {
  const { text, metric, sense, bound, confidence } = target;
  const values = outcomes.map(({ metrics }) => metrics[metric.text]).filter((value) => typeof value === 'number');
  if (values.length < outcomes.length) {
    return { target: text, verdict: 'missed', mean: null, low: null, high: null, slack: null };
  }
  const shown = meanInterval(values, confidence);
  // One-sided at confidence: a two-sided interval with as much doubt on each side.
  const test = meanInterval(values, 1 - (2 * (1 - confidence)) / looks);
  const isMet =
    sense === 'at-most' ? test.high <= loosened(target, tolerance) : test.low >= loosened(target, tolerance);
  const isMissed = sense === 'at-most' ? test.low > bound : test.high < bound;
  const sign = sense === 'at-most' ? 1 : -1;
  return {
    target: text,
    verdict: isUnstable ? 'missed' : isMet ? 'met' : isMissed ? 'missed' : 'undecided',
    mean: shown.estimate,
    low: finite(shown.low),
    high: finite(shown.high),
    slack: bound === 0 ? null : (sign * (bound - shown.estimate)) / Math.abs(bound),
  };
}

/** The bound less what does not matter. */
function loosened({ sense, bound, metric }: Target, tolerance: number): number {
  if (sense === 'at-most') return bound + tolerance * Math.abs(bound);
  return bound - tolerance * (metric.unit === 'share' ? 1 - bound : Math.abs(bound));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
