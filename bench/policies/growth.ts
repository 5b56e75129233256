import { placementPolicies, schedulingPolicies } from '../../src/policies/registry.ts';
import { metricsFor } from '../../src/sim/engine/run-metrics-for.ts';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import { cpuMs, median } from '../measure.ts';
import { overrides } from './overrides.ts';
import { prepare } from './quality.ts';
import { placementsScenario, nodesScenario } from './workloads.ts';

/** What a decision costs with ten times the nodes and the same work to decide. */
export interface NodeGrowth {
  readonly role: 'scheduling' | 'placement';
  readonly policy: string;
  /** The other policy of the runs. */
  readonly beside: string;
  /** True for a policy that solves programs: their cost has other reasons. */
  readonly solves: boolean;
  /** us of CPU time a decision with 1,250 and with 12,500 nodes: medians of stretches of simulated time. */
  readonly fewUs: number;
  readonly manyUs: number;
  /** Median over the stretches of one by the other. */
  readonly ratio: number;
  readonly stretches: number;
  /** Decisions in these stretches with 1,250 and with 12,500 nodes: proof that both had the same to decide. */
  readonly fewDecisions: number;
  readonly manyDecisions: number;
}

/** A ratio above this is pointed at. */
export const GROWTH_MOST = 1.5;

const HOUR_US = 3_600_000_000;
/** By then both clusters are filled, and the stream of jobs has run for two of its mean running times. */
const FILLED_US = 2 * HOUR_US;
/** A stretch of simulated time is made so long that it takes about this much CPU time: shorter ones are lost in noise. */
const STRETCH_MS = { least: 15, most: 60 } as const;
const STRETCH_HOURS = { least: 0.125, first: 0.5, most: 2 } as const;
const STRETCHES = { warm: 4, least: 5, most: 21 } as const;
/** No more stretches are measured once they took so much. */
const BUDGET_MS = 2000;
/** Neighbours on the machine can only add: a ratio that is too large is measured again, and the least counts. */
const ATTEMPTS = 3;

/** Workloads of the placements' scenario that fill the nodes up, after the first three. */
const ODD_KINDS = 16;

/** The settings that turn the committed scenarios into ten times the nodes. */
const TENFOLD = {
  scheduling: [
    'cluster.pools.0.nodes=12500',
    'workload.synthetic.0.gpus.values=[770, 980, 1250]',
    'workload.synthetic.1.gpus.values=[770, 980, 1250]',
  ],
  placement: [
    'cluster.pools.0.nodes=12500',
    'workload.synthetic.0.jobs=5000',
    'workload.synthetic.1.jobs=5000',
    'workload.synthetic.2.jobs=2500',
    ...Array.from({ length: ODD_KINDS }, (_, kind) => `workload.synthetic.${3 + kind}.jobs=800`),
  ],
} as const;

/** A policy whose decisions are measured. */
export type GrowthCase = Pick<NodeGrowth, 'role' | 'policy' | 'solves'>;

/** Every registered policy, in the order of the registry. */
export function growthCases(): GrowthCase[] {
  const schedulings = schedulingPolicies.filter(({ name }) => overrides[name]?.leftOut === undefined);
  return [
    ...schedulings.map(({ name, solver }) => {
      return { role: 'scheduling' as const, policy: name, solves: solver === true };
    }),
    ...placementPolicies.map(({ name }) => ({ role: 'placement' as const, policy: name, solves: false })),
  ];
}

/** Whether the cost of a decision grows with the nodes although nothing but programs may make it. */
export function isSteep({ ratio, solves }: NodeGrowth): boolean {
  return !solves && ratio > GROWTH_MOST;
}

/** Measures one policy over so many stretches, again if it seems steep. */
export async function growthOf(one: GrowthCase, stretchesMost: number = STRETCHES.most): Promise<NodeGrowth> {
  let best = await measured(one, stretchesMost);
  for (let attempt = 1; attempt < ATTEMPTS && isSteep(best); attempt++) {
    const next = await measured(one, stretchesMost);
    if (next.ratio < best.ratio) best = next;
  }
  return best;
}

/** Lets both clusters go on in turn, a stretch of simulated time after the other, in this process. */
async function measured({ role, policy, solves }: GrowthCase, stretchesMost: number): Promise<NodeGrowth> {
  const few = await filled(role, policy, []);
  const many = await filled(role, policy, TENFOLD[role]);
  const samples: { readonly fewUs: number; readonly manyUs: number }[] = [];
  let hours: number = STRETCH_HOURS.first;
  let spentMs = 0;
  for (let stretch = 0; samples.length < stretchesMost; stretch++) {
    // Whoever comes first in one stretch comes second in the next.
    for (const run of stretch % 2 === 0 ? [few, many] : [many, few]) run.advance(hours * HOUR_US);
    spentMs += few.tookMs + many.tookMs;
    if (stretch < STRETCHES.warm) {
      if (few.tookMs < STRETCH_MS.least) hours = Math.min(2 * hours, STRETCH_HOURS.most);
      if (few.tookMs > STRETCH_MS.most) hours = Math.max(hours / 2, STRETCH_HOURS.least);
      continue;
    }
    samples.push({ fewUs: few.usPerDecision, manyUs: many.usPerDecision });
    if (spentMs > BUDGET_MS && samples.length >= STRETCHES.least) break;
  }
  const middleOf = (valueOf: (sample: (typeof samples)[number]) => number): number =>
    median(samples.map(valueOf).sort((a, b) => a - b));
  return {
    role,
    policy,
    beside: few.beside,
    solves,
    fewUs: middleOf(({ fewUs }) => fewUs),
    manyUs: middleOf(({ manyUs }) => manyUs),
    ratio: middleOf(({ fewUs, manyUs }) => manyUs / fewUs),
    stretches: samples.length,
    fewDecisions: few.allDecisions,
    manyDecisions: many.allDecisions,
  };
}

/** A run whose cluster is filled and which goes on piece by piece. */
class FilledRun {
  /** The policy in the other role. */
  readonly beside: string;
  /** CPU time and decisions of the last piece; decisions of all. */
  tookMs = 0;
  decisions = 0;
  allDecisions = 0;
  private readonly simulation: Simulation;
  private toUs = 0;

  constructor(simulation: Simulation, beside: string) {
    this.simulation = simulation;
    this.beside = beside;
    this.advance(FILLED_US);
    this.allDecisions = 0;
  }

  get usPerDecision(): number {
    return (1000 * this.tookMs) / this.decisions;
  }

  advance(spanUs: number): void {
    const { simulation } = this;
    const before = simulation.decisions;
    this.toUs += spanUs;
    const beganMs = cpuMs();
    // One event at a time: both clusters stop at the same event, however many came before.
    while (simulation.nowUs < this.toUs && simulation.advance(1));
    this.tookMs = cpuMs() - beganMs;
    this.decisions = simulation.decisions - before;
    this.allDecisions += this.decisions;
    if (this.decisions === 0) throw new Error('the jobs of the scenario end before the measurement does: give it more');
  }
}

async function filled(role: NodeGrowth['role'], policy: string, changes: readonly string[]): Promise<FilledRun> {
  const { spec, settled } =
    role === 'scheduling'
      ? await prepare(nodesScenario, policy, changes)
      : await prepare(placementsScenario, BESIDE_PLACEMENTS, [...changes, `policies.placement=${policy}`]);
  const metrics = metricsFor(spec);
  const beside = role === 'scheduling' ? settled.data.policies.placement.name : BESIDE_PLACEMENTS;
  return new FilledRun(new Simulation(spec, metrics.folds), beside);
}

/** It looks past jobs that do not fit, so that each decision asks the placement for all that wait. */
const BESIDE_PLACEMENTS = 'fifo-skip';
