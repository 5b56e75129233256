import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import type { ParameterValues } from '../../sim/contract/definition.ts';
import type { SchedulingDefinition, SchedulingPolicy } from '../../sim/contract/scheduling.ts';
import { givenSolver } from '../../sim/contract/solver.ts';
import { allocate, isBlind, objectives, type Allocator, type Objective } from './gavel/objectives.ts';
import { decideRound, initialRounds, type RoundMemory, type RoundRules } from './gavel/rounds.ts';

/**
 * Gavel: every job is due a fraction of time on every GPU type, worked out by a program for the objective; rounds of
 * fixed length give GPUs to the jobs that are furthest behind.
 */
export const gavel: SchedulingDefinition = {
  name: 'gavel',
  summary:
    'Shares GPUs of several types in rounds, by fractions of time that are best for an objective (max-min, ...).',
  source: 'Narayanan et al., Heterogeneity-Aware Cluster Scheduling Policies for Deep Learning Workloads, OSDI 2020',
  solver: true,
  parameters: {
    objective: {
      type: 'string',
      enum: objectives,
      default: 'max-min',
      description:
        'max-min: the least served job gets most, beside its n-th part of the cluster; -blind: as if all types were alike. ' +
        'water-filling: the same, and what is left over is shared in the same way. finish-time: the worst ratio of finish time to that with the n-th part is least. makespan: all work is done soonest. ' +
        'throughput: most work per time, cost: per price, deadlines kept where they can be. isolated: the n-th part of each type. ' +
        'fifo: in order of arrival the fastest free type, -blind: any.',
    },
    round: {
      type: 'duration',
      minimum: 1,
      default: 360 * US_PER_SECOND,
      description: 'Length of a round: nobody starts, stops or moves within it, but for jobs that end.',
    },
    interval: {
      type: 'duration',
      minimum: 0,
      default: 0,
      description: 'Least time between two allocations.',
    },
    newJobs: {
      type: 'string',
      enum: ['fill-up', 'wait'],
      default: 'fill-up',
      description: 'Until the next allocation, new jobs run on what is left over, or wait (as in the original).',
    },
    sums: {
      type: 'string',
      enum: ['us', 's'],
      default: 'us',
      description:
        'Unit that times received are summed in: us are exact; the sums of seconds round as those of the original, where rounding decides between jobs that are alike.',
    },
    jobsMax: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 500,
      description: 'Jobs in an allocation, the first to arrive; later ones run on what is left over.',
    },
    priorityWeight: {
      type: 'number',
      minimum: 0,
      maximum: 1000,
      default: 0,
      description:
        'A job of priority p > 0 weighs 1 + p times this: it is due so many times the throughput (max-min, water-filling).',
    },
    prices: {
      type: 'numbers',
      minimum: 0.000001,
      maximum: 1e9,
      default: [],
      description: 'Price of a GPU-hour of each type, in the order of the pools (cost). Empty: all alike.',
    },
  },
  semantics: (parameters) => ({
    allocation: allocationRule[objectiveOf(parameters)],
    recomputed: `at the start of a round when jobs have come or gone, at least ${seconds(parameters, 'interval')} s after the last time (an allocation at the very start of the run does not count)`,
    round: `${seconds(parameters, 'round')} s, from the end of the last; ends sooner when all its jobs have; GPUs of jobs that end within it idle`,
    newJobs: newJobsRule(parameters),
    steps: 'a job whose class counts in steps stops after the last whole step of the round and idles until it ends',
    priority: `share / fraction of the time received on the type since the allocation (credit: half a round), then deficit, then share, then arrival${parameters['sums'] === 's' ? '; times are summed in seconds, not in whole us' : ''}`,
    types: isBlind(objectiveOf(parameters))
      ? 'filled in random order, anew each round'
      : 'filled in the order of the pools',
    idle: 'GPUs that come free within a round stay idle until its end',
    blocked: isFifo(parameters)
      ? 'head of line: nobody passes'
      : 'jobs that do not fit are passed; jobs without a share fill what is left',
    placement:
      'who keeps its type keeps its GPUs; the others are placed largest first; whom the placement refuses there goes to the first other type with room',
    estimates: 'work left, for finish-time, makespan, throughput and cost; for the last steps of a job',
    jobs: `the first ${String(parameters['jobsMax'])} are in the allocation; jobs without GPUs start at once`,
    ties: 'of several best allocations, the one that the solver finds (HiGHS, simplex)',
  }),
  create: (parameters, solver) => {
    const objective = objectiveOf(parameters);
    const allocator: Allocator = {
      objective,
      solver: givenSolver(solver),
      prices: parameters['prices'] as readonly number[],
      priorityWeight: Number(parameters['priorityWeight']),
    };
    const rules: RoundRules = {
      roundUs: Number(parameters['round']),
      intervalUs: Number(parameters['interval']),
      jobsMax: Number(parameters['jobsMax']),
      fillsUp: !isFifo(parameters),
      newJobsWait: parameters['newJobs'] === 'wait',
      keepsShares: objective === 'fifo-blind',
      shufflesTypes: isBlind(objective),
      allocate: (view, random, accounts) => allocate(allocator, view, random, accounts),
    };
    const policy: SchedulingPolicy<RoundMemory> = {
      order: () => 0,
      actsOnRunning: true,
      looksAhead: false,
      initial: () => initialRounds(String(parameters['sums']), rules.roundUs),
      decide: (context) => decideRound(rules, context),
    };
    return policy;
  },
};

const allocationRule: Readonly<Record<Objective, string>> = {
  'max-min': 'maximises the least throughput x GPUs / (weight x throughput on an n-th part of the cluster)',
  'max-min-blind': 'maximises the least time x GPUs / weight, as if a job ran alike on all types',
  'water-filling': 'as max-min, and then the same among those that can have more, until nobody can',
  'finish-time': 'minimises the worst finish time over that on an n-th part of the cluster, to 1 in 10,000',
  makespan: 'minimises the time by which all present jobs are done',
  throughput: 'maximises the sum of throughputs; deadlines that can be kept all together are',
  cost: 'maximises the sum of throughputs over the price of the GPUs in use; deadlines that can be kept all together are',
  isolated: 'the n-th part of every type, over the GPUs of the job, and at most all of its time',
  fifo: 'in order of arrival, the fastest type with room for all of the time; assigned anew each time',
  'fifo-blind': 'in order of arrival, any type with room, by lot; kept to the end',
};

function objectiveOf(parameters: ParameterValues): Objective {
  return parameters['objective'] as Objective;
}

function newJobsRule(parameters: ParameterValues): string {
  if (parameters['newJobs'] === 'fill-up' && !isFifo(parameters))
    return 'run on what is left over until they have shares';
  const wait = 'wait until they have shares';
  return parameters['newJobs'] === 'fill-up' ? wait : `${wait}, and on an idle cluster for the next job to come`;
}

function isFifo(parameters: ParameterValues): boolean {
  return objectiveOf(parameters) === 'fifo' || objectiveOf(parameters) === 'fifo-blind';
}

function seconds(parameters: ParameterValues, name: string): string {
  return String(Number(parameters[name]) / US_PER_SECOND);
}
