import type { LinearRow, LinearSolver } from '../../../sim/contract/solver.ts';
import { capacityRows, sharesOf, unsolved, upperOf, type Shares, type SharingProblem } from './sharing-programs.ts';

/** Shares, and the satisfaction (throughput / demand) at which each group is held. */
export interface FilledShares {
  readonly shares: Shares;
  readonly levels: readonly number[];
}

/** Open groups are tried this much above the level, in parts of it; who gains less than a thousandth of that is held. */
const TRIED_RISE = 0.01;
const GAIN = 1e-5;
/** Levels are asked for again a little lower: by more than a solver may err in finding whether shares give them. */
const SLACK = 1e-7;

/**
 * Max-min shares to the end: the least satisfied job gets the most, then, where those that cannot rise above are held at
 * their level, the least of the others, and so on until all are held. Demands are > 0, one for each group. Nobody's level
 * can be raised without lowering somebody's that is not above it. At most groups x (groups + 2) linear programs.
 * Source: Narayanan et al., OSDI 2020, section 4.3, which finds the held ones by an integer program.
 */
export function waterFillingShares(
  solver: LinearSolver,
  problem: SharingProblem,
  demands: readonly number[],
): FilledShares {
  const pool = new Pool(solver, problem, demands);
  const levels: (number | undefined)[] = demands.map(() => undefined);
  let shares: Shares = [];
  while (levels.includes(undefined)) {
    const water = pool.raise(levels);
    shares = water.shares;
    // Whom the shares leave a little below what was asked for is held there, so that the next programs have shares.
    levels.forEach((held, group) => {
      if (held !== undefined) levels[group] = Math.min(held, pool.satisfaction(shares, group) / (1 - SLACK));
    });
    let stuck = openOf(levels);
    for (;;) {
      const risen = pool.risen(levels, water.level, stuck);
      if (risen.length === 0) break;
      stuck = stuck.filter((group) => !risen.includes(group));
    }
    // The level was the highest, so somebody is stuck; should a solver's tolerance say otherwise, all are held.
    for (const group of stuck.length > 0 ? stuck : openOf(levels)) levels[group] = water.level;
  }
  return { shares, levels: levels.map((level) => level! / pool.unit) };
}

function openOf(levels: readonly (number | undefined)[]): number[] {
  return levels.flatMap((level, group) => (level === undefined ? [group] : []));
}

/** The programs of one problem. Levels are satisfactions times `unit`, near 1: tolerances of solvers are absolute. */
class Pool {
  readonly unit: number;
  private readonly solver: LinearSolver;
  private readonly problem: SharingProblem;
  private readonly capacity: readonly LinearRow[];
  /** What a level of 1 asks of a group, beside its fastest throughput. */
  private readonly needs: readonly number[];

  constructor(solver: LinearSolver, problem: SharingProblem, demands: readonly number[]) {
    const { groups, gpusOfType } = problem;
    const wanted = demands.map((demand, group) => demand / Math.max(...groups[group]!.throughput));
    const asked = groups.reduce((sum, { jobs, gpus }) => sum + jobs * gpus, 0);
    const there = gpusOfType.reduce((sum, gpus) => sum + gpus, 0);
    this.unit = Math.max(...wanted) * Math.max(1, asked / there);
    this.needs = wanted.map((want) => want / this.unit);
    this.solver = solver;
    this.problem = problem;
    this.capacity = capacityRows(problem);
  }

  /**
   * The highest level that all open groups can have together, and shares that give it. A solver's own level is a little
   * too high or too low, the rows being kept to its tolerance: asked for again, there might be no such shares. So the
   * shares are made to keep to the capacity, and the level is what they give then.
   */
  raise(levels: readonly (number | undefined)[]): { readonly level: number; readonly shares: Shares } {
    const water = this.shareCount;
    const rows = levels.map((level, group) =>
      level === undefined ? this.atLeast(group, 0, water) : this.atLeast(group, level),
    );
    const shares = withinCapacity(this.problem, sharesOf(this.problem, this.solve([water], Infinity, rows)));
    const risen = openOf(levels).map((group) => this.satisfaction(shares, group));
    return { level: Math.min(...risen), shares };
  }

  /** Throughput / demand of a group, as a level. */
  satisfaction(shares: Shares, group: number): number {
    const { throughput } = this.problem.groups[group]!;
    const got = throughput.reduce((sum, rate, type) => sum + rate * shares[group]![type]!, 0);
    return got / Math.max(...throughput) / this.needs[group]!;
  }

  /** Which of the stuck groups can rise above the level, all of them at once, while no other open group falls below. */
  risen(levels: readonly (number | undefined)[], level: number, stuck: readonly number[]): number[] {
    if (stuck.length === 0) return [];
    const rises = new Map(stuck.map((group, index) => [group, this.shareCount + index]));
    const rows = levels.map((held, group) => this.atLeast(group, held ?? level, rises.get(group)));
    const values = this.solve([...rises.values()], TRIED_RISE * level, rows);
    return stuck.filter((group) => values[rises.get(group)!]! > GAIN * level);
  }

  private get shareCount(): number {
    return this.problem.groups.length * this.problem.gpusOfType.length;
  }

  /** A group's satisfaction is at least the level, and at least so much above it as the column `above` says. */
  private atLeast(group: number, level: number, above?: number): LinearRow {
    const { throughput } = this.problem.groups[group]!;
    const fastest = Math.max(...throughput);
    const need = this.needs[group]!;
    const columns = throughput.map((_, type) => group * throughput.length + type);
    const coefficients = throughput.map((rate) => rate / fastest);
    return {
      columns: above === undefined ? columns : [...columns, above],
      coefficients: above === undefined ? coefficients : [...coefficients, -need],
      lower: need * level * (1 - SLACK),
      upper: Infinity,
    };
  }

  /** The most that the columns after the shares can be in sum. */
  private solve(more: readonly number[], upper: number, rows: readonly LinearRow[]): readonly number[] {
    const count = this.shareCount + more.length;
    const isShare = (column: number): boolean => column < this.shareCount;
    const solution = this.solver.solve({
      sense: 'maximise',
      objective: Array.from({ length: count }, (_, column) => (isShare(column) ? 0 : 1)),
      lower: Array.from({ length: count }, () => 0),
      upper: Array.from({ length: count }, (_, column) => (isShare(column) ? upperOf(this.problem, column) : upper)),
      rows: [...this.capacity, ...rows],
    });
    if (solution.status !== 'optimal') throw unsolved(this.solver, 'water filling', solution.status);
    return solution.values;
  }
}

/** Shares that keep to the time of each job and the GPUs of each type exactly, where a solver's overstep them a little. */
function withinCapacity({ groups, gpusOfType }: SharingProblem, shares: Shares): Shares {
  const overOfType = gpusOfType.map((there, type) => {
    const used = groups.reduce((sum, { jobs, gpus }, group) => sum + jobs * gpus * shares[group]![type]!, 0);
    return used > there ? used / there : 1;
  });
  return shares.map((ofGroup) => {
    const time = ofGroup.reduce((sum, share) => sum + share, 0);
    return ofGroup.map((share, type) => share / Math.max(1, time, overOfType[type]!));
  });
}
