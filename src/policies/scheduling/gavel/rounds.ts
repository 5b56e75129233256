import { NEVER, US_PER_SECOND, type TimeUs } from '../../../sim/kernel/clock.ts';
import type { JobView, Plan, SchedulingContext, SchedulingView } from '../../../sim/contract/scheduling.ts';
import { Refusal } from '../../../sim/contract/refusal.ts';
import type { JobId } from '../../../sim/model/brand.ts';
import { drawBelow, type Luck } from '../../search/luck.ts';
import { canRun, presentJobs, startCpuJobs } from '../rounds/targets.ts';
import { newAccount, type Account } from './account.ts';
import { Ledger, type Lease } from './ledger.ts';

/** How rounds are run; `allocate` gives shares to the accounts in order of arrival. */
export interface RoundRules {
  readonly roundUs: TimeUs;
  /** Least time between two allocations, us. */
  readonly intervalUs: TimeUs;
  /** Jobs that an allocation is computed for, the first to arrive. */
  readonly jobsMax: number;
  /** Jobs without a share run if GPUs are left over. */
  readonly fillsUp: boolean;
  /** But not before an allocation has been computed with them. */
  readonly newJobsWait: boolean;
  /** What a job was once assigned it keeps to its end. */
  readonly keepsShares: boolean;
  /** Types are filled in random order, anew each round. */
  readonly shufflesTypes: boolean;
  allocate(view: SchedulingView, random: Luck, accounts: readonly Account[]): void;
}

export interface RoundMemory {
  readonly ledger: Ledger;
  readonly accounts: Map<JobId, Account>;
  /** Jobs have come or gone since the last allocation. */
  isStale: boolean;
  /** The last job to have arrived; -1: none. */
  lastJob: number;
}

/** `sums`: 'us' or 's', the unit that times are summed in. */
export function initialRounds(sums: string, roundUs: TimeUs): RoundMemory {
  return { ledger: new Ledger(sums, roundUs), accounts: new Map(), isStale: true, lastJob: -1 };
}

/**
 * One decision. Within a round nobody starts: a job whose lease is over makes room, and when the last lease is over or
 * its job has ended the next round begins.
 */
export function decideRound(rules: RoundRules, { view, plan, memory, random }: SchedulingContext<RoundMemory>): TimeUs {
  const { nowUs } = view;
  const { ledger, accounts } = memory;
  noteArrivals(view, memory);
  startCpuJobs(view, plan);
  for (let index = 0; index < view.ended.length; index++) {
    const job = view.ended.at(index);
    ledger.close(job, nowUs);
    if (accounts.delete(job)) memory.isStale = true;
  }
  const over: JobId[] = [];
  let nextUs: TimeUs = NEVER;
  for (const [job, { untilUs }] of ledger.leases) {
    if (untilUs <= nowUs) over.push(job);
    else nextUs = Math.min(nextUs, untilUs);
  }
  for (const job of over) ledger.close(job, nowUs);
  if (ledger.leases.size === 0) return beginRound(rules, view, plan, memory, random, over);
  for (const job of over) plan.preempt(job);
  return nextUs;
}

function noteArrivals({ queue, active, ended }: SchedulingView, memory: RoundMemory): void {
  for (let job = queue.head(); job >= 0; job = queue.after(job as JobId)) {
    if (job > memory.lastJob) memory.lastJob = job;
  }
  for (const jobs of [active, ended]) {
    for (let index = 0; index < jobs.length; index++) memory.lastJob = Math.max(memory.lastJob, jobs.at(index));
  }
}

function beginRound(
  rules: RoundRules,
  view: SchedulingView,
  plan: Plan,
  memory: RoundMemory,
  random: Luck,
  running: readonly JobId[],
): TimeUs {
  const { nowUs, jobs } = view;
  const { ledger } = memory;
  ledger.turn(nowUs);
  const present = arrivals(rules, view, memory);
  // A first allocation at the very start of the run holds nobody up.
  const isDue = ledger.allocated === 0 || ledger.start - ledger.allocated >= rules.intervalUs / ledger.unitUs;
  const isFresh = memory.isStale && isDue;
  if (isFresh) renew(rules, view, memory, random, present);
  let chosen = choose(rules, view, memory, random, present);
  // While others are to come, an idle cluster waits for them if new jobs wait.
  const mayIdle = rules.newJobsWait && memory.lastJob < jobs.count - 1;
  if (chosen.size === 0 && memory.isStale && !isFresh && !mayIdle) {
    renew(rules, view, memory, random, present);
    chosen = choose(rules, view, memory, random, present);
  }
  apply(view, plan, chosen, running);
  let nextUs: TimeUs = NEVER;
  for (const [job, gpuType] of chosen) {
    const lease = newLease(rules, view, ledger, memory.accounts.get(job)!, gpuType);
    ledger.leases.set(job, lease);
    nextUs = Math.min(nextUs, lease.untilUs);
  }
  return nextUs;
}

/** All jobs that want GPUs, in order of arrival, each with an account. */
function arrivals({ roundUs }: RoundRules, view: SchedulingView, memory: RoundMemory): Account[] {
  const { accounts, ledger } = memory;
  return presentJobs(view).map((job) => {
    const known = accounts.get(job);
    if (known !== undefined) return known;
    const account = newAccount(job, view.gpuTypes, roundUs / 2 / ledger.unitUs);
    accounts.set(job, account);
    memory.isStale = true;
    return account;
  });
}

/** A new allocation. */
function renew(
  rules: RoundRules,
  view: SchedulingView,
  memory: RoundMemory,
  random: Luck,
  present: readonly Account[],
): void {
  const { ledger } = memory;
  ledger.beginAnew(present, view.gpuTypes, rules.roundUs / 2 / ledger.unitUs);
  const runnable = present.filter(({ job }) => {
    for (let type = 0; type < view.gpuTypes; type++) if (canRun(view, job, type, view.jobs.gpus(job))) return true;
    return false;
  });
  if (!rules.keepsShares) for (const account of present) account.shares = undefined;
  rules.allocate(view, random, runnable.slice(0, rules.jobsMax));
  memory.isStale = false;
}

interface Claim {
  readonly account: Account;
  readonly share: number;
  readonly priority: number;
  readonly deficit: number;
}

/**
 * Type after type, jobs by how far they are behind their share, while GPUs of the type last: the larger share / fraction
 * received goes first, then the larger deficit, then the larger share, then who came first. Job -> GPU type.
 */
function choose(
  rules: RoundRules,
  view: SchedulingView,
  { ledger }: RoundMemory,
  random: Luck,
  present: readonly Account[],
): Map<JobId, number> {
  const { jobs } = view;
  const chosen = new Map<JobId, number>();
  const types = Array.from({ length: view.gpuTypes }, (_, type) => type);
  if (rules.shufflesTypes) shuffle(types, random);
  for (const type of types) {
    let left = view.totalGpus(type);
    const claims: Claim[] = [];
    for (const account of present) {
      const { job, shares, deficit } = account;
      const share = shares?.[type] ?? 0;
      if (share === 0 && !(rules.fillsUp && (shares !== undefined || !rules.newJobsWait))) continue;
      if (chosen.has(job) || !canRun(view, job, type, jobs.gpus(job))) continue;
      claims.push({ account, share, priority: priorityOf(account, type, share, ledger), deficit: deficit[type]! });
    }
    claims.sort(byUrgency);
    for (const { account } of claims) {
      const gpus = jobs.gpus(account.job);
      if (gpus > left) continue;
      left -= gpus;
      chosen.set(account.job, type);
    }
  }
  return chosen;
}

function byUrgency(a: Claim, b: Claim): number {
  return b.priority - a.priority || b.deficit - a.deficit || b.share - a.share || a.account.job - b.account.job;
}

function priorityOf({ received }: Account, type: number, share: number, { typeTime }: Ledger): number {
  return share === 0 ? 0 : share / (received[type]! / typeTime[type]!);
}

function shuffle(types: number[], random: Luck): void {
  for (let last = types.length - 1; last > 0; last--) {
    const other = drawBelow(random, last + 1);
    const type = types[last]!;
    types[last] = types[other]!;
    types[other] = type;
  }
}

/**
 * Who stays on its type keeps its GPUs; the others are placed largest first, on another type if the placement refuses the
 * one they were chosen for. Takes out of `chosen` who finds no place.
 */
function apply(view: SchedulingView, plan: Plan, chosen: Map<JobId, number>, running: readonly JobId[]): void {
  const { jobs } = view;
  for (const job of running) if (chosen.get(job) !== jobs.heldType(job)) plan.lift(job);
  const coming = [...chosen].filter(([job, type]) => type !== jobs.heldType(job));
  coming.sort(([a], [b]) => jobs.gpus(b) - jobs.gpus(a));
  for (const [job, wanted] of coming) {
    if (plan.start(job, wanted) === Refusal.None) continue;
    const type = elsewhere(view, plan, job);
    if (type === undefined) chosen.delete(job);
    else chosen.set(job, type);
  }
}

/** Where a job that found no place goes on: where it was, or on the first type with room. */
function elsewhere(view: SchedulingView, plan: Plan, job: JobId): number | undefined {
  const held = view.jobs.heldType(job);
  if (held >= 0 && plan.putBack(job)) return held;
  for (let type = 0; type < view.gpuTypes; type++) {
    if (canRun(view, job, type, view.jobs.gpus(job)) && plan.start(job, type) === Refusal.None) return type;
  }
  return undefined;
}

/**
 * A lease to the end of the round, or for work in steps to the end of the last step that is done by then. A job that has
 * no more steps than that is due when it has done them, and may take one more step's time than the round, which is what
 * rounding to whole us can cost.
 */
function newLease(
  { roundUs }: RoundRules,
  { jobs, nowUs }: SchedulingView,
  { start, unitUs }: Ledger,
  account: Account,
  gpuType: number,
): Lease {
  const { job } = account;
  const gpus = jobs.gpus(job);
  const rate = jobs.stepsPerS(job, gpuType, gpus);
  if (rate === 0) return { account, gpuType, untilUs: nowUs + roundUs, due: start + roundUs / unitUs };
  const steps = Math.max(1, Math.floor(rate * (roundUs / US_PER_SECOND)));
  const left = Math.max(1, stepsLeft(jobs, job, gpuType, rate));
  const due = start + (Math.min(steps, left) / rate) * (US_PER_SECOND / unitUs);
  if (left <= steps) return { account, gpuType, untilUs: nowUs + roundUs + Math.ceil(US_PER_SECOND / rate), due };
  return { account, gpuType, untilUs: Math.max(nowUs + 1, Math.round(due * unitUs)), due };
}

function stepsLeft(jobs: JobView, job: JobId, gpuType: number, rate: number): number {
  const atSpeedOne = rate / jobs.speed(job, gpuType, jobs.gpus(job));
  return Math.round((jobs.remainingUs(job) / US_PER_SECOND) * atSpeedOne);
}
