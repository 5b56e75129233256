import { RunMetrics } from '../../src/sim/record/run-metrics.ts';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import { RandomStreams } from '../../src/sim/kernel/random.ts';
import type { PreparedRun } from '../../src/scenario/resolve/prepare.ts';
import { measureAlternately, median, type Measured } from '../measure.ts';
import { prepare } from './quality.ts';
import { costScenario, type BenchForm } from './workloads.ts';

/** What a policy's decisions cost, in CPU time of whole runs: reported, never a gate. */
export interface PolicyCost {
  readonly policy: string;
  /** us of CPU time of the run a decision. */
  readonly usPerDecision: number;
  /** That, by fifo's in the same rounds. */
  readonly toFifo: number;
}

const REFERENCE = 'fifo';
const ROUNDS = { full: 9, short: 5 } as const;
const WARM_ROUNDS = 4;
/** A policy whose run takes longer than this is measured in a single round. */
const LONG_RUN_S = 2;

/** Measures one policy in this process. */
export async function costOf(policy: string, form: BenchForm): Promise<PolicyCost> {
  const reference = measuredRun('reference', await prepare(costScenario, REFERENCE, []));
  const own = measuredRun('own', await prepare(costScenario, policy, []));
  const [fifoUs, ownUs] = await usPerDecision([reference, own], form);
  return { policy, usPerDecision: ownUs, toFifo: ownUs / fifoUs };
}

interface MeasuredRun {
  readonly name: string;
  readonly prepare: () => void;
  readonly run: () => void;
  readonly decisions: () => number;
}

/** A run that can be repeated; each time must do the same work. */
function measuredRun(name: string, { spec, settled }: PreparedRun): MeasuredRun {
  let simulation: Simulation | undefined;
  let fingerprint: string | undefined;
  return {
    name,
    prepare: () => {
      const random = new RandomStreams(settled.data.seed).stream('policy');
      simulation = new Simulation({ ...spec, random }, new RunMetrics(spec.cluster, spec.jobs).folds);
    },
    run: () => {
      while (simulation!.advance(1e6));
      fingerprint ??= simulation!.fingerprint;
      if (fingerprint !== simulation!.fingerprint) throw new Error(`${name}: the same run gave another fingerprint`);
    },
    decisions: () => simulation!.decisions,
  };
}

async function usPerDecision(runs: readonly [MeasuredRun, MeasuredRun], form: BenchForm): Promise<[number, number]> {
  const once = await measureAlternately(runs, 1);
  const isLong = once.some(({ samplesMs }) => samplesMs[0]! > 1000 * LONG_RUN_S);
  // The compiler's own threads count as CPU time of the process: short runs are first repeated until it is done. Beside a
  // long one that is the reference alone, or it would be compared before it has its speed.
  const repeated = isLong ? runs.slice(0, 1) : runs;
  await measureAlternately(repeated, WARM_ROUNDS);
  const [reference, own] = await measureAlternately(repeated, ROUNDS[form]);
  const usOf = (at: 0 | 1, { samplesMs }: Measured): number => (1000 * median(samplesMs)) / runs[at].decisions();
  return [usOf(0, reference!), usOf(1, own ?? once[1]!)];
}
