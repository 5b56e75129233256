import type { RunMetrics } from '../sim/record/run-metrics.ts';
import type { Summary } from '../sim/record/summary.ts';
import { metricsFor } from '../sim/engine/run-metrics-for.ts';
import type { RunSpec } from '../sim/engine/run-spec.ts';
import { Simulation } from '../sim/engine/simulation.ts';
import { usToSeconds } from '../sim/kernel/clock.ts';
import type { PreparedRun } from '../scenario/resolve/prepare.ts';
import { runInSlices } from './slices.ts';
import { plimsollVersion } from './version.ts';

/** How far a run is. */
export interface Progress {
  readonly jobsDone: number;
  readonly jobs: number;
  /** Simulated time, s since the start. */
  readonly nowS: number;
  readonly events: number;
}

export interface RunResult {
  readonly summary: Summary;
  /** What became of each job, for jobs.csv. */
  readonly metrics: RunMetrics;
}

/** Runs a prepared scenario to its end, reporting progress now and then. Rejects with the signal's reason if it stops. */
export async function runScenario(
  prepared: PreparedRun,
  onProgress: (progress: Progress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<RunResult> {
  const { spec } = prepared;
  const metrics = metricsFor(spec);
  const simulation = new Simulation(spec, metrics.folds);
  await runInSlices(simulation, () => onProgress(progressOf(simulation, spec)), signal);
  return { summary: summarise(prepared, simulation, metrics), metrics };
}

/** How far a simulation of a spec has come. */
export function progressOf(simulation: Simulation, spec: RunSpec): Progress {
  return {
    jobsDone: simulation.settled,
    jobs: spec.jobs.count,
    nowS: usToSeconds(simulation.nowUs),
    events: simulation.events,
  };
}

function summarise(prepared: PreparedRun, simulation: Simulation, metrics: RunMetrics): Summary {
  const { settled, policies, imports, startDate } = prepared;
  const figures = metrics.figures({
    endUs: simulation.nowUs,
    events: simulation.events,
    decisions: simulation.decisions,
  });
  return {
    schema: 'plimsoll.summary/2',
    plimsollVersion,
    scenario: {
      name: settled.data.name,
      description: settled.data.description,
      file: settled.file,
      hash: settled.hash,
      resolved: settled.data,
    },
    seed: settled.data.seed,
    fingerprint: simulation.fingerprint,
    startDate,
    policies,
    imports: imports.map(({ file, format, read, kept, dropped, warnings, recorded }) => {
      return { file, format, read, kept, dropped, warnings, recorded };
    }),
    warnings: [...prepared.warnings, ...leftWarnings(figures.jobs), ...goneWarnings(figures.dataLoss)],
    figures,
  };
}

/** Data that never came back, and who was turned away for it. */
function goneWarnings(loss: Summary['figures']['dataLoss']): string[] {
  return (loss?.bySet ?? []).flatMap(({ dataSet, isGone, turnedAway }) => {
    if (!isGone) return [];
    return [
      `data set ${dataSet} is gone: every copy was destroyed and no backup of it was complete; ` +
        `${turnedAway} jobs that read it can never run and were turned away`,
    ];
  });
}

/** What a horizon cut off. */
function leftWarnings({ running, waiting }: Summary['figures']['jobs']): string[] {
  if (running + waiting === 0) return [];
  const left = [running > 0 ? `${running} jobs still ran` : '', waiting > 0 ? `${waiting} still waited` : ''];
  return [
    `at the end of the run ${left.filter((part) => part !== '').join(' and ')}; figures of finished jobs leave them out`,
  ];
}
