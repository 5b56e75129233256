import { growthOf } from '../../stats/growth.ts';
import type { Interval } from '../../stats/interval.ts';
import { meanInterval } from '../../stats/mean-interval.ts';
import type { PlainValue } from '../../scenario/document/plain-data.ts';
import { capacityOf, type Capacity } from '../plan/objective.ts';
import type { PlainPoint } from '../runs/settle-points.ts';
import type { RunOutcome } from '../runs/task.ts';

/** Fewer faults than this in all runs of a point say little about what faults do. */
const FAULTS_LEAST = 10;
/** Below, a backlog is not tested for growth. */
const TREND_VALUES_LEAST = 40;
/** One-sided level at which a backlog counts as growing, in jobs or in GPUs: two false alarms in a hundred stable points at most. */
const UNSTABLE_LEVEL = 0.99;

/** What the runs of a point say. Plain data. */
export interface PointResult {
  readonly index: number;
  readonly variant: string;
  readonly values: Readonly<Record<string, PlainValue>>;
  readonly scenarioHash: string;
  /** Size of its pools, and what they cost an hour. */
  readonly capacity: Pick<Capacity, 'nodes' | 'gpus' | 'costPerHour'>;
  readonly replications: number;
  /** Mean over the replications by metric, with its interval; null where no run, or not every run, has a value. */
  readonly metrics: Readonly<Record<string, PointMetric>>;
  /** How fast the backlog grows; null unless it grows without end. Means of an unstable system mean nothing. */
  readonly unstable: { readonly jobsPerHour: number; readonly gpusPerHour: number } | null;
  /** In plain words, the most important first. */
  readonly warnings: readonly string[];
}

export interface PointMetric {
  /** Replications that have a value. */
  readonly count: number;
  readonly mean: number | null;
  /** Bounds of the interval; null where they are infinite or there is no mean. */
  readonly low: number | null;
  readonly high: number | null;
}

/** What the outcomes of a point's replications, in their order, say together. */
export function pointResult(
  { point, hash, settled }: PlainPoint,
  outcomes: readonly RunOutcome[],
  metrics: readonly string[],
  confidence: number,
): PointResult {
  const unstable = growth(outcomes);
  const { nodes, gpus, costPerHour } = capacityOf(settled.data);
  return {
    index: point.index,
    variant: point.variant,
    values: point.values,
    scenarioHash: hash,
    capacity: { nodes, gpus, costPerHour },
    replications: outcomes.length,
    metrics: Object.fromEntries(metrics.map((text) => [text, metricOf(text, outcomes, confidence)])),
    unstable,
    warnings: warningsOf(outcomes, unstable),
  };
}

/** The interval of a metric's mean over runs; undefined unless every run has a value. */
export function metricInterval(text: string, outcomes: readonly RunOutcome[], level: number): Interval | undefined {
  const values = outcomes.map(({ metrics }) => metrics[text]);
  return values.length > 0 && values.every((value) => typeof value === 'number')
    ? meanInterval(values, level)
    : undefined;
}

function metricOf(text: string, outcomes: readonly RunOutcome[], level: number): PointMetric {
  const count = outcomes.filter(({ metrics }) => typeof metrics[text] === 'number').length;
  const interval = metricInterval(text, outcomes, level);
  const batches = outcomes.length === 1 ? outcomes[0]!.batches?.[text] : undefined;
  if (interval !== undefined && batches !== undefined) {
    return { count, mean: interval.estimate, low: batches.low, high: batches.high };
  }
  if (interval === undefined) return { count, mean: null, low: null, high: null };
  const finite = (bound: number): number | null => (Number.isFinite(bound) ? bound : null);
  return { count, mean: interval.estimate, low: finite(interval.low), high: finite(interval.high) };
}

/** How fast the backlog grows; null unless it does so beyond doubt. Small jobs may slip by while the GPUs asked for pile up. */
function growth(outcomes: readonly RunOutcome[]): PointResult['unstable'] {
  const long = outcomes.map(({ backlog }) => backlog).filter(({ jobs }) => jobs.length >= TREND_VALUES_LEAST);
  if (long.length === 0) return null;
  const bucketS = long.reduce((sum, backlog) => sum + backlog.bucketS, 0) / long.length;
  const inJobs = growthOf(
    long.map(({ jobs }) => jobs),
    UNSTABLE_LEVEL,
  );
  const inGpus = growthOf(
    long.map(({ gpus }) => gpus),
    UNSTABLE_LEVEL,
  );
  if (!inJobs.isUnstable && !inGpus.isUnstable) return null;
  const perHour = 3600 / bucketS;
  return { jobsPerHour: inJobs.perValue * perHour, gpusPerHour: inGpus.perValue * perHour };
}

function warningsOf(outcomes: readonly RunOutcome[], unstable: PointResult['unstable']): string[] {
  const warnings: string[] = [];
  if (unstable !== null) {
    const [jobs, gpus] = [unstable.jobsPerHour, unstable.gpusPerHour].map((rate) => Number(rate.toPrecision(2)));
    warnings.push(`unstable: the backlog grows ${jobs} jobs (${gpus} GPUs) an hour; its means say nothing`);
  }
  if (outcomes.some(({ warmUpS }) => warmUpS === null)) {
    warnings.push('warm-up not over: make the runs longer (nothing was cut from them)');
  }
  const dependent = Object.entries(outcomes[0]?.batches ?? {}).filter(([, { areIndependent }]) => !areIndependent);
  if (dependent.length > 0) {
    const names = dependent.map(([text]) => text).join(', ');
    warnings.push(`run too short: batches of ${names} still follow each other, so their intervals are too narrow`);
  }
  const faults = outcomes.reduce((sum, outcome) => sum + outcome.faults, 0);
  const canBreak = outcomes.some(({ metrics }) => typeof metrics['ettr'] === 'number') || faults > 0;
  if (canBreak && faults < FAULTS_LEAST) {
    warnings.push(`run too short: ${faults} ${faults === 1 ? 'failure' : 'failures'} seen in all runs`);
  }
  for (const warning of new Set(outcomes.flatMap((outcome) => outcome.warnings))) warnings.push(warning);
  return warnings;
}
