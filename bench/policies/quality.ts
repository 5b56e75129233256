import { prepareRun, type PreparedRun } from '../../src/scenario/resolve/prepare.ts';
import { ScenarioError } from '../../src/scenario/problems.ts';
import { settleScenario } from '../../src/scenario/settle.ts';
import { takesShares } from '../../src/sim/engine/free-index.ts';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import { Column, Occupancy } from '../../src/sim/record/occupancy.ts';
import { metricsFor } from '../../src/sim/engine/run-metrics-for.ts';
import { cpuMs } from '../measure.ts';
import { metrics } from './metrics.ts';
import { overrides } from './overrides.ts';
import { Until } from './until.ts';
import type { BenchForm, BenchWorkload } from './workloads.ts';

/** How well a policy did on one workload. */
export interface PolicyQuality {
  readonly workload: string;
  readonly policy: string;
  readonly placement: string;
  /** By key of the metric. */
  readonly values: Readonly<Record<string, number | null>>;
  readonly decisions: number;
  /** Stands for all that happened: proof of the work. */
  readonly fingerprint: string;
  readonly cpuS: number;
}

/** Runs one policy over one workload, with what it needs beside its defaults. Errors say policy and workload. */
export async function qualityOf(workload: BenchWorkload, form: BenchForm, policy: string): Promise<PolicyQuality> {
  try {
    const prepared = await prepare(workload.scenario, policy, form === 'short' ? workload.short : []);
    return runOnce(workload.name, policy, prepared);
  } catch (error) {
    const why = error instanceof ScenarioError ? error.problems.map(({ message }) => message).join('; ') : error;
    throw new Error(
      `${policy} cannot run the ${form} workload ${workload.name}: ${why instanceof Error ? why.message : String(why)}; ` +
        'what it needs beside its defaults belongs into bench/policies/overrides.ts',
      { cause: error },
    );
  }
}

/** The scenario with the policy in it. */
export async function prepare(scenario: string, policy: string, changes: readonly string[]): Promise<PreparedRun> {
  const set = [...changes, `policies.scheduling=${policy}`, ...(overrides[policy]?.set ?? [])];
  return prepareRun(await settleScenario(scenario, { set }));
}

function runOnce(workload: string, policy: string, { spec, settled }: PreparedRun): PolicyQuality {
  const { cluster, jobs } = spec;
  const shares = takesShares(jobs, spec.placement);
  const run = metricsFor(spec);
  const arriving = new Occupancy(jobs, shares);
  const firstUs = jobs.submitUs[0]!;
  const lastUs = jobs.submitUs[jobs.count - 1]!;
  const beganMs = cpuMs();
  const simulation = new Simulation(spec, [...run.folds, new Until(lastUs, arriving)]);
  while (simulation.advance(1e6));
  const cpuS = (cpuMs() - beganMs) / 1000;
  const { nowUs: endUs, events, decisions, fingerprint } = simulation;
  const figures = run.figures({ endUs, events, decisions });
  const utilisationArriving = arriving.totals[Column.GpusBusy]! / (cluster.gpuCount * (lastUs - firstUs));
  const values = Object.fromEntries(
    metrics.map(({ key, of }) => {
      const value = of({ figures, utilisationArriving });
      return [key, Number.isFinite(value) ? value : null] as const;
    }),
  );
  const placement = settled.data.policies.placement.name;
  return { workload, policy, placement, values, decisions, fingerprint, cpuS };
}
