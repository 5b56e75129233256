import { solve as simplex, type Constraint, type Solution } from 'yalps';
import type { LinearProgram, LinearSolution, LinearSolver, SolverBudget } from '../sim/contract/solver.ts';

/**
 * YALPS: a dense simplex in JavaScript with branch and cut, the second opinion beside HiGHS. Its figures are good to
 * about 1e-8. Meant for hundreds of columns; larger programs take it long.
 */
export const yalpsSolver: LinearSolver = { name: 'YALPS', solve };

/** A dense simplex visits a few times as many corners as there are rows; this many says that it goes round in circles. */
const PIVOTS_MAX = 1_000_000;

function solve(program: LinearProgram, { nodesMax = Infinity, gap = 0 }: SolverBudget = {}): LinearSolution {
  const shape = parts(program);
  const solution = simplex(modelOf(program, shape), {
    maxPivots: PIVOTS_MAX,
    maxIterations: nodesMax,
    tolerance: gap,
    includeZeroVariables: true,
  });
  switch (solution.status) {
    case 'optimal':
      return answer('optimal', program, shape, solution);
    case 'infeasible':
    case 'unbounded':
      return { status: solution.status };
    case 'timedout':
      // Out of nodes: what it found by then, if it found anything.
      return Number.isFinite(solution.result) ? answer('feasible', program, shape, solution) : { status: 'gave-up' };
    case 'cycled':
      throw new Error(`YALPS went round in circles for ${PIVOTS_MAX} pivots, without an answer`);
    default:
      return solution.status satisfies never;
  }
}

/**
 * YALPS knows columns >= 0 alone. A column with a lower bound is the bound plus such a part; one without is its upper
 * bound minus such a part; one without both is the difference of two.
 */
interface Part {
  readonly column: number;
  readonly sign: 1 | -1;
}

interface Shape {
  readonly parts: readonly Part[];
  /** Per column: what it is when all its parts are 0. */
  readonly offsets: readonly number[];
}

function parts({ lower, upper }: LinearProgram): Shape {
  const found: Part[] = [];
  const offsets = lower.map((low, column) => {
    const high = upper[column]!;
    const hasLower = low !== -Infinity;
    if (hasLower || high === Infinity) found.push({ column, sign: 1 });
    if (!hasLower) found.push({ column, sign: -1 });
    return hasLower ? low : high === Infinity ? 0 : high;
  });
  return { parts: found, offsets };
}

/** The key of the objective; rows and the bounds of columns have whole numbers. */
const OBJECTIVE = -1;

function modelOf({ sense, objective, lower, upper, rows, whole }: LinearProgram, shape: Shape) {
  const constraints = new Map<number, Constraint>();
  const byColumn: (readonly [number, number])[][] = objective.map((coefficient) => [[OBJECTIVE, coefficient]]);
  rows.forEach((row, index) => {
    const shift = row.columns.reduce((sum, column, at) => sum + row.coefficients[at]! * shape.offsets[column]!, 0);
    constraints.set(index, bounds(row.lower - shift, row.upper - shift));
    row.columns.forEach((column, at) => byColumn[column]!.push([index, row.coefficients[at]!]));
  });
  lower.forEach((low, column) => {
    if (low === -Infinity || upper[column] === Infinity) return;
    const index = rows.length + column;
    constraints.set(index, { max: upper[column]! - low });
    byColumn[column]!.push([index, 1]);
  });
  return {
    direction: sense === 'maximise' ? ('maximize' as const) : ('minimize' as const),
    objective: OBJECTIVE,
    constraints,
    variables: shape.parts.map(({ column, sign }, part) => {
      return [part, byColumn[column]!.map(([key, coefficient]) => [key, sign * coefficient] as const)] as const;
    }),
    integers: shape.parts.flatMap(({ column }, part) => (whole?.[column] === true ? [part] : [])),
  };
}

/** Its precision is absolute: an infinite bound must be left out and not be a very large one. */
function bounds(min: number, max: number): Constraint {
  return { ...(min === -Infinity ? {} : { min }), ...(max === Infinity ? {} : { max }) };
}

function answer(
  status: 'optimal' | 'feasible',
  program: LinearProgram,
  { parts: parted, offsets }: Shape,
  { variables }: Solution<number>,
): LinearSolution {
  const values = [...offsets];
  for (const [part, value] of variables) {
    const { column, sign } = parted[part]!;
    values[column] = values[column]! + sign * value;
  }
  const objective = values.reduce((sum, value, column) => sum + value * program.objective[column]!, 0);
  return { status, values, objective };
}
