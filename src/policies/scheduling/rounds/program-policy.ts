import { NEVER, type TimeUs } from '../../../sim/kernel/clock.ts';
import type { ParameterSchema, ParameterValues } from '../../../sim/contract/definition.ts';
import type { SchedulingContext, SchedulingPolicy } from '../../../sim/contract/scheduling.ts';
import { givenSolver, type LinearSolver, type SolverBudget } from '../../../sim/contract/solver.ts';
import type { JobId } from '../../../sim/model/brand.ts';
import { presentJobs, startCpuJobs } from './targets.ts';

/** What every policy that solves an integer program by rounds is told. */
export interface ProgramRules {
  readonly solver: LinearSolver;
  /** Jobs in a program. */
  readonly jobsMax: number;
  readonly budget: SolverBudget;
}

/** How large and how hard a program may be; `program` and `which` name it and its jobs. */
export function programParameters(program: string, which: string, jobsMax: number) {
  return {
    jobsMax: { type: 'integer', minimum: 1, maximum: 100_000, default: jobsMax, description: which },
    nodesMax: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 50,
      description: `Branch-and-bound nodes for one ${program} (in place of a time limit, which no two machines share).`,
    },
  } as const satisfies Record<string, ParameterSchema>;
}

export function programRules(parameters: ParameterValues, solver: LinearSolver | undefined): ProgramRules {
  return {
    solver: givenSolver(solver),
    jobsMax: Number(parameters['jobsMax']),
    budget: { nodesMax: Number(parameters['nodesMax']), gap: 1e-3 },
  };
}

/** The state of a decision, with all jobs that want GPUs in order of arrival: there is one at least. */
export interface Round<Memory> extends SchedulingContext<Memory> {
  readonly present: readonly JobId[];
}

/**
 * A policy that takes GPUs from running jobs and gives them to others. Jobs without GPUs take no part: they start as
 * soon as they fit.
 */
export function roundPolicy<Memory>(
  initial: () => Memory,
  decide: (round: Round<Memory>) => TimeUs,
): SchedulingPolicy<Memory> {
  return {
    order: () => 0,
    looksAhead: false,
    actsOnRunning: true,
    initial,
    decide(context) {
      startCpuJobs(context.view, context.plan);
      const present = presentJobs(context.view);
      return present.length === 0 ? NEVER : decide({ ...context, present });
    },
  };
}

/** Whether nobody has come or gone. */
export function isSame(some: readonly JobId[], others: readonly JobId[]): boolean {
  return some.length === others.length && some.every((job, index) => job === others[index]);
}
