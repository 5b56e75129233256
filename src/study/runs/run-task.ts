import { prepareRun } from '../../scenario/resolve/prepare.ts';
import type { SettledScenario } from '../../scenario/settle.ts';
import { duration } from '../../scenario/quantities/duration.ts';
import { amount } from '../../scenario/quantities/quantity.ts';
import { metricsFor } from '../../sim/engine/run-metrics-for.ts';
import { Simulation } from '../../sim/engine/simulation.ts';
import { usToSeconds } from '../../sim/kernel/clock.ts';
import { Column } from '../../sim/record/occupancy.ts';
import { warmUpLength } from '../../stats/warm-up.ts';
import type { ImportedFiles } from '../../traces/imported-files.ts';
import { evaluate } from '../metrics/evaluate.ts';
import { parseMetric } from '../metrics/expression.ts';
import { RunRecord } from '../metrics/run-record.ts';
import { runInSlices } from '../slices.ts';
import type { RunOutcome, RunTask } from './task.ts';

/** Values of the backlog that are kept: enough for a trend, few enough for ten thousand runs. */
const BACKLOG_VALUES = 64;

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
  const warmUpUs = warmUpOf(task, whole);
  const seen = record(Number.isNaN(warmUpUs) ? 0 : warmUpUs);
  const values = task.metrics.map((text) => [text, evaluate(parseMetric(text), seen)] as const);
  return {
    key: task.key,
    fingerprint,
    endS: usToSeconds(endUs),
    metrics: Object.fromEntries(values),
    warmUpS: Number.isNaN(warmUpUs) ? null : usToSeconds(warmUpUs),
    backlog: backlogOf(whole),
    faults: figures.failures?.faults ?? 0,
    warnings: prepared.warnings,
  };
}

function settledOf({ scenario, file }: RunTask): SettledScenario {
  return { file, data: scenario, origins: new Map(), hash: '', warnings: [] };
}

/** Whole us; NaN where the warm-up is not over. */
function warmUpOf({ warmUp }: RunTask, whole: RunRecord): number {
  switch (warmUp.method) {
    case 'none':
      return 0;
    case 'fixed':
      return amount(duration, warmUp.length!);
    case 'mser-5': {
      const { bucketUs, values: queued } = whole.whileArriving(Column.JobsQueued);
      const { values: running } = whole.whileArriving(Column.JobsRunning);
      return warmUpLength(queued.map((jobs, index) => jobs + running[index]!)) * bucketUs;
    }
    default:
      return warmUp.method satisfies never;
  }
}

function backlogOf(whole: RunRecord): RunOutcome['backlog'] {
  const { bucketUs, values } = whole.whileArriving(Column.JobsQueued);
  const each = Math.max(1, Math.ceil(values.length / BACKLOG_VALUES));
  const jobs: number[] = [];
  for (let from = 0; from + each <= values.length; from += each) {
    let sum = 0;
    for (let index = from; index < from + each; index++) sum += values[index]!;
    jobs.push(sum / each);
  }
  return { bucketS: usToSeconds(bucketUs * each), jobs };
}
