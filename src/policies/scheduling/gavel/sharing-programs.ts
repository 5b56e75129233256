import type { LinearProgram, LinearRow, LinearSolver } from '../../../sim/contract/solver.ts';

/** Jobs that are alike to the program: they get like shares, so that they are one to the solver. */
export interface JobGroup {
  /** Jobs in the group, >= 1. */
  readonly jobs: number;
  /** GPUs of each job while it runs, >= 1. */
  readonly gpus: number;
  /** Work per time of one job on each GPU type, >= 0 and on one type at least > 0. */
  readonly throughput: readonly number[];
}

/** Jobs that share GPUs of several types in time: a job is on one type at a time and holds all its GPUs or none. */
export interface SharingProblem {
  readonly groups: readonly JobGroup[];
  /** GPUs of each type. */
  readonly gpusOfType: readonly number[];
}

/** Fraction of time that each job of a group spends on each GPU type: shares[group][type], 0 .. 1. */
export type Shares = readonly (readonly number[])[];

export interface SharingAnswer {
  /** The objective's value. */
  readonly value: number;
  readonly shares: Shares;
}

/** An equal part of every GPU type for every job, n-th part of its GPUs, and no more than all of a job's time. */
export function isolatedShares({ groups, gpusOfType }: SharingProblem): Shares {
  const jobs = groups.reduce((sum, group) => sum + group.jobs, 0);
  return groups.map(({ gpus }) => {
    const parts = gpusOfType.map((there) => there / jobs / gpus);
    const all = parts.reduce((sum, part) => sum + part, 0);
    return all > 1 ? parts.map((part) => part / all) : parts;
  });
}

/** Work per time of a job of each group under given shares. */
export function throughputsUnder(shares: Shares, { groups }: SharingProblem): number[] {
  return groups.map(({ throughput }, group) => throughputOf(shares[group]!, throughput));
}

/**
 * Shares under which the least satisfied job gets the most: maximises min over jobs of throughput / demand, which is
 * the answer's value. Demands are > 0, in the unit of throughput, one for each group.
 */
export function maxMinShares(solver: LinearSolver, problem: SharingProblem, demands: readonly number[]): SharingAnswer {
  const { groups, gpusOfType } = problem;
  const types = gpusOfType.length;
  const least = groups.length * types;
  // Rows are scaled so that the least satisfaction comes out near 1: tolerances of solvers are absolute.
  const fastest = groups.map(({ throughput }) => Math.max(...throughput));
  const wanted = demands.map((demand, group) => demand / fastest[group]!);
  const asked = groups.reduce((sum, { jobs, gpus }) => sum + jobs * gpus, 0);
  const there = gpusOfType.reduce((sum, gpus) => sum + gpus, 0);
  const unit = Math.max(...wanted) * Math.max(1, asked / there);
  const satisfied = groups.map(({ throughput }, group): LinearRow => {
    const columns = throughput.map((_, type) => group * types + type);
    const coefficients = throughput.map((rate) => rate / fastest[group]!);
    return {
      columns: [...columns, least],
      coefficients: [...coefficients, -wanted[group]! / unit],
      lower: 0,
      upper: Infinity,
    };
  });
  const columns = least + 1;
  const solution = solver.solve({
    sense: 'maximise',
    objective: Array.from({ length: columns }, (_, column) => (column === least ? 1 : 0)),
    lower: Array.from({ length: columns }, () => 0),
    upper: Array.from({ length: columns }, (_, column) => (column === least ? Infinity : upperOf(problem, column))),
    rows: [...capacityRows(problem), ...satisfied],
  });
  if (solution.status !== 'optimal') throw unsolved(solver, 'max-min shares', solution.status);
  return { value: solution.values[least]! / unit, shares: sharesOf(problem, solution.values) };
}

/** Demands of max-min fairness: what a job gets of the cluster, beside its weight and its n-th part of the GPUs. */
export function fairDemands(
  problem: SharingProblem,
  weights: readonly number[],
  isolated: readonly number[],
): readonly number[] {
  return problem.groups.map(({ gpus }, group) => (weights[group]! * isolated[group]!) / gpus);
}

/** Shares under which all remaining work is done soonest; the value is that time. Work in units of throughput x time. */
export function makespanShares(
  solver: LinearSolver,
  problem: SharingProblem,
  remaining: readonly number[],
): SharingAnswer {
  const { value, shares } = maxMinShares(solver, problem, remaining);
  return { value: 1 / value, shares };
}

/** What finish-time fairness asks of each group, times in the unit of work / throughput. */
export interface FinishTimes {
  /** Time since the job arrived, >= 0. */
  readonly elapsed: readonly number[];
  /** Work left, > 0. */
  readonly remaining: readonly number[];
  /** The time it would take in all with its n-th part of the cluster for itself, > 0. */
  readonly isolatedTotal: readonly number[];
}

/**
 * Shares under which the worst finish-time ratio is least: max over jobs of (elapsed + remaining / throughput) /
 * isolatedTotal, which is the value, to within the relative tolerance. Each guess of the ratio is one linear program:
 * it can be kept if the max-min share of what it needs is at least 1. What a guess achieves bounds the ratio from above.
 */
export function finishTimeShares(
  solver: LinearSolver,
  problem: SharingProblem,
  times: FinishTimes,
  tolerance: number,
): SharingAnswer {
  const { elapsed, remaining, isolatedTotal } = times;
  const alone = problem.groups.map(({ throughput }) => Math.max(...throughput));
  const attempt = (ratio: number): SharingAnswer => {
    const needs = remaining.map((work, group) => work / (ratio * isolatedTotal[group]! - elapsed[group]!));
    return maxMinShares(solver, problem, needs);
  };
  // Not even alone on its fastest type can a job do better than this.
  let low = worstRatio(times, alone);
  let best = attempt(low);
  let high = worstRatio(times, throughputsUnder(best.shares, problem));
  while (high - low > tolerance * high) {
    const ratio = (low + high) / 2;
    const { value, shares } = attempt(ratio);
    const achieved = worstRatio(times, throughputsUnder(shares, problem));
    if (achieved < high) {
      high = achieved;
      best = { value, shares };
    }
    if (value < 1) low = Math.max(low, ratio);
    else high = Math.min(high, ratio);
  }
  return { value: high, shares: best.shares };
}

function worstRatio({ elapsed, remaining, isolatedTotal }: FinishTimes, throughputs: readonly number[]): number {
  const ratios = throughputs.map((rate, group) => (elapsed[group]! + remaining[group]! / rate) / isolatedTotal[group]!);
  return Math.max(...ratios);
}

/**
 * Shares under which the work done per time is most: maximises the sum of throughputs, divided by what the GPUs in use
 * cost if `prices` names a price per GPU and time for each type (> 0). With `needs`, no job's throughput falls below
 * its own (0: no such promise). Undefined if no shares keep those promises.
 */
export function throughputShares(
  solver: LinearSolver,
  problem: SharingProblem,
  prices: readonly number[] | undefined,
  needs: readonly number[],
): SharingAnswer | undefined {
  const { groups, gpusOfType } = problem;
  const types = gpusOfType.length;
  // A ratio is made linear by solving for shares times `scale` with the cost fixed at 1 (Charnes and Cooper, 1962).
  const scale = groups.length * types;
  const rows: LinearRow[] = capacityRows(problem).map((row) => ({
    columns: [...row.columns, scale],
    coefficients: [...row.coefficients, -row.upper],
    lower: -Infinity,
    upper: 0,
  }));
  groups.forEach(({ throughput }, group) => {
    const need = needs[group]!;
    if (need === 0) return;
    const fastest = Math.max(...throughput);
    const columns = throughput.map((_, type) => group * types + type);
    const coefficients = throughput.map((rate) => rate / fastest);
    rows.push({
      columns: [...columns, scale],
      coefficients: [...coefficients, -need / fastest],
      lower: 0,
      upper: Infinity,
    });
  });
  const perShare = (figure: (group: JobGroup, type: number) => number): number[] =>
    groups.flatMap((group) => gpusOfType.map((_, type) => group.jobs * figure(group, type)));
  if (prices === undefined) rows.push({ columns: [scale], coefficients: [1], lower: 1, upper: 1 });
  else {
    const costs = perShare(({ gpus }, type) => gpus * prices[type]!);
    rows.push({ columns: costs.map((_, column) => column), coefficients: costs, lower: 1, upper: 1 });
  }
  const program: LinearProgram = {
    sense: 'maximise',
    objective: [...perShare(({ throughput }, type) => throughput[type]!), 0],
    lower: Array.from({ length: scale + 1 }, () => 0),
    upper: Array.from({ length: scale + 1 }, (_, column) =>
      column === scale || upperOf(problem, column) > 0 ? Infinity : 0,
    ),
    rows,
  };
  const solution = solver.solve(program);
  if (solution.status === 'infeasible') return undefined;
  if (solution.status !== 'optimal') throw unsolved(solver, 'throughput shares', solution.status);
  const shares = solution.values.map((value) => value / solution.values[scale]!);
  return { value: solution.objective, shares: sharesOf(problem, shares) };
}

/** A job is in one place at a time, and no type has more GPUs in use than there are. */
export function capacityRows({ groups, gpusOfType }: SharingProblem): LinearRow[] {
  const types = gpusOfType.length;
  const inTime = groups.map((_, group): LinearRow => {
    const columns = gpusOfType.map((__, type) => group * types + type);
    return { columns, coefficients: columns.map(() => 1), lower: -Infinity, upper: 1 };
  });
  const onType = gpusOfType.map((there, type): LinearRow => {
    return {
      columns: groups.map((_, group) => group * types + type),
      coefficients: groups.map(({ jobs, gpus }) => jobs * gpus),
      lower: -Infinity,
      upper: there,
    };
  });
  return [...inTime, ...onType];
}

/** A job gets no time where it does no work, or where its GPUs are not. */
export function upperOf({ groups, gpusOfType }: SharingProblem, column: number): number {
  const type = column % gpusOfType.length;
  const { gpus, throughput } = groups[(column - type) / gpusOfType.length]!;
  return throughput[type]! > 0 && gpus <= gpusOfType[type]! ? 1 : 0;
}

/** The solver's values without the dust of its tolerances. */
export function sharesOf({ groups, gpusOfType }: SharingProblem, values: readonly number[]): Shares {
  const types = gpusOfType.length;
  return groups.map((_, group) => {
    return gpusOfType.map((__, type) => {
      const share = values[group * types + type]!;
      return share < DUST ? 0 : Math.min(1, share);
    });
  });
}
const DUST = 1e-9;

function throughputOf(shares: readonly number[], throughput: readonly number[]): number {
  return shares.reduce((sum, share, type) => sum + share * throughput[type]!, 0);
}

export function unsolved(solver: LinearSolver, what: string, status: string): Error {
  return new Error(`${solver.name} ends with "${status}" for ${what}, which always have an optimum; please report it`);
}
