import type { Highs, ModelData } from 'highs';

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
  const highs = await loadSolver();
  const loadMilli = Math.round(problem.loadCores * MILLI);
  const nodes = problem.nodes.flatMap((kind) => Array.from({ length: kind.count }, () => kind));
  const capacityMilli = nodes.map((kind) => Math.round(kind.coresPerNode * MILLI));

  const cheapest = solve(highs, leastCost(nodes, capacityMilli, loadMilli));
  if (cheapest !== 'infeasible') {
    const cores = wholeValues(cheapest.values, loadMilli).map((milli) => milli / MILLI);
    return { status: 'optimal', cores, cost: cores.reduce((sum, used, i) => sum + used * nodes[i]!.costPerCore, 0) };
  }
  const elastic = required(solve(highs, leastShortfall(capacityMilli, loadMilli)), 'the least shortfall');
  const enough = required(solve(highs, leastNodes(problem.nodes, loadMilli)), 'the least number of nodes');
  const nodesNeededByKind = wholeValues(enough.values, enough.objective);
  return {
    status: 'infeasible',
    shortfallCores: Math.round(elastic.objective) / MILLI,
    nodesNeeded: nodesNeededByKind.reduce((sum, count) => sum + count, 0),
    nodesNeededByKind,
  };
}

/** One row: the columns, each times its coefficient, add up to between `lower` and `upper`. */
interface OneRowProgram {
  readonly cost: readonly number[];
  readonly columnLower: readonly number[];
  readonly columnUpper: readonly number[];
  readonly coefficients: readonly number[];
  readonly lower: number;
  readonly upper: number;
  readonly whole: boolean;
}

function leastCost(nodes: readonly NodeKind[], capacityMilli: readonly number[], loadMilli: number): OneRowProgram {
  return {
    cost: nodes.map(({ costPerCore }) => costPerCore),
    columnLower: nodes.map(() => 0),
    columnUpper: capacityMilli,
    coefficients: nodes.map(() => 1),
    lower: loadMilli,
    upper: loadMilli,
    whole: false,
  };
}

/** The same constraints with one more column, the shortfall, that alone costs anything: always feasible. */
function leastShortfall(capacityMilli: readonly number[], loadMilli: number): OneRowProgram {
  return {
    cost: [...capacityMilli.map(() => 0), 1],
    columnLower: [...capacityMilli.map(() => 0), 0],
    columnUpper: [...capacityMilli, Number.POSITIVE_INFINITY],
    coefficients: [...capacityMilli.map(() => 1), 1],
    lower: loadMilli,
    upper: loadMilli,
    whole: false,
  };
}

/** A column a kind: how many nodes of it, at least those there are. */
function leastNodes(kinds: readonly NodeKind[], loadMilli: number): OneRowProgram {
  return {
    cost: kinds.map(() => 1),
    columnLower: kinds.map(({ count }) => count),
    columnUpper: kinds.map(() => Number.POSITIVE_INFINITY),
    coefficients: kinds.map(({ coresPerNode }) => Math.round(coresPerNode * MILLI)),
    lower: loadMilli,
    upper: Number.POSITIVE_INFINITY,
    whole: true,
  };
}

interface Solution {
  readonly values: readonly number[];
  readonly objective: number;
}

/** Solves to proven optimality or proven infeasibility; Error when the solver ends in any other way. */
function solve(highs: Highs, program: OneRowProgram): Solution | 'infeasible' {
  const { modelStatus } = highs.constants;
  return highs.withModel(modelData(highs, program), (model) => {
    // Every number is whole, so that the tightest tolerances cost nothing and none can turn 14 nodes into 15.
    model.options.set({
      output_flag: false,
      solver: program.whole ? 'choose' : 'simplex',
      primal_feasibility_tolerance: 1e-9,
      mip_feasibility_tolerance: 1e-9,
      mip_rel_gap: 0,
      mip_abs_gap: 0,
    });
    const status = model.run().modelStatus;
    if (status === modelStatus.infeasible) return 'infeasible';
    if (status !== modelStatus.optimal) throw new Error(`HiGHS ended with model status ${status}, without an answer`);
    return { values: [...model.getSolution().colValue], objective: model.getObjectiveValue() };
  });
}

function modelData(highs: Highs, program: OneRowProgram): ModelData {
  const numCols = program.cost.length;
  const { integer, continuous } = highs.constants.variableType;
  return {
    numCols,
    numRows: 1,
    colCost: program.cost,
    colLower: program.columnLower,
    colUpper: program.columnUpper,
    rowLower: [program.lower],
    rowUpper: [program.upper],
    integrality: program.cost.map(() => (program.whole ? integer : continuous)),
    matrix: {
      format: 'csr',
      numCols,
      numRows: 1,
      starts: [0, numCols],
      indices: program.cost.map((_, column) => column),
      values: program.coefficients,
    },
  };
}

let solver: Promise<Highs> | undefined;

/** The solver is a megabyte of WebAssembly: loaded when first asked for, once. */
function loadSolver(): Promise<Highs> {
  // At run time the loader is the default export of an ES module; the package's types describe its CommonJS twin.
  solver ??= import('highs').then((library) => (library.default as unknown as typeof library.default.default)());
  return solver;
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
