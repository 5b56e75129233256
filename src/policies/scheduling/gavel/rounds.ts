import { NEVER, type TimeUs } from '../../../sim/kernel/clock.ts';
import type { JobView, Plan, SchedulingContext, SchedulingView } from '../../../sim/contract/scheduling.ts';
import { Refusal } from '../../../sim/contract/refusal.ts';
import type { JobId } from '../../../sim/model/brand.ts';
import { drawBelow, type Luck } from '../../search/luck.ts';
import { canRun, presentJobs, startCpuJobs } from '../rounds/targets.ts';
import { newAccount, type Account } from './account.ts';

/** How rounds are run; `allocate` gives shares to the accounts in order of arrival. */
export interface RoundRules {
  readonly roundUs: TimeUs;
  /** Least time between two allocations, us. */
  readonly intervalUs: TimeUs;
  /** Jobs that an allocation is computed for, the first to arrive. */
  readonly jobsMax: number;
  /** Jobs without a share run if GPUs are left over. */
  readonly fillsUp: boolean;
  /** What a job was once assigned it keeps to its end. */
  readonly keepsShares: boolean;
  /** Types are filled in random order, anew each round. */
  readonly shufflesTypes: boolean;
  allocate(view: SchedulingView, random: Luck, accounts: readonly Account[]): void;
}

/** A job's right to GPUs until an instant. */
interface Lease {
  readonly gpuType: number;
  readonly untilUs: TimeUs;
}

export interface RoundMemory {
  startUs: TimeUs;
  /** Jobs of the present round that run. */
  readonly leases: Map<JobId, Lease>;
  readonly accounts: Map<JobId, Account>;
  /** Time that jobs ran on each type since the last allocation, with the credits of then, us. */
  typeTimeUs: number[];
  allocatedUs: TimeUs;
  /** Jobs have come or gone since the last allocation. */
  isStale: boolean;
}

export function initialRounds(): RoundMemory {
  return { startUs: 0, leases: new Map(), accounts: new Map(), typeTimeUs: [], allocatedUs: 0, isStale: true };
}

/**
 * One decision. Within a round nobody starts: a job whose lease is over makes room, and when the last lease is over or
 * its job has ended the next round begins.
 */
export function decideRound(rules: RoundRules, { view, plan, memory, random }: SchedulingContext<RoundMemory>): TimeUs {
  const { nowUs } = view;
  startCpuJobs(view, plan);
  for (let index = 0; index < view.ended.length; index++) {
    const job = view.ended.at(index);
    credit(memory, job, nowUs);
    memory.leases.delete(job);
    if (memory.accounts.delete(job)) memory.isStale = true;
  }
  const over: JobId[] = [];
  let nextUs: TimeUs = NEVER;
  for (const [job, { untilUs }] of memory.leases) {
    if (untilUs <= nowUs) over.push(job);
    else nextUs = Math.min(nextUs, untilUs);
  }
  if (over.length === memory.leases.size) return beginRound(rules, view, plan, memory, random, over);
  for (const job of over) {
    credit(memory, job, nowUs);
    memory.leases.delete(job);
    plan.preempt(job);
  }
  return nextUs;
}

/** Writes the time since the round began to what a job has received. */
function credit({ leases, accounts, typeTimeUs, startUs }: RoundMemory, job: JobId, nowUs: TimeUs): void {
  const lease = leases.get(job);
  const account = accounts.get(job);
  if (lease === undefined || account === undefined) return;
  const { gpuType } = lease;
  account.receivedUs[gpuType] = account.receivedUs[gpuType]! + nowUs - startUs;
  typeTimeUs[gpuType] = typeTimeUs[gpuType]! + nowUs - startUs;
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
  for (const job of running) credit(memory, job, nowUs);
  memory.leases.clear();
  memory.startUs = nowUs;
  const present = arrivals(rules, view, memory);
  // A first allocation at the very start of the run holds nobody up.
  const isDue = memory.allocatedUs === 0 || nowUs - memory.allocatedUs >= rules.intervalUs;
  let isFresh = memory.isStale && isDue;
  if (isFresh) renew(rules, view, memory, random, present);
  let chosen = choose(rules, view, memory, random, present);
  if (chosen.size === 0 && memory.isStale && !isFresh) {
    isFresh = true;
    renew(rules, view, memory, random, present);
    chosen = choose(rules, view, memory, random, present);
  }
  apply(view, plan, chosen, running);
  let nextUs: TimeUs = NEVER;
  for (const [job, gpuType] of chosen) {
    const untilUs = leaseEndUs(jobs, job, gpuType, nowUs, rules.roundUs);
    memory.leases.set(job, { gpuType, untilUs });
    nextUs = Math.min(nextUs, untilUs);
  }
  return nextUs;
}

/** All jobs that want GPUs, in order of arrival, each with an account. */
function arrivals({ roundUs }: RoundRules, view: SchedulingView, memory: RoundMemory): Account[] {
  const { accounts } = memory;
  return presentJobs(view).map((job) => {
    const known = accounts.get(job);
    if (known !== undefined) return known;
    // A credit of half a round keeps the first priorities of a new job finite.
    const account = newAccount(job, view.gpuTypes, roundUs / 2);
    accounts.set(job, account);
    memory.isStale = true;
    return account;
  });
}

/** A new allocation: what was due and not received is carried over as a deficit, and counting begins anew. */
function renew(
  rules: RoundRules,
  view: SchedulingView,
  memory: RoundMemory,
  random: Luck,
  present: readonly Account[],
): void {
  const creditUs = rules.roundUs / 2;
  const sinceUs = view.nowUs - memory.allocatedUs;
  memory.typeTimeUs = Array.from({ length: view.gpuTypes }, () => creditUs * present.length);
  for (const { shares, receivedUs, deficitUs } of present) {
    for (let type = 0; type < receivedUs.length; type++) {
      const dueUs = (shares?.[type] ?? 0) * sinceUs;
      deficitUs[type] = deficitUs[type]! + dueUs - (receivedUs[type]! - creditUs);
      receivedUs[type] = creditUs;
    }
  }
  const runnable = present.filter(({ job }) => {
    for (let type = 0; type < view.gpuTypes; type++) if (canRun(view, job, type, view.jobs.gpus(job))) return true;
    return false;
  });
  if (!rules.keepsShares) for (const account of present) account.shares = undefined;
  rules.allocate(view, random, runnable.slice(0, rules.jobsMax));
  memory.allocatedUs = view.nowUs;
  memory.isStale = false;
}

interface Claim {
  readonly account: Account;
  readonly share: number;
  readonly priority: number;
  readonly deficitUs: number;
}

/**
 * Type after type, jobs by how far they are behind their share, while GPUs of the type last: the larger share / fraction
 * received goes first, then the larger deficit, then the larger share, then who came first. Job -> GPU type.
 */
function choose(
  { fillsUp, shufflesTypes }: RoundRules,
  view: SchedulingView,
  memory: RoundMemory,
  random: Luck,
  present: readonly Account[],
): Map<JobId, number> {
  const { jobs } = view;
  const chosen = new Map<JobId, number>();
  const types = Array.from({ length: view.gpuTypes }, (_, type) => type);
  if (shufflesTypes) shuffle(types, random);
  for (const type of types) {
    let left = view.totalGpus(type);
    const claims = present.flatMap((account) => {
      const share = account.shares?.[type] ?? 0;
      if (
        (share === 0 && !fillsUp) ||
        chosen.has(account.job) ||
        !canRun(view, account.job, type, jobs.gpus(account.job))
      )
        return [];
      return [
        { account, share, priority: priorityOf(account, type, share, memory), deficitUs: account.deficitUs[type]! },
      ];
    });
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
  return b.priority - a.priority || b.deficitUs - a.deficitUs || b.share - a.share || a.account.job - b.account.job;
}

function priorityOf({ receivedUs }: Account, type: number, share: number, { typeTimeUs }: RoundMemory): number {
  return share === 0 ? 0 : share / (receivedUs[type]! / typeTimeUs[type]!);
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
 * The end of a lease: the end of the round, or for work in steps of the last step that is done by then. A job that has
 * no more steps than that may take one more step's time, which is what rounding to whole us can cost.
 */
function leaseEndUs(jobs: JobView, job: JobId, type: number, nowUs: TimeUs, roundUs: TimeUs): TimeUs {
  const stepUs = jobs.stepUs(job);
  if (stepUs === 0) return nowUs + roundUs;
  const spanUs = stepUs / jobs.speed(job, type, jobs.gpus(job));
  const steps = Math.max(1, Math.floor(roundUs / spanUs));
  const left = Math.round(jobs.remainingUs(job) / stepUs);
  return nowUs + (left <= steps ? roundUs + Math.ceil(spanUs) : Math.round(steps * spanUs));
}
