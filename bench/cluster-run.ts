/** One run of bench:cluster or bench:failures in a process of its own: node cluster-run.ts SCENARIO [path=value]...; a row as JSON. */
import { prepareRun } from '../src/scenario/resolve/prepare.ts';
import { settleScenario } from '../src/scenario/settle.ts';
import { metricsFor } from '../src/sim/engine/run-metrics-for.ts';
import { Simulation } from '../src/sim/engine/simulation.ts';
import type { RunSpec } from '../src/sim/engine/run-spec.ts';
import { cpuMs, median } from './measure.ts';

export interface ClusterBenchRow {
  readonly jobs: number;
  readonly decisions: number;
  readonly prepareCpuS: number;
  /** Building the state, the run itself and its metric folds: the first time in this process. */
  readonly coldCpuS: number;
  /** The same once more, when the compiler has seen it: median of rounds. */
  readonly simulateCpuS: number;
  /** Order statistics and tables from the folds. */
  readonly figuresCpuS: number;
  readonly peakMB: number;
  /** Events of the engine; times that something broke, and that this stopped a gang. */
  readonly events: number;
  readonly faults: number;
  readonly interruptions: number;
  readonly fingerprint: string;
}

const WARM_ROUNDS = 3;

const [scenario, ...set] = process.argv.slice(2);
const beganMs = cpuMs();
const settled = await settleScenario(scenario!, { set });
const { spec } = await prepareRun(settled);
const preparedMs = cpuMs();
const { simulation, metrics } = simulate(spec);
const simulatedMs = cpuMs();
const { failures } = metrics.figures({
  endUs: simulation.nowUs,
  events: simulation.events,
  decisions: simulation.decisions,
});
const figuresMs = cpuMs();
const peakMB = process.resourceUsage().maxRSS / 1024;
const warmMs: number[] = [];
for (let round = 0; round < WARM_ROUNDS; round++) {
  // Each run draws from streams of its own, so each gets a spec of its own.
  const again = await prepareRun(settled);
  const fromMs = cpuMs();
  const { fingerprint } = simulate(again.spec).simulation;
  warmMs.push(cpuMs() - fromMs);
  if (fingerprint !== simulation.fingerprint) throw new Error(`${scenario}: the same run gave another fingerprint`);
}
const row: ClusterBenchRow = {
  jobs: spec.jobs.count,
  decisions: simulation.decisions,
  prepareCpuS: (preparedMs - beganMs) / 1000,
  coldCpuS: (simulatedMs - preparedMs) / 1000,
  simulateCpuS: median(warmMs.sort((a, b) => a - b)) / 1000,
  figuresCpuS: (figuresMs - simulatedMs) / 1000,
  peakMB,
  events: simulation.events,
  faults: failures?.faults ?? 0,
  interruptions: failures?.interruptions ?? 0,
  fingerprint: simulation.fingerprint,
};
console.log(JSON.stringify(row));

function simulate(run: RunSpec) {
  const folds = metricsFor(run);
  const whole = new Simulation(run, folds.folds);
  while (whole.advance(1e6));
  return { simulation: whole, metrics: folds };
}
