import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { ParameterSchema } from '../../sim/contract/definition.ts';
import {
  NO_JOB,
  type SchedulingContext,
  type SchedulingDefinition,
  type SchedulingView,
} from '../../sim/contract/scheduling.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { applySizes, startWithoutGpus } from '../elastic/apply-sizes.ts';
import { ElasticRound } from '../elastic/elastic-round.ts';
import { ReplicaSearch, type EntryWorth } from '../elastic/replica-search.ts';
import { isRoundStart, nextRoundUs, roundParameter } from '../elastic/rounds.ts';
import { startAnything } from './idle-start.ts';
import { priorityParameter, queueOrder } from './queue-order.ts';

const parameters = {
  priorities: priorityParameter,
  round: roundParameter(60_000_000),
  still: {
    type: 'duration',
    minimum: 0,
    default: 600_000_000,
    description: 'Rounds in which nobody came or ended are passed over until the last search is so long ago.',
  },
  look: {
    type: 'integer',
    minimum: 1,
    maximum: 100_000,
    default: 100,
    description: 'Waiting jobs, from the head of the queue, that a search allocates beside the running ones.',
  },
  population: {
    type: 'integer',
    minimum: 2,
    maximum: 10_000,
    default: 30,
    description: 'Allocations of a generation.',
  },
  evaluations: {
    type: 'integer',
    minimum: 1,
    maximum: 10_000_000,
    default: 300,
    description: 'Budget of a search: how many allocations it may look at. Runs stay the same on every machine.',
  },
  restartDelay: {
    type: 'duration',
    minimum: 0,
    default: 30_000_000,
    description: 'What a changed allocation is taken to cost a running job when allocations are compared.',
  },
  lightUse: {
    type: 'duration',
    minimum: 1_000_000,
    default: 14_400_000_000,
    description: 'GPU-time up to which a job has full weight; beyond it the weight falls with the square root.',
  },
} as const satisfies Record<string, ParameterSchema>;

interface Settings {
  readonly roundUs: TimeUs;
  readonly stillUs: TimeUs;
  readonly look: number;
  readonly restartUs: TimeUs;
  readonly lightGpuUs: number;
}

interface Memory {
  readonly round: ElasticRound;
  readonly search: ReplicaSearch;
  readonly order: number[];
  /** Of each entry: its weight, and the factor on it if it does not stay as it is. */
  readonly weight: number[];
  readonly ifMoved: number[];
  /** Instant of the last search, and whether somebody has come or ended since. */
  searchedUs: TimeUs;
  changed: boolean;
  /** Jobs below it have come. */
  arrivals: number;
}

/** Pollux: resizes all jobs by rounds so that the work done, weighted and after restarts, is greatest. */
export const pollux: SchedulingDefinition = {
  name: 'pollux',
  summary: 'Resizes elastic jobs by rounds with a genetic search for the allocation that gets most work done.',
  source: 'Qiao et al., Pollux: co-adaptive cluster scheduling for goodput-optimized deep learning, OSDI 2021',
  sizesJobs: true,
  parameters,
  semantics: (given) => ({
    rounds: `decides every ${Number(given['round']) / 1e6} s and at no other instant; rounds in which nobody came or ended are passed over until the last search is ${Number(given['still']) / 1e6} s ago`,
    objective: `sum over jobs of weight · GPUs asked for · speed(type, GPUs), where speed stands for goodput and is 1 with the GPUs asked for; weight = min(1, sqrt(${Number(given['lightUse']) / 3.6e9} GPU-h / GPU-time so far))`,
    restarts: `the part of a running job whose size or type changes counts (age - preemptions · d) / (age + d) times, d = ${Number(given['restartDelay']) / 1e6} s`,
    search: `genetic, over jobs and GPU types (nodes are the placement's choice): ${String(given['evaluations'])} allocations in generations of ${String(given['population'])}, one-point crossover on jobs, mutation 1/jobs, repair to the GPUs there are, the best passes on; the allocation of now is in the first generation`,
    jobs: `all running ones and the first ${String(given['look'])} waiting`,
    idle: 'GPUs that come free stay idle until the next round, and where the search gives them to nobody',
    preemption: 'a running job may be stopped; where the placement has no room in this shape it stays as it was',
    estimates: 'not used',
  }),
  create: (given) => {
    const settings: Settings = {
      roundUs: Number(given['round']),
      stillUs: Number(given['still']),
      look: Number(given['look']),
      restartUs: Number(given['restartDelay']),
      lightGpuUs: Number(given['lightUse']),
    };
    const search = { population: Number(given['population']), evaluations: Number(given['evaluations']) };
    return {
      order: queueOrder(given),
      looksAhead: false,
      actsOnRunning: true,
      initial: (): Memory => ({
        round: new ElasticRound(),
        search: new ReplicaSearch(search),
        order: [],
        weight: [],
        ifMoved: [],
        searchedUs: 0,
        changed: false,
        arrivals: 0,
      }),
      decide: (context) => decide(context as SchedulingContext<Memory>, settings),
    };
  },
};

function decide({ view, plan, memory, random }: SchedulingContext<Memory>, settings: Settings): TimeUs {
  const { jobs, nowUs, queue, active } = view;
  notice(view, memory);
  if (queue.length === 0 && active.length === 0) return NEVER;
  if (!isRoundStart(nowUs, settings.roundUs)) return nextRoundUs(nowUs, settings.roundUs);
  if (!memory.changed && nowUs < memory.searchedUs + settings.stillUs) return nextRoundUs(nowUs, settings.roundUs);
  memory.changed = false;
  memory.searchedUs = nowUs;
  const { round } = memory;
  startWithoutGpus(view, plan, settings.look);
  round.begin(view);
  let job = queue.head();
  for (let looks = 0; looks < settings.look && job !== NO_JOB; looks++, job = queue.after(job)) {
    if (jobs.gpus(job) > 0) round.add(job);
  }
  weigh(view, memory, settings);
  const worth: EntryWorth = (entry, type, size) => {
    const same = size === round.held[entry] && type === jobs.heldType(round.job[entry]!);
    const speed = jobs.speed(round.job[entry]!, type, size);
    return memory.weight[entry]! * speed * (same ? 1 : memory.ifMoved[entry]!);
  };
  if (round.entries > 0) memory.search.run(round, jobs, worth, random);
  if (!applySizes(round, view, plan, memory.order) && active.length === 0) startAnything(view, plan);
  return nextRoundUs(nowUs, settings.roundUs);
}

/** Notices who has come or ended, at rounds and between them. */
function notice({ jobs, nowUs, ended }: SchedulingView, memory: Memory): void {
  if (ended.length > 0) memory.changed = true;
  for (; memory.arrivals < jobs.count && jobs.submitUs(memory.arrivals as JobId) <= nowUs; memory.arrivals++) {
    memory.changed = true;
  }
}

function weigh({ jobs, nowUs }: SchedulingView, { round, weight, ifMoved }: Memory, settings: Settings): void {
  weight.length = ifMoved.length = 0;
  for (let entry = 0; entry < round.entries; entry++) {
    const job = round.job[entry]!;
    const light = settings.lightGpuUs / Math.max(1, jobs.attainedGpuUs(job));
    weight.push(jobs.gpus(job) * Math.min(1, Math.sqrt(light)));
    const ageUs = nowUs - jobs.submitUs(job);
    const useful = ageUs - jobs.preemptions(job) * settings.restartUs;
    // A job that waits pays nothing for being started.
    const runs = round.held[entry]! > 0;
    ifMoved.push(runs ? Math.max(0, useful) / Math.max(1, ageUs + settings.restartUs) : 1);
  }
}
