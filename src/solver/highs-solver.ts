import type { Highs, Model, ModelData } from 'highs';
import type { LinearProgram, LinearSolution, LinearSolver, SolverBudget } from '../sim/contract/solver.ts';

let loading: Promise<LinearSolver> | undefined;

/**
 * HiGHS: simplex, and branch and cut for whole values (Huangfu and Hall, Mathematical Programming Computation 10, 2018).
 * It is a megabyte of WebAssembly: loaded when first asked for, once; solving is synchronous after that.
 */
export function loadHighs(): Promise<LinearSolver> {
  // At run time the loader is the default export of an ES module; the package's types describe its CommonJS twin.
  loading ??= import('highs').then(async (library) => {
    const highs = await (library.default as unknown as typeof library.default.default)();
    return { name: `HiGHS ${highs.version.string}`, solve: (program, budget) => solve(highs, program, budget ?? {}) };
  });
  return loading;
}

/** `primal_solution_status` of a solution that keeps all bounds. */
const FEASIBLE_POINT = 2;

function solve(highs: Highs, program: LinearProgram, { nodesMax, gap = 0 }: SolverBudget): LinearSolution {
  const { modelStatus } = highs.constants;
  const isMixed = program.whole?.includes(true) ?? false;
  return highs.withModel(modelData(highs, program), (model): LinearSolution => {
    // No time limit and one seed: the answer must not depend on the machine.
    model.options.set({
      output_flag: false,
      solver: isMixed ? 'choose' : 'simplex',
      primal_feasibility_tolerance: 1e-9,
      dual_feasibility_tolerance: 1e-9,
      mip_feasibility_tolerance: 1e-9,
      mip_rel_gap: gap,
      mip_abs_gap: 0,
      // It may cost ten times what the search itself does, and programs of this size are not hard to find a solution of.
      mip_heuristic_run_feasibility_jump: false,
      ...(nodesMax === undefined ? {} : { mip_max_nodes: nodesMax }),
    });
    const status = model.run().modelStatus;
    if (status === modelStatus.optimal) return answer('optimal', model);
    // Without columns there is nothing to do, and that is done.
    if (status === modelStatus.empty) return { status: 'optimal', values: [], objective: 0 };
    if (status === modelStatus.infeasible) return { status: 'infeasible' };
    if (status === modelStatus.unbounded) return { status: 'unbounded' };
    if (status === modelStatus.unboundedOrInfeasible) {
      return { status: hasSolution(highs, program) ? 'unbounded' : 'infeasible' };
    }
    if (status === modelStatus.solutionLimit) {
      const isPoint = model.info.get('primal_solution_status') === FEASIBLE_POINT;
      return isPoint ? answer('feasible', model) : { status: 'gave-up' };
    }
    throw new Error(`HiGHS ended with model status ${status}, without an answer`);
  });
}

function answer(status: 'optimal' | 'feasible', model: Model): LinearSolution {
  return { status, values: [...model.getSolution().colValue], objective: model.getObjectiveValue() };
}

/** Without an objective nothing can be unbounded: what is left is whether the rows and bounds can be kept. */
function hasSolution(highs: Highs, program: LinearProgram): boolean {
  return solve(highs, { ...program, objective: program.objective.map(() => 0) }, {}).status === 'optimal';
}

function modelData(highs: Highs, { sense, objective, lower, upper, rows, whole }: LinearProgram): ModelData {
  const numCols = objective.length;
  const numRows = rows.length;
  const { objectiveSense, variableType } = highs.constants;
  const starts = [0];
  for (const { columns } of rows) starts.push(starts.at(-1)! + columns.length);
  return {
    numCols,
    numRows,
    sense: sense === 'maximise' ? objectiveSense.maximize : objectiveSense.minimize,
    colCost: objective,
    colLower: lower,
    colUpper: upper,
    rowLower: rows.map((row) => row.lower),
    rowUpper: rows.map((row) => row.upper),
    ...(whole === undefined
      ? {}
      : { integrality: whole.map((isWhole) => (isWhole ? variableType.integer : variableType.continuous)) }),
    matrix: {
      format: 'csr',
      numCols,
      numRows,
      starts,
      indices: rows.flatMap(({ columns }) => columns),
      values: rows.flatMap(({ coefficients }) => coefficients),
    },
  };
}
