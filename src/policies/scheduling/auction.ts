import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { ParameterSchema, ParameterValues, Semantics } from '../../sim/contract/definition.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import {
  NO_JOB,
  type JobView,
  type Plan,
  type SchedulingContext,
  type SchedulingDefinition,
  type SchedulingView,
} from '../../sim/contract/scheduling.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { AuctionRound, LOST } from '../market/auction-round.ts';
import { priorityFactor, TokenPurses, urgency } from '../market/bids.ts';
import { ExactAuction } from '../market/exact-auction.ts';
import { GreedyAuction, type WhenBlocked } from '../market/greedy-auction.ts';
import { startAnything } from './idle-start.ts';

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;

const parameters = {
  rule: {
    type: 'string',
    enum: ['greedy', 'exact'],
    default: 'greedy',
    description:
      'greedy: by bid / sqrt(GPUs), a winner pays its critical value. exact: the most valuable set of gangs, Vickrey-Clarke-Groves prices.',
  },
  whenBlocked: {
    type: 'string',
    enum: ['skip', 'wait'],
    default: 'skip',
    description:
      'greedy: whether bidders behind one whose gang is not free are served (big gangs may starve) or wait for it.',
  },
  bidders: {
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    default: 64,
    description: 'Bidders at a greedy sale.',
  },
  exactBidders: {
    type: 'integer',
    minimum: 1,
    maximum: 20,
    default: 10,
    description: 'Bidders at an exact sale, whose cost grows exponentially with them.',
  },
  value: {
    type: 'number',
    minimum: 1e-6,
    maximum: 1e6,
    default: 1,
    description: 'Tokens that a GPU-hour is worth to a job of priority 0 that is in no hurry.',
  },
  horizon: {
    type: 'duration',
    minimum: 1_000_000,
    default: DAY_US,
    description: 'Slack against the deadline below which a job bids more: twice as much when none is left.',
  },
  patience: {
    type: 'duration',
    minimum: 1_000_000,
    default: DAY_US,
    description: 'A job without a deadline counts as due when it could have waited so long and then run.',
  },
  budget: {
    type: 'number',
    minimum: 0,
    maximum: 1e12,
    default: 0,
    description: 'Tokens of each tenant for each refill; 0: no limit.',
  },
  refill: {
    type: 'duration',
    minimum: 1_000_000,
    default: DAY_US,
    description: 'Window of time for which the budget is meant.',
  },
} as const satisfies Record<string, ParameterSchema>;

/** Sells free GPUs to the waiting jobs, whose bids follow from priority, urgency and what their tenant can spend. */
export const auction: SchedulingDefinition = {
  name: 'auction',
  summary: 'Sells free GPUs: jobs bid by priority, urgency and tenant budget; winners pay what truth-telling takes.',
  source:
    "Vickrey, J. Finance 1961; Lehmann, O'Callaghan and Shoham, JACM 2002; Mu'alem and Nisan, GEB 2008 (critical values)",
  parameters,
  semantics,
  create: (given) => {
    const settings = settingsOf(given);
    return {
      // Bidders are taken from the head of the queue: whoever may bid more stands before the others.
      order: (jobs, job) => -jobs.priority(job),
      looksAhead: false,
      initial: (jobs): Memory => ({
        house: undefined,
        purses: new TokenPurses(jobs.tenants, settings.budget, settings.refillUs),
      }),
      decide: (context) => decide(context as SchedulingContext<Memory>, settings),
    };
  },
};

function semantics(given: ParameterValues): Semantics {
  const exact = given['rule'] === 'exact';
  const waits = given['whenBlocked'] === 'wait';
  const budget = Number(given['budget']);
  const hours = (name: string): string => `${Number(given[name]) / HOUR_US} h`;
  return {
    bid: `tokens an hour for the gang = ${String(given['value'])} · GPUs · (1 + priority) · urgency; urgency = 1 + max(0, 1 - slack / ${hours('horizon')}); slack = deadline - now - estimate, and without a deadline submission + ${hours('patience')} - now`,
    budget:
      budget === 0
        ? 'none: a tenant can pay any price'
        : `${budget} tokens a tenant every ${hours('refill')}, not saved up; a bid is at most what is left divided by the estimated hours, and the price for those hours is paid at the start`,
    winners: exact
      ? `the set of gangs worth most together, of the first ${String(given['exactBidders'])} that may fit, by priority, then submission`
      : `by bid / sqrt(GPUs), ties by priority, then submission, of the first ${String(given['bidders'])} ${waits ? 'waiting' : 'that may fit'}; ${waits ? 'the sale ends at the first gang that is not free' : 'gangs that are not free are passed over'}`,
    price: exact
      ? 'what its being there costs the others (Vickrey-Clarke-Groves)'
      : 'critical value: the least bid that would have won',
    idle: 'a winner whose gang the placement refuses on the type it bought waits for the next sale, even if another type has room',
    incentives:
      'for a bidder with tokens enough and one job at the sale no other bid is better than the true one; what the placement refuses in its shape is not paid',
    estimates: 'for slack and for what is paid',
  };
}

interface Settings {
  readonly exact: boolean;
  readonly whenBlocked: WhenBlocked;
  readonly bidders: number;
  readonly value: number;
  readonly horizonUs: TimeUs;
  readonly patienceUs: TimeUs;
  readonly budget: number;
  readonly refillUs: TimeUs;
}

function settingsOf(given: ParameterValues): Settings {
  const exact = given['rule'] === 'exact';
  const budget = Number(given['budget']);
  return {
    exact,
    whenBlocked: given['whenBlocked'] === 'wait' && !exact ? 'wait' : 'skip',
    bidders: Number(given[exact ? 'exactBidders' : 'bidders']),
    value: Number(given['value']),
    horizonUs: Number(given['horizon']),
    patienceUs: Number(given['patience']),
    budget: budget === 0 ? Infinity : budget,
    refillUs: Number(given['refill']),
  };
}

/** Where the sales are held, made at the first decision: the number of GPU types is known then. */
interface House {
  readonly round: AuctionRound;
  readonly greedy: GreedyAuction;
  readonly exact: ExactAuction;
  readonly jobs: JobId[];
}

interface Memory {
  house: House | undefined;
  readonly purses: TokenPurses;
}

function decide({ view, plan, memory }: SchedulingContext<Memory>, settings: Settings): TimeUs {
  const house = (memory.house ??= {
    round: new AuctionRound(settings.bidders, view.gpuTypes),
    greedy: new GreedyAuction(settings.bidders, settings.whenBlocked),
    exact: new ExactAuction(settings.bidders),
    jobs: [],
  });
  memory.purses.refill(view.nowUs);
  let startedAny = false;
  // What a winner cannot use in its shape is sold again, and so is what is left when there was no room for all bidders.
  for (let again = true; again;) {
    let started = invite(house, view, plan, memory.purses, settings);
    const { round } = house;
    if (settings.exact) house.exact.run(round);
    else house.greedy.run(round);
    const won = startWinners(house, settings, view.jobs, plan, memory.purses);
    started += won;
    startedAny ||= started > 0;
    again = started > 0 && (won < winnersOf(round) || round.bidders === settings.bidders);
  }
  if (!startedAny && view.active.length === 0) startAnything(view, plan);
  return NEVER;
}

function winnersOf({ bidders, wonType }: AuctionRound): number {
  let winners = 0;
  for (let bidder = 0; bidder < bidders; bidder++) if (wonType[bidder] !== LOST) winners++;
  return winners;
}

/** Puts the free GPUs up for sale and takes the bids. Jobs without GPUs need no sale: the answer is how many started. */
function invite(house: House, view: SchedulingView, plan: Plan, purses: TokenPurses, settings: Settings): number {
  const { round, jobs: bidding } = house;
  const { jobs, queue } = view;
  round.clear();
  bidding.length = 0;
  for (let type = 0; type < view.gpuTypes; type++) round.offer(view.freeGpus(type));
  const all = settings.whenBlocked === 'wait';
  let started = 0;
  let job = queue.head();
  while (job !== NO_JOB && round.bidders < settings.bidders) {
    if (jobs.gpus(job) > 0) {
      bidding.push(job);
      round.add(jobs.gpus(job), bidOf(view, job, purses, settings), usableTypes(view, job));
    } else if (plan.start(job) === Refusal.None) {
      started++;
    }
    job = all ? queue.after(job) : queue.nextCandidate(job, Infinity, NEVER);
  }
  return started;
}

/** Tokens an hour for the gang, no more than its tenant can pay for the hours it is expected to take. */
function bidOf({ jobs, nowUs }: SchedulingView, job: JobId, purses: TokenPurses, settings: Settings): number {
  const deadlineUs = jobs.deadlineUs(job);
  const slackUs =
    deadlineUs === NEVER ? jobs.submitUs(job) + settings.patienceUs - nowUs : deadlineUs - nowUs - jobs.estimateUs(job);
  const factor = priorityFactor(jobs.priority(job)) * urgency(slackUs, settings.horizonUs);
  const worth = settings.value * jobs.gpus(job) * factor;
  return Math.min(worth, purses.available(jobs.tenant(job)) / hoursOf(jobs, job));
}

function hoursOf(jobs: JobView, job: JobId): number {
  return Math.max(1, jobs.estimateUs(job)) / HOUR_US;
}

function usableTypes({ jobs, gpuTypes }: SchedulingView, job: JobId): number {
  const mask = jobs.typeMask(job);
  let usable = 0;
  for (let type = 0; type < gpuTypes; type++) {
    if (((mask >>> type) & 1) === 1 && jobs.speed(job, type, jobs.gpus(job)) > 0) usable |= 1 << type;
  }
  return usable;
}

/** Starts the winners, of a greedy sale in the order they were served, and lets their tenants pay. */
function startWinners(
  { round, greedy, jobs: bidding }: House,
  { exact }: Settings,
  jobs: JobView,
  plan: Plan,
  purses: TokenPurses,
): number {
  let started = 0;
  for (let rank = 0; rank < round.bidders; rank++) {
    const bidder = exact ? rank : greedy.ranked(rank);
    if (round.wonType[bidder] === LOST) continue;
    const job = bidding[bidder]!;
    if (plan.start(job, round.wonType[bidder]) !== Refusal.None) continue;
    purses.pay(jobs.tenant(job), round.price[bidder]! * hoursOf(jobs, job));
    started++;
  }
  return started;
}
