/** One run of bench:cluster in a process of its own: node cluster-run.ts SCENARIO [path=value]...; a row as JSON. */
import { prepareRun } from '../src/scenario/resolve/prepare.ts';
import { settleScenario } from '../src/scenario/settle.ts';
import { Simulation } from '../src/sim/engine/simulation.ts';
import { RunMetrics } from '../src/sim/record/run-metrics.ts';
import { cpuMs } from './measure.ts';

export interface ClusterBenchRow {
  readonly jobs: number;
  readonly decisions: number;
  readonly prepareCpuS: number;
  /** Building the state, the run itself and its metric folds. */
  readonly simulateCpuS: number;
  /** Order statistics and tables from the folds. */
  readonly figuresCpuS: number;
  readonly peakMB: number;
  readonly fingerprint: string;
}

const [scenario, ...set] = process.argv.slice(2);
const beganMs = cpuMs();
const { spec } = await prepareRun(await settleScenario(scenario!, { set }));
const preparedMs = cpuMs();
const metrics = new RunMetrics(spec.cluster, spec.jobs);
const simulation = new Simulation(spec, metrics.folds);
while (simulation.advance(1e6));
const simulatedMs = cpuMs();
metrics.figures({ endUs: simulation.nowUs, events: simulation.events, decisions: simulation.decisions });
const row: ClusterBenchRow = {
  jobs: spec.jobs.count,
  decisions: simulation.decisions,
  prepareCpuS: (preparedMs - beganMs) / 1000,
  simulateCpuS: (simulatedMs - preparedMs) / 1000,
  figuresCpuS: (cpuMs() - simulatedMs) / 1000,
  peakMB: process.resourceUsage().maxRSS / 1024,
  fingerprint: simulation.fingerprint,
};
console.log(JSON.stringify(row));
