import { mean } from 'd3-array';
import { KimNelson } from '../../stats/ranking.ts';
import type { Found } from './search.ts';
import { BudgetSpent, type Judged, type Setting, type Settings } from './settings.ts';

/** So many settings are ranked one by one; more are searched. */
const RANKED_MAX = 40;
/** Values that a range is looked at with, before it is halved around the best of them. */
const LOOKS = 7;
const HALVINGS = 2;
const PASSES = 2;

export interface MetricObjective {
  readonly metric: string;
  readonly better: 'less' | 'more';
  /** Relative differences below this do not matter. */
  readonly indifference: number;
  /** Probability of a correct selection among alternatives. */
  readonly probability: number;
}

/**
 * The setting that makes a metric best among those that meet the targets: few settings by ranking and selection with a
 * stated probability, many by a search along one variable after the other.
 */
export async function bestByMetric(settings: Settings, objective: MetricObjective): Promise<Found> {
  const counts = settings.variables.map(({ values }) => values.length);
  const isFew = counts.reduce((product, count) => product * count, 1) <= RANKED_MAX;
  const tried: Judged[] = [];
  try {
    const best = isFew ? await ranked(settings, objective, tried) : await searched(settings, objective, tried);
    return { best, isCutShort: false };
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    return { best: leastOf(tried, objective), isCutShort: true };
  }
}

/** Kim and Nelson's procedure over all settings that meet the targets. */
async function ranked(settings: Settings, objective: MetricObjective, met: Judged[]): Promise<Judged | undefined> {
  let all: Setting[] = [[]];
  for (const { values } of settings.variables) all = all.flatMap((one) => values.map((_, at) => [...one, at]));
  for (const setting of all) {
    const judged = await settings.judge(setting);
    if (judged.verdict === 'met' && Number.isFinite(costOf(judged, objective))) met.push(judged);
  }
  if (met.length < 2) return met[0];
  const zone = objective.indifference * Math.abs(costOf(leastOf(met, objective)!, objective));
  if (!(zone > 0)) return leastOf(met, objective);
  const ranking = new KimNelson(met.length, objective.probability, zone, Math.max(2, settings.rules.atLeast));
  for (let replication = 0; ranking.survivors.length > 1; replication++) {
    const values = ranking.survivors.map((system) => settings.valueAt(met[system]!, replication, objective.metric));
    const sign = objective.better === 'less' ? 1 : -1;
    ranking.round((await Promise.all(values)).map((value) => sign * value));
  }
  return met[ranking.survivors[0]!];
}

/**
 * Along each variable in turn, in two passes, from the middle: a range is looked at with a few values and halved around
 * the best of them; in the end a parabola through the means smooths out luck. Other variables are tried value by value.
 */
async function searched(settings: Settings, objective: MetricObjective, tried: Judged[]): Promise<Judged | undefined> {
  let now: Setting = settings.variables.map(({ values }) => (values.length - 1) >> 1);
  const passes = settings.variables.length === 1 ? 1 : PASSES;
  for (let pass = 0; pass < passes; pass++) {
    for (const [variable, { values, isRange }] of settings.variables.entries()) {
      const along = async (indices: Iterable<number>): Promise<Judged[]> => {
        const judged: Judged[] = [];
        for (const index of new Set(indices)) judged.push(await settings.judge(now.with(variable, index)));
        tried.push(...judged.filter(({ verdict }) => verdict === 'met'));
        return judged.filter(({ verdict }) => verdict === 'met');
      };
      const best = isRange
        ? await bestOfRange(along, variable, values.length - 1, objective)
        : leastOf(await along(values.keys()), objective);
      if (best !== undefined) now = best.setting;
    }
  }
  const last = await settings.judge(now);
  return last.verdict === 'met' ? last : leastOf(tried, objective);
}

async function bestOfRange(
  along: (indices: Iterable<number>) => Promise<Judged[]>,
  variable: number,
  last: number,
  objective: MetricObjective,
): Promise<Judged | undefined> {
  let [low, high] = [0, last];
  const seen = new Map<number, Judged>();
  for (let halving = 0; halving <= HALVINGS && high > low; halving++) {
    const looks = Array.from({ length: LOOKS }, (_, look) => Math.round(low + (look * (high - low)) / (LOOKS - 1)));
    for (const judged of await along(looks)) seen.set(judged.setting[variable]!, judged);
    const best = leastOf([...seen.values()], objective);
    if (best === undefined) return undefined;
    if (halving === HALVINGS) break;
    const quarter = Math.max(1, (high - low) / 4);
    const middle = best.setting[variable]!;
    [low, high] = [Math.max(0, Math.floor(middle - quarter)), Math.min(last, Math.ceil(middle + quarter))];
  }
  const near = [...seen].filter(([index]) => index >= low && index <= high);
  const vertex = vertexOf(near.map(([index, judged]) => [index, costOf(judged, objective)]));
  const smoothed = vertex === undefined ? [] : await along([Math.min(high, Math.max(low, Math.round(vertex)))]);
  return smoothed[0] ?? leastOf([...seen.values()], objective);
}

/** Where the parabola of least squares through some points is least; undefined where it has no least value. */
function vertexOf(points: readonly (readonly [number, number])[]): number | undefined {
  if (points.length < 3) return undefined;
  const x0 = mean(points, ([x]) => x)!;
  const y0 = mean(points, ([, y]) => y)!;
  let [s2, s3, s4, sy, sxy, sx2y] = [0, 0, 0, 0, 0, 0];
  for (const [at, value] of points) {
    const x = at - x0;
    const y = value - y0;
    s2 += x ** 2;
    s3 += x ** 3;
    s4 += x ** 4;
    sy += y;
    sxy += x * y;
    sx2y += x * x * y;
  }
  const n = points.length;
  // Normal equations of y = a + b x + c x^2 with the mean of x at 0.
  const spread = s4 - (s2 * s2) / n - (s3 * s3) / s2;
  const curvature = (sx2y - (s2 * sy) / n - (s3 * sxy) / s2) / spread;
  const slope = (sxy - curvature * s3) / s2;
  return curvature > 0 ? x0 - slope / (2 * curvature) : undefined;
}

function leastOf(judged: readonly Judged[], objective: MetricObjective): Judged | undefined {
  return judged.reduce<Judged | undefined>(
    (least, one) => (least === undefined || costOf(one, objective) < costOf(least, objective) ? one : least),
    undefined,
  );
}

/** The metric's mean, less being better; Infinity where some run has no value. */
function costOf({ result }: Judged, { metric, better }: MetricObjective): number {
  const value = result.metrics[metric]?.mean ?? undefined;
  return value === undefined ? Infinity : better === 'less' ? value : -value;
}
