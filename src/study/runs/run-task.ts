import { prepareRun } from '../../scenario/resolve/prepare.ts';
import type { SettledScenario } from '../../scenario/settle.ts';
import { metricsFor } from '../../sim/engine/run-metrics-for.ts';
import { Simulation } from '../../sim/engine/simulation.ts';
import { usToSeconds } from '../../sim/kernel/clock.ts';
import { Column } from '../../sim/record/occupancy.ts';
import { batchMeans } from '../../stats/batch-means.ts';
import type { ImportedFiles } from '../../traces/imported-files.ts';
import { evaluate, seriesOf } from '../metrics/evaluate.ts';
import { parseMetric } from '../metrics/expression.ts';
import { RunRecord } from '../metrics/run-record.ts';
import { runInSlices } from '../slices.ts';
import type { RunOutcome, RunTask } from './task.ts';

/** Values of the backlog that are kept: enough for a trend, few enough for ten thousand runs. */
const BACKLOG_VALUES = 64;
/** Shorter series are not cut into batches. */
const BATCHED_LEAST = 200;

/**
 * Runs a task to its end; files that `files` holds from another task are not read again. Rejects with the signal's
 * reason if it stops; ScenarioError if a file of the scenario is bad.
 */
export async function runTask(task: RunTask, files: ImportedFiles, signal?: AbortSignal): Promise<RunOutcome> {
  const prepared = await prepareRun(settledOf(task), undefined, files);
  const { spec } = prepared;
  const metrics = metricsFor(spec);
  const simulation = new Simulation(spec, metrics.folds);
  await runInSlices(simulation, () => undefined, signal);
  const { nowUs: endUs, events, decisions, fingerprint } = simulation;
  const figures = metrics.figures({ endUs, events, decisions });
  const record = (warmUpUs: number): RunRecord =>
    new RunRecord(metrics, figures, spec.jobs, spec.cluster.gpuCount, warmUpUs);
  const whole = record(0);
  const { warmUpUs } = task;
  const seen = record(warmUpUs ?? 0);
  const values = task.metrics.map((text) => [text, evaluate(parseMetric(text), seen)] as const);
  return {
    key: task.key,
    fingerprint,
    endS: usToSeconds(endUs),
    metrics: Object.fromEntries(values),
    ...(task.batchLevel === undefined ? {} : { batches: batchIntervals(task, seen, task.batchLevel) }),
    ...(task.isPilot === true ? { inSystem: inSystemOf(whole) } : {}),
    warmUpS: warmUpUs === null ? null : usToSeconds(warmUpUs),
    backlog: backlogOf(whole),
    faults: figures.failures?.faults ?? 0,
    warnings: prepared.warnings,
  };
}

function batchIntervals({ metrics }: RunTask, seen: RunRecord, level: number): NonNullable<RunOutcome['batches']> {
  const intervals = metrics.flatMap((text) => {
    const series = seriesOf(parseMetric(text), seen);
    if (series === null || series.length < BATCHED_LEAST) return [];
    const { interval, areIndependent } = batchMeans(series, level);
    return [[text, { low: interval.low, high: interval.high, areIndependent }] as const];
  });
  return Object.fromEntries(intervals);
}

function settledOf({ scenario, file }: RunTask): SettledScenario {
  return { file, data: scenario, origins: new Map(), hash: '', warnings: [] };
}

function inSystemOf(whole: RunRecord): NonNullable<RunOutcome['inSystem']> {
  const { bucketUs } = whole.whileArriving(Column.JobsQueued);
  return { bucketS: usToSeconds(bucketUs), jobs: Array.from(whole.jobsInSystemOverTime) };
}

function backlogOf(whole: RunRecord): RunOutcome['backlog'] {
  const { bucketUs, values: jobs } = whole.whileArriving(Column.JobsQueued);
  const { values: gpus } = whole.whileArriving(Column.GpusQueued);
  const each = Math.max(1, Math.ceil(jobs.length / BACKLOG_VALUES));
  return { bucketS: usToSeconds(bucketUs * each), jobs: averages(jobs, each), gpus: averages(gpus, each) };
}

/** Averages of so many values each; what is left over at the end falls away. */
function averages(values: Float64Array, each: number): number[] {
  return Array.from({ length: Math.floor(values.length / each) }, (_, group) => {
    let sum = 0;
    for (let index = 0; index < each; index++) sum += values[group * each + index]!;
    return sum / each;
  });
}
