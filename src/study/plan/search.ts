import { BudgetSpent, type Judged, type Setting, type Settings } from './settings.ts';

/** What a search ends with. */
export interface Found {
  /** The cheapest setting that meets the targets; undefined where none does. */
  readonly best: Judged | undefined;
  /** Whether the budget ended the search: a cheaper setting may be left. */
  readonly isCutShort: boolean;
}

/**
 * The cheapest setting that meets the targets. For every choice of the other variables the first monotone one is halved
 * between its least value and the largest that would still be cheaper than the best so far; a choice whose largest such
 * value misses the targets is left at once. Monotone variables spare runs: less of everything than something that misses
 * misses too. In the end what is not needed of the other monotone variables is taken back.
 */
export async function leastSetting(settings: Settings): Promise<Found> {
  let best: Judged | undefined;
  try {
    for (const choice of choicesOf(settings)) {
      best = (await leastOfChoice(settings, choice, best)) ?? best;
    }
    if (best !== undefined) best = await withoutNeedless(settings, best);
    return { best, isCutShort: false };
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    return { best, isCutShort: true };
  }
}

/** Index of the variable that is halved; -1 if none is monotone. */
export function mainVariable({ variables }: Settings): number {
  return variables.findIndex(({ isMonotone }) => isMonotone);
}

/** Settings with the largest value of the main variable: those with most of everything first, without one the cheapest. */
function choicesOf(settings: Settings): Setting[] {
  const main = mainVariable(settings);
  let choices: Setting[] = [[]];
  settings.variables.forEach(({ values, isMonotone }, index) => {
    const last = values.length - 1;
    const indices = values.map((_, at) => (isMonotone ? last - at : at));
    choices = choices.flatMap((choice) => (index === main ? [last] : indices).map((at) => [...choice, at]));
  });
  if (main >= 0) return choices;
  const amounts = new Map(choices.map((choice) => [choice, settings.amountOf(choice)]));
  return choices.sort((a, b) => amounts.get(a)! - amounts.get(b)!);
}

/** The least setting of a choice that is cheaper than the best so far; undefined for none. */
async function leastOfChoice(
  settings: Settings,
  choice: Setting,
  best: Judged | undefined,
): Promise<Judged | undefined> {
  const main = mainVariable(settings);
  const limit = best === undefined ? Infinity : settings.amountOf(best.setting);
  const isCheaper = (setting: Setting): boolean => best === undefined || settings.amountOf(setting) < limit;
  if (main < 0) {
    if (!isCheaper(choice)) return undefined;
    const judged = await settings.judge(choice);
    return judged.verdict === 'met' ? judged : undefined;
  }
  const from = (index: number): Setting => choice.with(main, index);
  const top = lastWhere(settings.variables[main]!.values.length, (index) => isCheaper(from(index)));
  return top < 0 ? undefined : leastMet(settings, from(top), main);
}

/** The largest index 0..count-1 for which a condition holds that holds for all below it; -1 for none. */
function lastWhere(count: number, holds: (index: number) => boolean): number {
  let least = -1;
  let most = count - 1;
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (holds(middle)) least = middle;
    else most = middle - 1;
  }
  return least;
}

/**
 * The least value of a monotone variable, from `least` up to the one in the setting, with which the targets are met;
 * undefined if they are not even there. What is known of settings with less, or more, of everything is used.
 */
export async function leastMet(
  settings: Settings,
  top: Setting,
  variable: number,
  more: Parameters<Settings['judge']>[1] = [],
  least = 0,
): Promise<Judged | undefined> {
  if (isKnownToMiss(settings, top, more)) return undefined;
  let met = await settings.judge(top, more);
  if (met.verdict !== 'met') return undefined;
  let low = least;
  while (low < met.setting[variable]!) {
    const middle = (low + met.setting[variable]!) >> 1;
    const setting = top.with(variable, middle);
    const judged = isKnownToMiss(settings, setting, more) ? undefined : await settings.judge(setting, more);
    if (judged?.verdict === 'met') met = judged;
    else low = middle + 1;
  }
  return met;
}

/** Whether some setting with at least as much of everything monotone, all else equal, misses. */
function isKnownToMiss({ judged, variables }: Settings, setting: Setting, more: readonly unknown[]): boolean {
  if (more.length > 0) return false;
  return [...judged].some(
    ([key, one]) =>
      key.endsWith(',[]]') &&
      one.verdict !== 'met' &&
      variables.every(({ isMonotone }, index) =>
        isMonotone ? one.setting[index]! >= setting[index]! : one.setting[index] === setting[index],
      ),
  );
}

/** The same without what it has too much of: less of each other monotone variable as long as it costs no more. */
async function withoutNeedless(settings: Settings, best: Judged): Promise<Judged> {
  const main = mainVariable(settings);
  let now = best;
  for (const [index, { isMonotone }] of settings.variables.entries()) {
    if (!isMonotone || index === main) continue;
    now = (await leastMet(settings, now.setting, index)) ?? now;
  }
  return now;
}

/** For each monotone variable, the setting with its next smaller value, judged: the neighbours of a plan. */
export async function neighboursOf(settings: Settings, { setting }: Judged): Promise<Judged[]> {
  const neighbours: Judged[] = [];
  for (const [index, { isMonotone }] of settings.variables.entries()) {
    if (isMonotone && setting[index]! > 0)
      neighbours.push(await settings.judge(setting.with(index, setting[index]! - 1)));
  }
  return neighbours;
}
