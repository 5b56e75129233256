import { placeOf } from '../../scenario/origins.ts';
import { ScenarioError } from '../../scenario/problems.ts';
import type { Study } from '../file/load-study.ts';
import { startOf } from '../file/load-study.ts';
import type { PlanData } from '../file/study-schema.ts';
import { parseMetric, type Metric } from '../metrics/expression.ts';
import { codeVersion } from '../generated/code-version.ts';
import { makingOf } from '../results/making.ts';
import type { Runner } from '../runs/runner.ts';
import { plimsollVersion } from '../version.ts';
import { bestByMetric } from './best-metric.ts';
import { objectiveOf } from './objective.ts';
import { growthAssumed, growthSteps, headroomOf, sensitivities } from './outlook.ts';
import type { PlannedSetting, PlanResult } from './plan-result.ts';
import { leastSetting, neighboursOf, type Found } from './search.ts';
import { sentenceOf } from './sentence.ts';
import { BudgetSpent, Settings, type Judged, type PlanProgress } from './settings.ts';
import { parseTarget, type Target } from './targets.ts';

/** A study that asks for a plan. */
export interface PlanStudy extends Study {
  readonly data: Study['data'] & { readonly plan: PlanData };
}

/** Whether a study asks for one. */
export function hasPlan(study: Study): study is PlanStudy {
  return study.data.plan !== undefined;
}

/** Texts of all metrics that the runs of a plan are measured by. */
export function metricsOf({ data, scenario }: PlanStudy): string[] {
  const { plan, confidence } = data;
  const targets = plan.targets.map((text) => parseTarget(text, confidence, startOf(scenario)).metric.text);
  const objective = objectiveOf(plan.objective);
  return [...new Set([...targets, ...(objective.kind === 'metric' ? [objective.text] : []), ...data.metrics])];
}

/** Finds the plan that a study asks for. The runner measures `metricsOf` the study. */
export async function findPlan(
  study: PlanStudy,
  runner: Runner,
  onProgress: (progress: PlanProgress) => void = () => undefined,
): Promise<PlanResult> {
  const { data, scenario } = study;
  const { plan, confidence, replications } = data;
  const targets = plan.targets.map((text) => parseTarget(text, confidence, startOf(scenario)));
  const metrics = metricsOf(study);
  const rules = {
    targets,
    atLeast: replications.atLeast,
    atMost: replications.atMost ?? replications.atLeast,
    tolerance: plan.tolerance,
    metrics,
    confidence,
  };
  const settings = new Settings(study, plan, runner, rules, onProgress);
  settings.check(cornersOf(settings));
  requirePrices(study, settings);
  const { objective } = settings;
  const found =
    objective.kind === 'metric'
      ? await bestByMetric(settings, {
          metric: objective.text,
          better: parseMetric(objective.text).better,
          indifference: plan.indifference,
          probability: confidence,
        })
      : await leastSetting(settings);
  return resultOf(study, settings, targets, metrics.map(parseMetric), found);
}

/** Each value of the alternatives and both ends of the ranges, one at a time: their mistakes are told before the first run. */
function cornersOf({ variables, largest }: Settings): number[][] {
  return variables.flatMap(({ values, isMonotone }, index) =>
    (isMonotone ? [0, values.length - 1] : values.map((_, at) => at)).map((at) => largest.with(index, at)),
  );
}

/** ScenarioError where the objective cannot be told from the scenario. */
function requirePrices({ file, origins }: PlanStudy, settings: Settings): void {
  if (settings.objective.kind === 'metric' || Number.isFinite(settings.amountOf(settings.largest))) return;
  const message =
    'plan.objective is "cost", but not every pool of the scenario has a price; give each pool a pricePerNodeHour, or a powerPerNodeKW and a tariffPerKWh';
  throw new ScenarioError([{ place: placeOf(file, origins, ['plan', 'objective']), message }]);
}

async function resultOf(
  study: PlanStudy,
  settings: Settings,
  targets: readonly Target[],
  metrics: readonly Metric[],
  { best, isCutShort }: Found,
): Promise<PlanResult> {
  const { name, description, confidence, plan } = study.data;
  const searched = [...settings.judged.values()];
  const outlook = await outlookOf(study, settings, best);
  const neighbours = outlook.neighbours.map(planned);
  const amount = best === undefined ? null : settings.amountReached(best);
  const answer = {
    schema: 'plimsoll.plan/1',
    plimsollVersion,
    name,
    description,
    confidence,
    tolerance: plan.tolerance,
    objective: plan.objective,
    variables: settings.variables.map(({ name: variable, path, isMonotone }) => ({ name: variable, path, isMonotone })),
    targets: targets.map(({ text, metric, sense, bound, confidence: level }) => {
      return { text, metric: metric.text, unit: metric.unit, sense, bound, confidence: level };
    }),
    metrics: metrics.map(({ text, unit, better }) => ({ text, unit, better })),
    made: makingOf(study.data, codeVersion),
    budget: plan.budget,
    plan: best === undefined ? null : planned(best),
    amount,
    binding: bindingOf(outlook.neighbours),
    neighbours,
    nearest: best === undefined ? nearestOf(searched) : null,
    headroom: outlook.headroom,
    growthAssumed: growthAssumed(study),
    growth: outlook.growth,
    sensitivity: outlook.sensitivity,
    judged: searched.map(planned),
    runs: settings.runs,
    isCutShort: isCutShort || outlook.isCutShort,
  } as const;
  return { ...answer, sentence: sentenceOf(answer) };
}

type Outlook = Pick<PlanResult, 'headroom' | 'growth' | 'sensitivity' | 'isCutShort'> & {
  readonly neighbours: readonly Judged[];
};

/** What lies around the plan, as far as the budget goes. */
async function outlookOf(study: PlanStudy, settings: Settings, best: Judged | undefined): Promise<Outlook> {
  let outlook: Outlook = { neighbours: [], headroom: null, growth: [], sensitivity: [], isCutShort: false };
  if (best === undefined) return outlook;
  try {
    outlook = {
      ...outlook,
      neighbours: settings.objective.kind === 'metric' ? [] : await neighboursOf(settings, best),
    };
    outlook = { ...outlook, headroom: await headroomOf(study, settings, best) };
    outlook = { ...outlook, growth: await growthSteps(study, settings, best) };
    return { ...outlook, sensitivity: await sensitivities(study.data.plan, settings, best) };
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    return { ...outlook, isCutShort: true };
  }
}

function planned({ values, capacity, verdict, targets, outcomes, result }: Judged): PlannedSetting {
  const metrics = Object.entries(result.metrics).map(
    ([text, { mean, low, high }]) => [text, { mean, low, high }] as const,
  );
  return {
    values,
    capacity,
    verdict,
    targets,
    replications: outcomes.length,
    metrics: Object.fromEntries(metrics),
    warnings: result.warnings,
  };
}

/** The target that the neighbours miss by most. */
function bindingOf(neighbours: readonly Judged[]): string | null {
  const missed = neighbours.flatMap(({ targets }) => targets.filter(({ verdict }) => verdict !== 'met'));
  missed.sort((a, b) => (a.slack ?? -Infinity) - (b.slack ?? -Infinity));
  return missed[0]?.target ?? null;
}

/** Where nothing will do: the setting whose worst target misses by least. */
function nearestOf(searched: readonly Judged[]): PlannedSetting | null {
  const worst = ({ targets }: Judged): number => Math.min(...targets.map(({ slack }) => slack ?? -Infinity));
  const nearest = searched.reduce<Judged | undefined>(
    (least, one) => (least === undefined || worst(one) > worst(least) ? one : least),
    undefined,
  );
  return nearest === undefined ? null : planned(nearest);
}
