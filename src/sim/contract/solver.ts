/** One row of a program: the columns named, each times its coefficient, add up to between `lower` and `upper`. */
export interface LinearRow {
  /** Distinct columns. */
  readonly columns: readonly number[];
  /** One for each of `columns`, finite. */
  readonly coefficients: readonly number[];
  /** -Infinity: no bound. */
  readonly lower: number;
  /** Infinity: no bound. */
  readonly upper: number;
}

/** A linear program, or with `whole` columns a mixed integer one. All arrays are as long as there are columns. */
export interface LinearProgram {
  readonly sense: 'minimise' | 'maximise';
  readonly objective: readonly number[];
  /** -Infinity: no bound. */
  readonly lower: readonly number[];
  /** Infinity: no bound. */
  readonly upper: readonly number[];
  readonly rows: readonly LinearRow[];
  /** True for columns that may only take whole values. Left out: none. */
  readonly whole?: readonly boolean[];
}

/**
 * How hard to search for whole values. Both count work and not time, so that the answer is the same on every machine.
 */
export interface SolverBudget {
  /** Branch-and-bound nodes, >= 1. Left out: as many as it takes. */
  readonly nodesMax?: number;
  /** Relative distance from the best possible at which the search may stop, >= 0. Left out: 0. */
  readonly gap?: number;
}

export type LinearSolution =
  /** `optimal`: proven to be the best, within the gap; `feasible`: the best found with the nodes there were. */
  | { readonly status: 'optimal' | 'feasible'; readonly values: readonly number[]; readonly objective: number }
  /** `gave-up`: the nodes were used up before any solution was found. */
  | { readonly status: 'infeasible' | 'unbounded' | 'gave-up' };

/**
 * Solves linear and mixed integer programs. Pure: each call begins from nothing, so the same program gives the same
 * answer. Where several solutions are optimal it gives one of them, and another solver may give another.
 */
export interface LinearSolver {
  readonly name: string;
  /** Error if the solver fails for reasons of its own (not for a program without solution). */
  solve(program: LinearProgram, budget?: SolverBudget): LinearSolution;
}

/** The solver that a policy was given. Error for a policy that was given none, because it does not say that it needs one. */
export function givenSolver(solver: LinearSolver | undefined): LinearSolver {
  if (solver === undefined) throw new Error('the policy was given no solver; let its definition declare solver: true');
  return solver;
}
