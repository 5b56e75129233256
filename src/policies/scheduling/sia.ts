import { NEVER, US_PER_SECOND, type TimeUs } from '../../sim/kernel/clock.ts';
import { power } from '../../sim/kernel/portable-math.ts';
import type { SchedulingDefinition, SchedulingView } from '../../sim/contract/scheduling.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { isSame, programParameters, programRules, roundPolicy, type ProgramRules } from './rounds/program-policy.ts';
import { bringAbout, canRun, type Target } from './rounds/targets.ts';

/** Sia: every round an integer program gives each job one configuration (GPU type and number of GPUs) or none. */
export const sia: SchedulingDefinition = {
  name: 'sia',
  summary: 'Chooses a GPU type and a number of GPUs for each job by an integer program, anew as jobs come and go.',
  source: 'Jayaram Subramanya et al., Sia: Heterogeneity-aware, goodput-optimized ML-cluster scheduling, SOSP 2023',
  sizesJobs: true,
  solver: true,
  parameters: {
    round: {
      type: 'duration',
      minimum: 1,
      default: 60 * US_PER_SECOND,
      description: 'Least time between two allocations.',
    },
    nodeGpus: {
      type: 'integer',
      minimum: 1,
      maximum: 1024,
      default: 8,
      description: 'GPUs of a node: an elastic job gets 1, 2, 4, ... of one node, or whole nodes.',
    },
    fairness: {
      type: 'number',
      minimum: -4,
      maximum: -0.01,
      default: -0.5,
      description: 'Exponent of the normalised speed: the further below 0, the more the slowest job counts.',
    },
    idlePenalty: {
      type: 'number',
      minimum: 1,
      maximum: 1000,
      default: 1.1,
      description: 'What a job without GPUs costs; one at its slowest configuration costs 1.',
    },
    movePenalty: {
      type: 'number',
      minimum: 0,
      maximum: 1000,
      default: 0.01,
      description: 'What it costs beside to take a running job to another configuration.',
    },
    restart: {
      type: 'duration',
      minimum: 0,
      default: 60 * US_PER_SECOND,
      description: 'What a restart is taken to cost a job, when it is weighed whether to move it.',
    },
    ...programParameters('program', 'Jobs in the program, the first to arrive.', 100),
  },
  semantics: ({ round, jobsMax, nodesMax, fairness, idlePenalty }) => ({
    when: `when jobs have come or gone, at most every ${Number(round) / US_PER_SECOND} s`,
    configurations: 'one GPU type; a rigid job its own number of GPUs, an elastic one 2^k on one node or whole nodes',
    objective: `least sum of (speed / slowest speed x restart factor)^${String(fairness)}, and ${String(idlePenalty)} for each job without GPUs`,
    'restart factor':
      '(age - restarts x penalty) / (age + penalty) for a running job that would move, at least 1 %; else 1',
    alike:
      'of jobs with the same configurations and costs those that hold one keep it, then the first to arrive get theirs',
    solver: `integer program over the first ${String(jobsMax)} jobs, at most ${String(nodesMax)} branch-and-bound nodes, gap 0.1 %; without an answer by then all stays as it is`,
    blocked: 'a job that finds no GPUs is passed; big gangs may starve',
    idle: 'GPUs that come free stay idle until the next round, and where the program gives them to nobody',
    placement: 'who keeps its configuration keeps its GPUs; the others are placed largest first',
    estimates: 'not used',
  }),
  create: (parameters, solver) => {
    const rules: Rules = {
      ...programRules(parameters, solver),
      roundUs: Number(parameters['round']),
      nodeGpus: Number(parameters['nodeGpus']),
      fairness: Number(parameters['fairness']),
      idlePenalty: Number(parameters['idlePenalty']),
      movePenalty: Number(parameters['movePenalty']),
      restartUs: Number(parameters['restart']),
    };
    const initial = (): Memory => ({ nextUs: 0, present: [] });
    return roundPolicy(initial, ({ view, plan, memory, present }) => {
      if (isSame(present, memory.present)) return NEVER;
      if (view.nowUs < memory.nextUs) return memory.nextUs;
      const chosen = chooseConfigurations(rules, view, present);
      memory.nextUs = view.nowUs + rules.roundUs;
      const anyRuns = present.some((job) => view.jobs.isRunning(job));
      const goesOn = chosen === undefined && anyRuns;
      // If nobody runs, whatever happens next may make room for somebody.
      memory.present = goesOn || bringAbout(view, plan, present, chosen ?? new Map()) ? present : [];
      return NEVER;
    });
  },
};

interface Memory {
  /** No allocation before this instant. */
  nextUs: TimeUs;
  /** The jobs of the last one. */
  present: readonly JobId[];
}

interface Rules extends ProgramRules {
  readonly roundUs: TimeUs;
  readonly nodeGpus: number;
  readonly fairness: number;
  readonly idlePenalty: number;
  readonly movePenalty: number;
  readonly restartUs: TimeUs;
}

interface Choice extends Target {
  readonly cost: number;
}

/** Jobs that may have the same configurations at the same costs, in order of arrival. */
interface Group {
  readonly members: JobId[];
  readonly choices: readonly Choice[];
}

/** The best configuration of each job that gets one; undefined if the solver had no answer in time. */
function chooseConfigurations(
  rules: Rules,
  view: SchedulingView,
  present: readonly JobId[],
): Map<JobId, Target> | undefined {
  const taking = present.slice(0, rules.jobsMax);
  const choicesOfJob = taking.map((job) => choicesOf(rules, view, job));
  // A running job that the program leaves out holds its GPUs on.
  const held = new Map<JobId, Target>();
  const free = Array.from({ length: view.gpuTypes }, (_, type) => view.totalGpus(type));
  for (const job of present.slice(rules.jobsMax)) {
    const gpuType = view.jobs.heldType(job);
    if (gpuType < 0) continue;
    held.set(job, { gpuType, gpus: view.jobs.heldGpus(job) });
    free[gpuType] = free[gpuType]! - view.jobs.heldGpus(job);
  }
  const cheapest = choicesOfJob.map((own) => {
    return own.length === 0 ? undefined : own.reduce((best, choice) => (choice.cost < best.cost ? choice : best));
  });
  if (fits(cheapest, free)) {
    cheapest.forEach((choice, index) => choice && held.set(taking[index]!, choice));
    return held;
  }
  const groups = groupsOf(taking, choicesOfJob);
  const counts = solveCounts(rules, groups, free);
  if (counts === undefined) return undefined;
  groups.forEach((group, index) => shareOut(view, group, counts[index]!, held));
  return held;
}

/**
 * Jobs that are alike to the program are one group of it: otherwise it would spend its nodes on telling apart solutions
 * that differ only in which of them is which.
 */
function groupsOf(taking: readonly JobId[], choicesOfJob: readonly (readonly Choice[])[]): Group[] {
  const groups = new Map<string, Group>();
  taking.forEach((job, index) => {
    const choices = choicesOfJob[index]!;
    if (choices.length === 0) return;
    const likeness = choices.map(({ gpuType, gpus, cost }) => `${gpuType} ${gpus} ${cost}`).join();
    const group = groups.get(likeness);
    if (group === undefined) groups.set(likeness, { members: [job], choices });
    else group.members.push(job);
  });
  return [...groups.values()];
}

/** How many jobs of each group get each of its choices. */
function solveCounts(rules: Rules, groups: readonly Group[], free: readonly number[]): number[][] | undefined {
  const columns = groups.flatMap(({ choices, members }) => choices.map((choice) => ({ choice, most: members.length })));
  let first = 0;
  const once = groups.map(({ choices, members }) => {
    const own = choices.map((_, index) => first + index);
    first += own.length;
    return { columns: own, coefficients: own.map(() => 1), lower: -Infinity, upper: members.length };
  });
  const capacity = free.map((there, type) => {
    const own = columns.flatMap(({ choice }, column) => (choice.gpuType === type ? [column] : []));
    return { columns: own, coefficients: own.map((column) => columns[column]!.choice.gpus), lower: -Infinity, upper: there }; // prettier-ignore
  });
  const solution = rules.solver.solve(
    {
      sense: 'minimise',
      // Costs of jobs without GPUs are left out where they are the same for all: a choice saves them.
      objective: columns.map(({ choice }) => choice.cost - rules.idlePenalty),
      lower: columns.map(() => 0),
      upper: columns.map(({ most }) => most),
      // A group with one choice is bounded by its column.
      rows: [...once.filter((row) => row.columns.length > 1), ...capacity],
      whole: columns.map(() => true),
    },
    rules.budget,
  );
  if (solution.status !== 'optimal' && solution.status !== 'feasible') return undefined;
  let at = 0;
  return groups.map(({ choices }) => choices.map(() => Math.round(solution.values[at++]!)));
}

/** Gives the choices of a group to its jobs: whoever holds what there is to have keeps it, then the first to arrive. */
function shareOut({ jobs }: SchedulingView, group: Group, counts: number[], held: Map<JobId, Target>): void {
  const { members, choices } = group;
  for (const job of members) {
    const own = choices.findIndex(({ gpuType, gpus }) => jobs.heldType(job) === gpuType && jobs.heldGpus(job) === gpus);
    if (own < 0 || counts[own] === 0) continue;
    counts[own] = counts[own]! - 1;
    held.set(job, choices[own]!);
  }
  const order = choices.map((_, index) => index).sort((a, b) => choices[a]!.cost - choices[b]!.cost || a - b);
  for (const job of members) {
    if (held.has(job)) continue;
    const best = order.find((index) => counts[index]! > 0);
    if (best === undefined) return;
    counts[best] = counts[best]! - 1;
    held.set(job, choices[best]!);
  }
}

/** Whether everybody can have what is best for itself: no program can do better then. */
function fits(choices: readonly (Choice | undefined)[], free: readonly number[]): boolean {
  const left = [...free];
  for (const choice of choices) if (choice !== undefined) left[choice.gpuType] = left[choice.gpuType]! - choice.gpus;
  return left.every((gpus) => gpus >= 0);
}

/** The configurations that a job may have, with what each costs. */
function choicesOf(rules: Rules, view: SchedulingView, job: JobId): Choice[] {
  const { jobs, nowUs } = view;
  const possible: { target: Target; speed: number }[] = [];
  for (let gpuType = 0; gpuType < view.gpuTypes; gpuType++) {
    for (const gpus of sizesOf(rules, view, job, gpuType)) {
      if (!canRun(view, job, gpuType, gpus)) continue;
      possible.push({ target: { gpuType, gpus }, speed: jobs.speed(job, gpuType, gpus) });
    }
  }
  const slowest = possible.reduce((least, { speed }) => Math.min(least, speed), Infinity);
  const ageUs = nowUs - jobs.submitUs(job);
  const worth = (ageUs - jobs.preemptions(job) * rules.restartUs) / Math.max(1, ageUs + rules.restartUs);
  return possible.map(({ target, speed }) => {
    const stays = jobs.heldType(job) === target.gpuType && jobs.heldGpus(job) === target.gpus;
    const moves = jobs.isRunning(job) && !stays;
    const factor = moves ? Math.max(0.01, worth) : 1;
    const cost = power((speed / slowest) * factor, rules.fairness) + (moves ? rules.movePenalty : 0);
    return { ...target, cost };
  });
}

function sizesOf({ nodeGpus }: Rules, view: SchedulingView, job: JobId, gpuType: number): number[] {
  const { jobs } = view;
  const sizes = [jobs.gpus(job)];
  const most = Math.min(jobs.gpusMax(job), view.totalGpus(gpuType));
  const add = (gpus: number): void => {
    if (gpus >= jobs.gpusMin(job) && gpus <= most && gpus !== jobs.gpus(job)) sizes.push(gpus);
  };
  if (jobs.gpusMin(job) === jobs.gpusMax(job)) return sizes;
  for (let gpus = 1; gpus < nodeGpus; gpus *= 2) add(gpus);
  for (let gpus = nodeGpus; gpus <= most; gpus += nodeGpus) add(gpus);
  return sizes;
}
