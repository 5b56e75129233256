import { NEVER, US_PER_SECOND, type TimeUs } from '../../sim/kernel/clock.ts';
import { ln, power } from '../../sim/kernel/portable-math.ts';
import type { SchedulingDefinition, SchedulingView } from '../../sim/contract/scheduling.ts';
import type { LinearRow } from '../../sim/contract/solver.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { isSame, programParameters, programRules, roundPolicy, type ProgramRules } from './rounds/program-policy.ts';
import { bringAbout, canRun, type Target } from './rounds/targets.ts';

/**
 * Shockwave: an integer program plans how many of the next rounds each job gets, so that the product of progress is
 * large and the last job ends soon; jobs that fall behind their fair finish count more.
 */
export const shockwave: SchedulingDefinition = {
  name: 'shockwave',
  summary:
    'Plans a number of coming rounds for each job: fair by the product of progress, with an eye to the makespan.',
  source: 'Zheng et al., Shockwave: Fair and Efficient Cluster Scheduling for Dynamic Adaptation in ML, NSDI 2023',
  solver: true,
  parameters: {
    round: { type: 'duration', minimum: 1, default: 120 * US_PER_SECOND, description: 'Length of a round.' },
    rounds: { type: 'integer', minimum: 1, maximum: 1000, default: 20, description: 'Rounds that are planned ahead.' },
    makespanWeight: {
      type: 'number',
      minimum: 0,
      maximum: 1e6,
      default: 0.001,
      description: 'What a planning window of work left to the longest job costs, beside the mean log of progress.',
    },
    lateExponent: {
      type: 'number',
      minimum: 0,
      maximum: 100,
      default: 12,
      description: 'A job that will end later than is fair weighs the ratio to this power.',
    },
    ...programParameters('plan', 'Jobs in a plan, the first to arrive; later ones run on what is left over.', 100),
  },
  semantics: ({ round, rounds, makespanWeight, lateExponent, jobsMax, nodesMax }) => ({
    plan: `the next ${String(rounds)} rounds of ${Number(round) / US_PER_SECOND} s, anew when jobs have come or gone or the plan is used up`,
    objective: `mean over jobs of weight x ln(progress at the end of the plan), in straight pieces at 0, 20, ... 100 % (at least 1 %), minus ${String(makespanWeight)} x the longest work left in planning windows`,
    weight: `1, or (expected finish / fair finish)^${String(lateExponent)} if that is more, up to a million; fair: with an n-th part of the cluster`,
    capacity: 'GPU-rounds of each type over the whole plan',
    'within the plan': 'each round the jobs with most rounds still due; then those with the longest work left fill up',
    solver: `integer program over the first ${String(jobsMax)} jobs, at most ${String(nodesMax)} branch-and-bound nodes, gap 0.1 %`,
    idle: 'GPUs that come free stay idle until the next round',
    placement: 'who keeps its type keeps its GPUs; the others are placed largest first',
    progress: 'time held so far / (time held + estimated work left)',
    estimates: 'work left',
  }),
  create: (parameters, solver) => {
    const rules: Rules = {
      ...programRules(parameters, solver),
      roundUs: Number(parameters['round']),
      rounds: Number(parameters['rounds']),
      makespanWeight: Number(parameters['makespanWeight']),
      lateExponent: Number(parameters['lateExponent']),
    };
    const initial = (): Memory => ({ nextUs: 0, roundsLeft: 0, present: [], due: new Map() });
    return roundPolicy(initial, ({ view, plan, memory, present }) => {
      const anyRuns = present.some((job) => view.jobs.isRunning(job));
      if (anyRuns && view.nowUs < memory.nextUs) return memory.nextUs;
      if (memory.roundsLeft === 0 || !isSame(present, memory.present)) {
        memory.due = planRounds(rules, view, present);
        memory.roundsLeft = rules.rounds;
        memory.present = present;
      }
      memory.roundsLeft--;
      memory.nextUs = view.nowUs + rules.roundUs;
      return bringAbout(view, plan, present, roundOf(view, present, memory.due)) ? memory.nextUs : NEVER;
    });
  },
};

interface Memory {
  nextUs: TimeUs;
  roundsLeft: number;
  /** The jobs of the plan. */
  present: readonly JobId[];
  /** Rounds that the plan still owes each job on each type. */
  due: Map<JobId, number[]>;
}

interface Rules extends ProgramRules {
  readonly roundUs: TimeUs;
  readonly rounds: number;
  readonly makespanWeight: number;
  readonly lateExponent: number;
}

/** Where the logarithm of progress is met exactly; in between it is a straight line. */
const PIECES = [0.01, 0.2, 0.4, 0.6, 0.8, 1];
const WEIGHT_MAX = 1e6;

/** Rounds of the plan for each job on each type. */
function planRounds(rules: Rules, view: SchedulingView, present: readonly JobId[]): Map<JobId, number[]> {
  const { jobs } = view;
  const { roundUs, rounds } = rules;
  const everybody = planForAll(rules, view, present);
  if (everybody !== undefined) return everybody;
  const taking = present.slice(0, rules.jobsMax);
  const types = view.gpuTypes;
  const count = taking.length;
  // Columns: rounds of each job on each type, then the logarithm of each job's progress, then the longest work left.
  const utility = count * types;
  const longest = utility + count;
  const rows: LinearRow[] = [];
  const upper: number[] = [];
  const objective = Array.from({ length: longest + 1 }, () => 0);
  taking.forEach((job, index) => {
    const gpus = jobs.gpus(job);
    const leftUs = Math.max(1, jobs.remainingUs(job));
    const doneUs = jobs.attainedUs(job);
    const totalUs = doneUs + leftUs;
    const own = Array.from({ length: types }, (_, type) => index * types + type);
    const speeds = own.map((_, type) => (canRun(view, job, type, gpus) ? jobs.speed(job, type, gpus) : 0));
    for (const speed of speeds) upper.push(speed > 0 ? Math.min(rounds, Math.ceil(leftUs / (roundUs * speed))) : 0);
    // Of one type a job cannot have more than there are rounds anyhow.
    const usable = speeds.filter((speed) => speed > 0).length;
    if (usable > 1) rows.push({ columns: own, coefficients: own.map(() => 1), lower: -Infinity, upper: rounds });
    const furthest = (doneUs + rounds * roundUs * Math.max(...speeds)) / totalUs;
    for (let piece = 1; piece < PIECES.length; piece++) {
      const from = PIECES[piece - 1]!;
      // A piece that the job is past, or does not come to, bounds nothing; the last one holds for all beyond it.
      const isPast = PIECES[piece]! <= doneUs / totalUs && piece < PIECES.length - 1;
      if (isPast || (from >= furthest && piece > 1)) continue;
      const slope = (ln(PIECES[piece]!) - ln(from)) / (PIECES[piece]! - from);
      const perRound = speeds.map((speed) => (-slope * roundUs * speed) / totalUs);
      rows.push({
        columns: [utility + index, ...own],
        coefficients: [1, ...perRound],
        lower: -Infinity,
        upper: ln(from) + slope * (doneUs / totalUs - from),
      });
    }
    rows.push({
      columns: [longest, ...own],
      coefficients: [1, ...speeds.map((speed) => speed / rounds)],
      lower: leftUs / (roundUs * rounds),
      upper: Infinity,
    });
    objective[utility + index] = weightOf(rules, view, job, present.length, leftUs) / (count * rounds);
  });
  objective[longest] = -rules.makespanWeight;
  for (let type = 0; type < types; type++) {
    rows.push({
      columns: taking.map((_, index) => index * types + type),
      coefficients: taking.map((job) => jobs.gpus(job)),
      lower: -Infinity,
      upper: rounds * view.totalGpus(type),
    });
  }
  const solution = rules.solver.solve(
    {
      sense: 'maximise',
      objective,
      lower: objective.map((_, column) => (column >= utility && column < longest ? ln(PIECES[0]!) * 2 : 0)),
      upper: objective.map((_, column) => upper[column] ?? (column < longest ? 0 : Infinity)),
      rows,
      whole: objective.map((_, column) => column < utility),
    },
    rules.budget,
  );
  if (solution.status !== 'optimal' && solution.status !== 'feasible') return new Map();
  return new Map(
    taking.map((job, index) => {
      const own = solution.values.slice(index * types, (index + 1) * types);
      return [job, own.map((value) => Math.round(value))] as const;
    }),
  );
}

/** All rounds on its fastest type for every job, if there are GPUs for that: no program can do better. */
function planForAll(
  { rounds }: Rules,
  view: SchedulingView,
  present: readonly JobId[],
): Map<JobId, number[]> | undefined {
  const { jobs } = view;
  const free = Array.from({ length: view.gpuTypes }, (_, type) => view.totalGpus(type));
  const plan = new Map<JobId, number[]>();
  for (const job of present) {
    const gpus = jobs.gpus(job);
    let fastest = 0;
    for (let type = 1; type < free.length; type++) {
      if (jobs.speed(job, type, gpus) > jobs.speed(job, fastest, gpus)) fastest = type;
    }
    free[fastest] = free[fastest]! - gpus;
    if (free[fastest]! < 0) return undefined;
    plan.set(
      job,
      free.map((_, type) => (type === fastest ? rounds : 0)),
    );
  }
  return plan;
}

/** What lateness adds: how much later than is fair the job would end if it ran from now on with its n-th part. */
function weightOf(rules: Rules, view: SchedulingView, job: JobId, present: number, leftUs: number): number {
  const { jobs, nowUs } = view;
  const gpus = jobs.gpus(job);
  let part = 0;
  for (let type = 0; type < view.gpuTypes; type++) {
    if (canRun(view, job, type, gpus)) part += (jobs.speed(job, type, gpus) * view.totalGpus(type)) / (present * gpus);
  }
  const rate = Math.max(1e-9, Math.min(1, part));
  const expectedUs = nowUs - jobs.submitUs(job) + leftUs / rate;
  const fairUs = (jobs.attainedUs(job) + leftUs) / rate;
  return Math.min(WEIGHT_MAX, power(Math.max(1, expectedUs / fairUs), rules.lateExponent));
}

/** The jobs of the next round: those with most rounds due first, then whoever has the longest work left. */
function roundOf(view: SchedulingView, present: readonly JobId[], due: Map<JobId, number[]>): Map<JobId, Target> {
  const { jobs } = view;
  const targets = new Map<JobId, Target>();
  const free = Array.from({ length: view.gpuTypes }, (_, type) => view.totalGpus(type));
  const planned = present.flatMap((job) => {
    return (due.get(job) ?? []).flatMap((rounds, gpuType) => (rounds > 0 ? [{ job, gpuType, rounds }] : []));
  });
  planned.sort((a, b) => b.rounds - a.rounds || a.job - b.job);
  const take = (job: JobId, gpuType: number): boolean => {
    const gpus = jobs.gpus(job);
    if (targets.has(job) || gpus > free[gpuType]! || !canRun(view, job, gpuType, gpus)) return false;
    free[gpuType] = free[gpuType]! - gpus;
    targets.set(job, { gpuType, gpus });
    return true;
  };
  for (const { job, gpuType } of planned) {
    const rounds = due.get(job)!;
    if (take(job, gpuType)) rounds[gpuType] = rounds[gpuType]! - 1;
  }
  const rest = present.filter((job) => !targets.has(job)).map((job) => ({ job, leftUs: jobs.remainingUs(job) }));
  rest.sort((a, b) => b.leftUs - a.leftUs || a.job - b.job);
  for (const { job } of rest) {
    for (let type = 0; type < view.gpuTypes && !take(job, type); type++);
  }
  return targets;
}
