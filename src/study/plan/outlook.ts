import type { PlainValue } from '../../scenario/document/plain-data.ts';
import { duration } from '../../scenario/quantities/duration.ts';
import { amount } from '../../scenario/quantities/quantity.ts';
import type { Scenario } from '../../scenario/schema/scenario-schema.ts';
import type { Change } from '../design/points.ts';
import { startOf, type Study } from '../file/load-study.ts';
import type { PlanData } from '../file/study-schema.ts';
import type { GrowthStep, Headroom, PlanResult, Sensitivity } from './plan-result.ts';
import { leastMet, mainVariable } from './search.ts';
import type { Judged, Settings } from './settings.ts';

/** Headroom is looked for up to twice the load, in steps of 1 %. */
const PERCENT_MAX = 100;
const MONTHS_A_QUARTER = 3;

interface Asked extends Study {
  readonly data: Study['data'] & { readonly plan: PlanData };
}

/** How much more load a plan bears; null if that is not asked for, or nothing in the scenario says what its load is. */
export async function headroomOf(study: Asked, settings: Settings, best: Judged): Promise<Headroom | null> {
  const { plan } = study.data;
  const scenario = settings.settled(best.setting, []).settled.data;
  if (!plan.headroom || settings.rules.targets.length === 0 || loadsOf(plan, scenario).length === 0) return null;
  const at = async (percent: number): Promise<Judged> =>
    settings.judge(best.setting, scaledLoad(plan, scenario, 1 + percent / 100));
  let borne = 0;
  let broken = PERCENT_MAX + 1;
  let breaks: string | null = null;
  // Steps that double, then halves: far more load than the plan bears makes for long runs.
  for (let percent = 1; borne + 1 < broken;) {
    const judged = await at(percent);
    if (judged.verdict === 'met') borne = percent;
    else {
      broken = percent;
      breaks = judged.targets.find(({ verdict }) => verdict !== 'met')?.target ?? null;
    }
    percent = broken > PERCENT_MAX ? Math.min(PERCENT_MAX, 2 * percent) : (borne + broken) >> 1;
  }
  return { factor: 1 + borne / 100, isAtLeast: breaks === null, breaks };
}

/** What the plan says of growth; null for nothing. */
export function growthAssumed({ data: { plan }, scenario }: Asked): PlanResult['growthAssumed'] {
  if (plan.growth === undefined) return null;
  const { perQuarter, from, leadTime } = plan.growth;
  return { perQuarter, from: from ?? startOf(scenario) ?? null, leadTimeS: amount(duration, leadTime) / 1e6 };
}

/** What is needed in each quarter to come, all but the main variable as planned. */
export async function growthSteps(study: Asked, settings: Settings, best: Judged): Promise<GrowthStep[]> {
  const { plan } = study.data;
  const main = mainVariable(settings);
  if (plan.growth === undefined || main < 0) return [];
  const { perQuarter, quarters, leadTime, from } = plan.growth;
  const today = from ?? startOf(study.scenario);
  const scenario = settings.settled(best.setting, []).settled.data;
  const largest = settings.variables[main]!.values.length - 1;
  const steps: GrowthStep[] = [];
  let previous: Judged | undefined = best;
  for (let quarter = 1; quarter <= quarters; quarter++) {
    const load = (1 + perQuarter) ** quarter;
    const date = today === undefined ? null : monthsAfter(today, MONTHS_A_QUARTER * quarter);
    const last: Judged | undefined = previous;
    // More load never needs less, so each quarter goes on where the last one ended.
    const least: number = perQuarter >= 0 && last !== undefined ? last.setting[main]! : 0;
    const top = best.setting.with(main, largest);
    const needed: Judged | undefined =
      last === undefined ? undefined : await leastMet(settings, top, main, scaledLoad(plan, scenario, load), least);
    const more = needed === undefined || last === undefined ? null : needed.capacity.nodes - last.capacity.nodes;
    steps.push({
      quarter,
      date,
      load,
      value: needed === undefined ? null : settings.variables[main]!.values[needed.setting[main]!]!,
      nodes: needed?.capacity.nodes ?? null,
      more,
      orderBy: date === null || more === null || more <= 0 ? null : earlier(date, leadTime),
    });
    previous = needed;
  }
  return steps;
}

/** What would be needed at either end of each input that is not known well. */
export async function sensitivities(plan: PlanData, settings: Settings, best: Judged): Promise<Sensitivity[]> {
  const main = mainVariable(settings);
  const scenario = settings.settled(best.setting, []).settled.data;
  const found: Sensitivity[] = [];
  for (const [index, { path, low, high }] of plan.uncertain.entries()) {
    const ends: Sensitivity['ends'][number][] = [];
    for (const value of [low, high]) {
      const change: Change = { path, value, from: ['plan', 'uncertain', String(index)] };
      const needed = await neededWith(settings, best, main, [change]);
      ends.push({
        value,
        isMet: needed !== undefined,
        needed: needed === undefined || main < 0 ? null : settings.variables[main]!.values[needed.setting[main]!]!,
        amount: needed === undefined ? null : settings.amountReached(needed),
      });
    }
    found.push({ path, assumed: valueAt(scenario, path) ?? null, ends });
  }
  return found;
}

async function neededWith(
  settings: Settings,
  best: Judged,
  main: number,
  changes: readonly Change[],
): Promise<Judged | undefined> {
  if (main >= 0) {
    const top = best.setting.with(main, settings.variables[main]!.values.length - 1);
    return leastMet(settings, top, main, changes);
  }
  const judged = await settings.judge(best.setting, changes);
  return judged.verdict === 'met' ? judged : undefined;
}

/** Changes that multiply the load. */
function scaledLoad(plan: PlanData, scenario: Scenario, factor: number): Change[] {
  return loadsOf(plan, scenario).map(({ path, value }) => {
    return { path, value: Number((value * factor).toPrecision(12)), from: ['plan', 'load'] };
  });
}

/** Numbers of a scenario that its load is proportional to. */
function loadsOf({ load }: PlanData, scenario: Scenario): { readonly path: string; readonly value: number }[] {
  const { synthetic, traces } = scenario.workload;
  const paths = load ?? [
    ...synthetic.map((_, index) => `workload.synthetic[${index}].arrivals.ratePerHour`),
    ...traces.map(
      ({ resample }, index) => `workload.traces[${index}].${resample === undefined ? 'speed' : 'resample.scale'}`,
    ),
  ];
  return paths.flatMap((path) => {
    const value = valueAt(scenario, path);
    return typeof value === 'number' ? [{ path, value }] : [];
  });
}

function valueAt(scenario: Scenario, path: string): PlainValue | undefined {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  return steps.reduce<PlainValue | undefined>(
    (at, step) =>
      typeof at === 'object' && at !== null ? (at as Readonly<Record<string, PlainValue>>)[step] : undefined,
    scenario as unknown as PlainValue,
  );
}

function monthsAfter(iso: string, months: number): string {
  const date = new Date(iso);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const daysInMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, daysInMonth));
  return date.toISOString().slice(0, 10);
}

function earlier(date: string, leadTime: string | number): string {
  return new Date(Date.parse(date) - amount(duration, leadTime) / 1000).toISOString().slice(0, 10);
}
