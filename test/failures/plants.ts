import { failuresBySeed, meanAndError, seedsTo } from './scenario-runs.ts';

/** Times that a fault stopped the job, by seed. */
export async function interruptions(sketch: Plant, seeds: number): Promise<number[]> {
  return (await failuresBySeed(plant(sketch), seedsTo(seeds))).map((figures) => figures.interruptions);
}

/** The useful part of the time of a job that wants all of it, by seed: variants of a plant have the same luck. */
export async function usefulPart(sketch: Plant, seeds: number): Promise<number[]> {
  const runs = await failuresBySeed(plant(sketch), seedsTo(seeds));
  return runs.map(({ gpuHours }) => gpuHours.useful / (sketch.jobNodes * 8 * sketch.days * 24));
}

/** By how many standard errors the first is above the second, seed by seed. */
export function gain(better: readonly number[], worse: readonly number[]): number {
  const { mean, error } = meanAndError(better.map((value, seed) => value - worse[seed]!));
  return error === 0 ? Math.sign(mean) * Infinity || 0 : mean / error;
}

export interface Plant {
  readonly nodes: number;
  readonly jobNodes: number;
  readonly days: number;
  readonly mtbf: string;
  readonly repair: object;
  readonly technicians?: number;
  /** Nodes kept out of scheduling to stand in for broken ones. */
  readonly spares?: { readonly nodes: number; readonly kind: 'hot' | 'warm' };
  readonly lemons?: { readonly share: number; readonly factor: number };
  readonly recovery: object;
}

/** One job on some of the nodes of a cluster that breaks. */
function plant({ nodes, jobNodes, days, mtbf, repair, technicians, spares, lemons, recovery }: Plant): object {
  return {
    name: 'plant',
    horizon: `${days}d`,
    cluster: { pools: [{ name: 'a', nodes, gpusPerNode: 8 }] },
    workload: { jobs: [{ id: 'training', gpus: jobNodes * 8, submit: 0, run: `${days}d` }] },
    policies: { scheduling: 'fifo', placement: 'consolidate' },
    failures: {
      ...(technicians === undefined ? {} : { technicians }),
      ...(spares === undefined ? {} : { spares: [spares] }),
      recovery,
      components: [
        {
          name: 'node',
          timeToFault: { kind: 'exponential', mean: mtbf },
          timeToRepair: repair,
          detection: '1m',
          ...(lemons && { lemons }),
        },
      ],
    },
  };
}

/** 32 nodes of 780 h with a stall of 5 min: Young's interval is sqrt(2 x 5 min x 24.375 h), 120.93 min. */
export const youngMin = Math.sqrt(2 * 5 * (780 / 32) * 60);

/** A job on all of 32 nodes whose checkpoints are so many times Young's interval apart, or by the rule of that name. */
export function sweepPlant(factor: number | 'rule', days: number): Plant {
  const every = factor === 'rule' ? { rule: 'young' } : { interval: `${factor * youngMin}m` };
  return {
    nodes: 32,
    jobNodes: 32,
    days,
    mtbf: '780h',
    repair: { kind: 'deterministic', value: '5m' },
    recovery: { name: 'periodic-checkpoint', ...every, stall: '5m', restart: '10m' },
  };
}

/** A job on 52 of the nodes, which break every 400 h and are each some 24 h in repair: 3.6 of 64 on average. */
export function repairPlant(nodes: number, technicians?: number): Plant {
  return {
    nodes,
    jobNodes: 52,
    days: 60,
    mtbf: '400h',
    repair: { kind: 'lognormal', median: '20h', sigma: 0.6 },
    ...(technicians === undefined ? {} : { technicians }),
    recovery: { name: 'periodic-checkpoint', rule: 'young', stall: '1m', restart: '10m' },
  };
}

/** The same job with all nodes beyond its 52 kept as spares. */
export function sparePlant(nodes: number, kind: 'hot' | 'warm' = 'hot'): Plant {
  const plain = repairPlant(52 + nodes);
  return nodes === 0 ? plain : { ...plain, spares: { nodes, kind } };
}

/** A job on all of 500 nodes of which some are lemons, and which are back soon. */
export function lemonPlant(share: number, factor: number): Plant {
  return {
    nodes: 500,
    jobNodes: 500,
    days: 20,
    mtbf: '50000h',
    repair: { kind: 'deterministic', value: '5m' },
    ...(share === 0 ? {} : { lemons: { share, factor } }),
    recovery: { name: 'periodic-checkpoint', rule: 'young', stall: '1m', restart: '10m' },
  };
}
