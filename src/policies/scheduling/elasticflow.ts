import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { ParameterSchema } from '../../sim/contract/definition.ts';
import {
  NO_JOB,
  type JobView,
  type Plan,
  type SchedulingContext,
  type SchedulingDefinition,
  type SchedulingView,
} from '../../sim/contract/scheduling.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { applySizes, startWithoutGpus } from '../elastic/apply-sizes.ts';
import { DeadlinePlan, emptyShare, shareAt, type DeadlineShare } from '../elastic/deadline-plan.ts';
import { ElasticRound, nextLevel } from '../elastic/elastic-round.ts';
import { Growth, type GrowthRule } from '../elastic/growth.ts';
import { lookParameter } from '../elastic/rounds.ts';
import { startAnything } from './idle-start.ts';

const parameters = {
  missed: {
    type: 'string',
    enum: ['reject', 'best-effort'],
    default: 'reject',
    description:
      'What becomes of a job whose deadline cannot be held beside those promised: it is turned away, or runs without promise.',
  },
  hold: {
    type: 'duration',
    minimum: 0,
    default: 0,
    description:
      'Time after what is left over the promises was shared out for which running jobs keep what they have of it; 0: it is ' +
      'shared out anew whenever something happens.',
  },
  look: lookParameter,
} as const satisfies Record<string, ParameterSchema>;

/** What a step adds for each GPU: work per time, in GPUs of the size the job asks for. */
const workAdded: GrowthRule = {
  next: nextLevel,
  gain: (jobs, job, type, size, next) => {
    const before = size === 0 ? 0 : jobs.speed(job, type, size);
    return ((jobs.speed(job, type, next) - before) * jobs.gpus(job)) / (next - size);
  },
};

interface Memory {
  readonly round: ElasticRound;
  readonly growth: Growth;
  readonly plan: DeadlinePlan;
  readonly order: number[];
  /** What is kept for the jobs whose deadline is promised, the earliest first. */
  promised: DeadlineShare[];
  /** 1: no longer promised, or never was. */
  readonly withoutPromise: Uint8Array;
  /** Entry of each job in the round. */
  readonly entryOf: Int32Array;
  /** Jobs below it have come. */
  arrivals: number;
  /** When what is left was last shared out anew. */
  sharedUs: TimeUs;
}

/** ElasticFlow: admits a job only if its deadline and all that were promised hold; what is left speeds up the others. */
export const elasticflow: SchedulingDefinition = {
  name: 'elasticflow',
  summary:
    'Promises deadlines at admission, keeps each job the least share that holds its own, and shares out the rest.',
  source: 'Gu et al., ElasticFlow, ASPLOS 2023',
  sizesJobs: true,
  parameters,
  semantics: (given) => ({
    admission: `a job with a deadline is admitted if it and all promised before it can end in time by estimates; else ${
      given['missed'] === 'reject' ? 'it is turned away' : 'it runs without promise'
    }`,
    share:
      'minimum satisfactory share, the earliest deadline first: the lowest of the levels fewest GPUs, then powers of two, with which the job ends in time, filled backward from its deadline; planned anew for all when a job comes or, where that would break a promise, for it alone',
    rest: 'then level by level to the job whose work per time grows most for each GPU, running before waiting jobs and the earlier on ties; jobs without deadline or promise live on this alone',
    hold: `what is left is shared out anew ${Number(given['hold']) / 1e6} s after the last time at the earliest; until then running jobs keep their size, promises aside, and waiting jobs start with what is free`,
    preemption: 'a job without a share now may be stopped for one that has; a changed size pays the resume overhead',
    idle: 'GPUs stay idle for a size or type that the placement has no room for in its shape, though another job would fit',
    types:
      'promised jobs: the first GPU type on which the deadline holds, kept while they run; others: the type they are fastest on, of those with room',
    estimates:
      'a promise rests on them and counts no overhead to come: a job that outlives its estimate or is held up goes on without promise',
  }),
  create: (given) => {
    const rejects = given['missed'] === 'reject';
    const rules = { rejects, hold: Number(given['hold']), look: Number(given['look']) };
    return {
      order: () => 0,
      looksAhead: false,
      actsOnRunning: true,
      initial: (jobs): Memory => ({
        round: new ElasticRound(),
        growth: new Growth(workAdded),
        plan: new DeadlinePlan(),
        order: [],
        promised: [],
        withoutPromise: new Uint8Array(jobs.count),
        entryOf: new Int32Array(jobs.count),
        arrivals: 0,
        sharedUs: Number.NEGATIVE_INFINITY,
      }),
      decide: (context) => decide(context as SchedulingContext<Memory>, rules),
    };
  },
};

interface Rules {
  readonly rejects: boolean;
  readonly hold: TimeUs;
  readonly look: number;
}

function decide({ view, plan, memory }: SchedulingContext<Memory>, { rejects, hold, look }: Rules): TimeUs {
  const { round, growth } = memory;
  const { nowUs, jobs } = view;
  startWithoutGpus(view, plan, look);
  round.begin(view);
  keepPromises(view, memory);
  admit(view, plan, memory, rejects);
  // An admission that failed may have left the plan half drawn.
  keepPromises(view, memory);
  giveShares(view, memory);
  addUnpromised(view, memory, look);
  const holds = nowUs < memory.sharedUs + hold;
  if (holds) keepSizes(jobs, round);
  else memory.sharedUs = nowUs;
  growth.run(round, jobs, holds);
  if (!applySizes(round, view, plan, memory.order) && view.active.length === 0) startAnything(view, plan);
  return holds ? Math.min(memory.plan.nextChangeUs, memory.sharedUs + hold) : memory.plan.nextChangeUs;
}

/** Lets running jobs keep what they hold, where the promises leave so much; else what they can run with of the rest. */
function keepSizes(jobs: JobView, round: ElasticRound): void {
  for (let entry = 0; entry < round.entries && round.held[entry]! > 0; entry++) {
    const job = round.job[entry]!;
    // A promise may be on another type: then what is held is given up.
    if (round.type[entry] !== jobs.heldType(job)) continue;
    const held = round.held[entry]!;
    if (round.size[entry]! >= held) continue;
    const room = round.size[entry]! + round.free[round.type[entry]!]!;
    let size = held;
    while (size > room) size >>>= 1;
    if (size > round.size[entry]! && jobs.speed(job, round.type[entry]!, size) > 0) round.resize(entry, size);
  }
}

/** Drops promises that are fulfilled or cannot be kept; of the others, books what is still needed. */
function keepPromises({ jobs, nowUs }: SchedulingView, memory: Memory): void {
  const { promised, withoutPromise, plan } = memory;
  plan.begin(nowUs, memory.round.free);
  let kept = 0;
  for (const share of promised) {
    if (!isOpen(jobs, share.job)) continue;
    if (plan.keep(jobs, share)) promised[kept++] = share;
    else withoutPromise[share.job] = 1;
  }
  promised.length = kept;
}

/** Looks at each job that has come since the last decision, in order of arrival. */
function admit(view: SchedulingView, plan: Plan, memory: Memory, rejects: boolean): void {
  const { jobs, nowUs } = view;
  for (; memory.arrivals < jobs.count; memory.arrivals++) {
    const job = memory.arrivals as JobId;
    if (jobs.submitUs(job) > nowUs) break;
    if (jobs.deadlineUs(job) === NEVER || jobs.gpus(job) === 0 || !isOpen(jobs, job)) {
      memory.withoutPromise[job] = 1;
    } else if (!promiseBesideAnew(view, memory, job) && !promiseBesideKept(view, memory, job)) {
      memory.withoutPromise[job] = 1;
      if (rejects) plan.reject(job);
    }
  }
}

/** Plans all promised jobs and the new one anew, the earliest deadline first; takes the plan over if all hold. */
function promiseBesideAnew({ jobs, nowUs }: SchedulingView, memory: Memory, job: JobId): boolean {
  const { promised, plan } = memory;
  const place = promised.findIndex((share) => jobs.deadlineUs(share.job) > jobs.deadlineUs(job));
  const anew = promised.map((share) => emptyShare(share.job));
  anew.splice(place < 0 ? anew.length : place, 0, emptyShare(job));
  plan.begin(nowUs, memory.round.free);
  if (!anew.every((share) => plan.plan(jobs, share, jobs.heldType(share.job)))) return false;
  memory.promised = anew;
  return true;
}

/** Plans the new job in what the shares of the others, as they are, leave free. */
function promiseBesideKept(view: SchedulingView, memory: Memory, job: JobId): boolean {
  const { jobs } = view;
  keepPromises(view, memory);
  const share = emptyShare(job);
  if (!memory.plan.plan(jobs, share, -1)) return false;
  const place = memory.promised.findIndex((other) => jobs.deadlineUs(other.job) > jobs.deadlineUs(job));
  memory.promised.splice(place < 0 ? memory.promised.length : place, 0, share);
  return true;
}

function isOpen(jobs: JobView, job: JobId): boolean {
  return jobs.isWaiting(job) || jobs.isRunning(job);
}

/** Lets waiting jobs without a promise compete for what is left. */
function addUnpromised({ jobs, queue }: SchedulingView, { round, withoutPromise }: Memory, look: number): void {
  let job = queue.head();
  for (let looks = 0; looks < look && job !== NO_JOB; looks++, job = queue.after(job)) {
    if (jobs.gpus(job) > 0 && withoutPromise[job] === 1) round.add(job);
  }
}

/** Gives each promised job its share of now. */
function giveShares({ jobs, nowUs }: SchedulingView, { promised, round, entryOf }: Memory): void {
  for (const { job } of promised) if (!jobs.isRunning(job)) round.add(job);
  for (let entry = 0; entry < round.entries; entry++) entryOf[round.job[entry]!] = entry;
  for (const share of promised) {
    const entry = entryOf[share.job]!;
    round.type[entry] = share.type;
    const gpus = shareAt(share, nowUs);
    if (gpus > 0) round.resize(entry, gpus);
  }
}
