import { NEVER } from '../../sim/kernel/clock.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import { NO_JOB, type SchedulingDefinition, type SchedulingView } from '../../sim/contract/scheduling.ts';
import { givenSolver, type LinearSolver } from '../../sim/contract/solver.ts';
import type { JobId } from '../../sim/model/brand.ts';

/**
 * LP allocation: at every decision a linear program divides the free GPUs among the waiting jobs by value; what it gives
 * whole is started first, then what it gives in part.
 */
export const lpAllocation: SchedulingDefinition = {
  name: 'lp-allocation',
  summary: 'Divides the free GPUs among the waiting jobs by value with a linear program, and rounds its answer.',
  source: 'relaxation of the generalised assignment problem; rounding by the size of the fraction',
  solver: true,
  parameters: {
    agePerRun: {
      type: 'number',
      minimum: 0,
      maximum: 1000,
      default: 1,
      description: 'What waiting as long as it will run adds to the value of a GPU of a job (1 without waiting).',
    },
    priorityWeight: {
      type: 'number',
      minimum: 0,
      maximum: 1000,
      default: 1,
      description: 'A job of priority p > 0 is worth 1 + p times this as much.',
    },
    jobsMax: {
      type: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 200,
      description: 'Waiting jobs in a program, the first to arrive; later ones wait.',
    },
  },
  semantics: ({ agePerRun, jobsMax, priorityWeight }) => ({
    when: 'whenever a job comes or ends',
    value: `GPUs x speed on the type x (1 + ${String(agePerRun)} x wait / estimate) x (1 + ${String(priorityWeight)} x priority above 0)`,
    program: `maximises the value over fractions of the first ${String(jobsMax)} waiting jobs on each type, within the free GPUs`,
    rounding:
      'the largest fraction first, then the larger value of a GPU, then arrival; who does not fit any more is passed',
    blocked: 'jobs that do not fit are passed; big gangs may starve',
    preemption: 'none',
    idle: `jobs behind the first ${String(jobsMax)} wait, even if they fit`,
    estimates: 'running time, against which waiting is measured',
    ties: 'of several best fractions, those that the solver finds (HiGHS, simplex)',
  }),
  create: (parameters, solver) => {
    const rules: Rules = {
      solver: givenSolver(solver),
      agePerRun: Number(parameters['agePerRun']),
      priorityWeight: Number(parameters['priorityWeight']),
      jobsMax: Number(parameters['jobsMax']),
    };
    return {
      order: () => 0,
      looksAhead: false,
      initial: () => undefined,
      decide({ view, plan }) {
        const waiting: JobId[] = [];
        let job = view.queue.head();
        while (job !== NO_JOB && waiting.length < rules.jobsMax) {
          const next = view.queue.after(job);
          if (view.jobs.gpus(job) === 0) plan.start(job);
          else waiting.push(job);
          job = next;
        }
        const started = new Set<JobId>();
        for (const { job: chosen, gpuType } of fractionsOf(rules, view, waiting)) {
          if (!started.has(chosen) && plan.start(chosen, gpuType) === Refusal.None) started.add(chosen);
        }
        return NEVER;
      },
    };
  },
};

interface Rules {
  readonly solver: LinearSolver;
  readonly agePerRun: number;
  readonly priorityWeight: number;
  readonly jobsMax: number;
}

interface Fraction {
  readonly job: JobId;
  readonly gpuType: number;
  readonly gpus: number;
  readonly value: number;
}

/** Jobs on types where they fit by number, in the order in which they are to be tried. */
function fractionsOf(rules: Rules, view: SchedulingView, waiting: readonly JobId[]): Fraction[] {
  const possible = waiting.flatMap((job) => possibleOf(rules, view, job));
  if (possible.length === 0) return [];
  const columnsOf = new Map<JobId, number[]>();
  possible.forEach(({ job }, column) => {
    const own = columnsOf.get(job);
    if (own === undefined) columnsOf.set(job, [column]);
    else own.push(column);
  });
  const once = [...columnsOf.values()].map((columns) => {
    return { columns, coefficients: columns.map(() => 1), lower: -Infinity, upper: 1 };
  });
  const capacity = Array.from({ length: view.gpuTypes }, (_, type) => {
    const columns = possible.flatMap(({ gpuType }, column) => (gpuType === type ? [column] : []));
    const coefficients = columns.map((column) => possible[column]!.gpus);
    return { columns, coefficients, lower: -Infinity, upper: view.freeGpus(type) };
  });
  const solution = rules.solver.solve({
    sense: 'maximise',
    objective: possible.map(({ gpus, value }) => gpus * value),
    lower: possible.map(() => 0),
    upper: possible.map(() => 1),
    rows: [...once, ...capacity],
  });
  if (solution.status !== 'optimal') {
    throw new Error(`${rules.solver.name} ends with "${solution.status}" for a program that nothing at all solves`);
  }
  // Tolerances of the solver must not decide between two whole fractions.
  const fraction = solution.values.map((value) => Math.round(value * 1e6));
  const order = possible.map((_, column) => column);
  order.sort((a, b) => fraction[b]! - fraction[a]! || possible[b]!.value - possible[a]!.value || a - b);
  return order.map((column) => possible[column]!);
}

function possibleOf(rules: Rules, view: SchedulingView, job: JobId): Fraction[] {
  const { jobs, nowUs } = view;
  const gpus = jobs.gpus(job);
  const age = (nowUs - jobs.submitUs(job)) / Math.max(1, jobs.estimateUs(job));
  const worth = (1 + rules.agePerRun * age) * (1 + rules.priorityWeight * Math.max(0, jobs.priority(job)));
  const possible: Fraction[] = [];
  for (let gpuType = 0; gpuType < view.gpuTypes; gpuType++) {
    const speed = jobs.speed(job, gpuType, gpus);
    if (speed > 0 && gpus <= view.freeGpus(gpuType)) possible.push({ job, gpuType, gpus, value: worth * speed });
  }
  return possible;
}
