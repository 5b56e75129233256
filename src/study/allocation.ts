import type { LinearProgram, LinearRow, LinearSolver } from '../sim/contract/solver.ts';
import { loadHighs } from '../solver/highs-solver.ts';

/** Nodes of one kind. */
export interface NodeKind {
  readonly name: string;
  /** Whole number, 1 .. NODES_MAX over all kinds. */
  readonly count: number;
  /** Cores in each node, > 0, at most CORES_PER_NODE_MAX, in whole thousandths. */
  readonly coresPerNode: number;
  /** Cost of one core in use, 0 .. COST_PER_CORE_MAX, in any one currency. */
  readonly costPerCore: number;
}

export interface AllocationProblem {
  /** At least one kind. */
  readonly nodes: readonly NodeKind[];
  /** Cores that the load needs in all, 0 .. LOAD_CORES_MAX, in whole thousandths. */
  readonly loadCores: number;
}

/** What the solver says. */
export type AllocationAnswer =
  | {
      readonly status: 'optimal';
      /** Cores in use on each node, kinds in order, nodes of a kind next to each other. */
      readonly cores: readonly number[];
      readonly cost: number;
    }
  | {
      readonly status: 'infeasible';
      /** The least part of the load that finds no core. */
      readonly shortfallCores: number;
      /** The least number of nodes that carries the load: those there are, and the fewest more of these kinds. */
      readonly nodesNeeded: number;
      /** The same by kind; where several mixes are equally few, one of them. */
      readonly nodesNeededByKind: readonly number[];
    };

export const NODES_MAX = 100_000;
export const CORES_PER_NODE_MAX = 10_000;
export const COST_PER_CORE_MAX = 1_000_000;
export const LOAD_CORES_MAX = 1_000_000;
/** The solver counts in thousandths of a core: all its figures are whole, so no tolerance decides an answer. */
const MILLI = 1000;

/**
 * Shares a load over nodes at least cost: minimise sum(cost_i x_i) subject to sum(x_i) = load, 0 <= x_i <= capacity_i.
 * When no x does that, two more programs say how far off it is: an elastic one with a slack for the shortfall, and an
 * integer one for the least number of nodes. RangeError for a problem outside the ranges of its types; Error if the
 * solver gives up. Solver: HiGHS (Huangfu and Hall, Mathematical Programming Computation 10, 2018).
 */
export async function allocate(problem: AllocationProblem): Promise<AllocationAnswer> {
  requireRanges(problem);
  const solver = await loadHighs();
  const loadMilli = Math.round(problem.loadCores * MILLI);
  const nodes = problem.nodes.flatMap((kind) => Array.from({ length: kind.count }, () => kind));
  const capacityMilli = nodes.map((kind) => Math.round(kind.coresPerNode * MILLI));

  const cheapest = solve(solver, leastCost(nodes, capacityMilli, loadMilli));
  if (cheapest !== 'infeasible') {
    const cores = wholeValues(cheapest.values, loadMilli).map((milli) => milli / MILLI);
    return { status: 'optimal', cores, cost: cores.reduce((sum, used, i) => sum + used * nodes[i]!.costPerCore, 0) };
  }
  const elastic = required(solve(solver, leastShortfall(capacityMilli, loadMilli)), 'the least shortfall');
  const enough = required(solve(solver, leastNodes(problem.nodes, loadMilli)), 'the least number of nodes');
  const nodesNeededByKind = wholeValues(enough.values, enough.objective);
  return {
    status: 'infeasible',
    shortfallCores: Math.round(elastic.objective) / MILLI,
    nodesNeeded: nodesNeededByKind.reduce((sum, count) => sum + count, 0),
    nodesNeededByKind,
  };
}

function leastCost(nodes: readonly NodeKind[], capacityMilli: readonly number[], loadMilli: number): LinearProgram {
  return {
    sense: 'minimise',
    objective: nodes.map(({ costPerCore }) => costPerCore),
    lower: nodes.map(() => 0),
    upper: capacityMilli,
    rows: [rowOver({ coefficients: nodes.map(() => 1), lower: loadMilli, upper: loadMilli })],
  };
}

/** The same constraints with one more column, the shortfall, that alone costs anything: always feasible. */
function leastShortfall(capacityMilli: readonly number[], loadMilli: number): LinearProgram {
  return {
    sense: 'minimise',
    objective: [...capacityMilli.map(() => 0), 1],
    lower: [...capacityMilli.map(() => 0), 0],
    upper: [...capacityMilli, Infinity],
    rows: [rowOver({ coefficients: [...capacityMilli.map(() => 1), 1], lower: loadMilli, upper: loadMilli })],
  };
}

/** A column a kind: how many nodes of it, at least those there are. */
function leastNodes(kinds: readonly NodeKind[], loadMilli: number): LinearProgram {
  return {
    sense: 'minimise',
    objective: kinds.map(() => 1),
    lower: kinds.map(({ count }) => count),
    upper: kinds.map(() => Infinity),
    rows: [
      rowOver({
        coefficients: kinds.map(({ coresPerNode }) => Math.round(coresPerNode * MILLI)),
        lower: loadMilli,
        upper: Infinity,
      }),
    ],
    whole: kinds.map(() => true),
  };
}

/** A row over all columns. */
function rowOver(row: Omit<LinearRow, 'columns'>): LinearRow {
  return { ...row, columns: row.coefficients.map((_, column) => column) };
}

interface Solution {
  readonly values: readonly number[];
  readonly objective: number;
}

/** Solves to proven optimality or proven infeasibility; Error when the solver ends in any other way. */
function solve(solver: LinearSolver, program: LinearProgram): Solution | 'infeasible' {
  const solution = solver.solve(program);
  if (solution.status === 'optimal') return solution;
  if (solution.status === 'infeasible') return 'infeasible';
  throw new Error(`${solver.name} ended with status ${solution.status}, without an answer`);
}

function required(solution: Solution | 'infeasible', what: string): Solution {
  if (solution === 'infeasible') throw new Error(`HiGHS finds no answer to ${what}, which always has one`);
  return solution;
}

/** The solver's doubles as the whole numbers that they stand for; Error if they do not add up to `sum`. */
function wholeValues(values: readonly number[], sum: number): number[] {
  const whole = values.map((value) => Math.round(value) + 0);
  const added = whole.reduce((total, value) => total + value, 0);
  if (added !== Math.round(sum)) throw new Error(`HiGHS answers ${added} in whole numbers where ${sum} is due`);
  return whole;
}

function requireRanges({ nodes, loadCores }: AllocationProblem): void {
  requireNumber('loadCores', loadCores, 0, LOAD_CORES_MAX, MILLI);
  if (nodes.length === 0) throw new RangeError('nodes is empty; name at least one kind of node');
  nodes.forEach(({ count, coresPerNode, costPerCore }, index) => {
    requireNumber(`nodes[${index}].count`, count, 1, NODES_MAX, 1);
    requireNumber(`nodes[${index}].coresPerNode`, coresPerNode, 1 / MILLI, CORES_PER_NODE_MAX, MILLI);
    requireNumber(`nodes[${index}].costPerCore`, costPerCore, 0, COST_PER_CORE_MAX);
  });
  requireNumber(
    'the number of nodes',
    nodes.reduce((sum, { count }) => sum + count, 0),
    1,
    NODES_MAX,
    1,
  );
}

function requireNumber(name: string, value: number, min: number, max: number, partsPerUnit?: number): void {
  if (!(value >= min && value <= max)) throw new RangeError(`${name} is ${value}; it must be from ${min} to ${max}`);
  if (partsPerUnit === undefined) return;
  // Decimal fractions are not exact in doubles: whole means within a millionth of a whole number.
  if (Math.abs(value * partsPerUnit - Math.round(value * partsPerUnit)) > 1e-6) {
    throw new RangeError(`${name} is ${value}; it must be a multiple of ${1 / partsPerUnit}`);
  }
}
