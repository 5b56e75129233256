import { NEVER } from '../../../sim/kernel/clock.ts';
import { drawBelow, type Luck } from '../../search/luck.ts';
import type { JobView, SchedulingView } from '../../../sim/contract/scheduling.ts';
import type { LinearSolver } from '../../../sim/contract/solver.ts';
import type { Account } from './account.ts';
import {
  fairDemands,
  finishTimeShares,
  isolatedShares,
  makespanShares,
  maxMinShares,
  throughputShares,
  throughputsUnder,
  type JobGroup,
  type Shares,
  type SharingProblem,
} from './sharing-programs.ts';
import { waterFillingShares } from './water-filling.ts';

/** What an allocation is the best for. */
export const objectives = [
  'max-min',
  'max-min-blind',
  'water-filling',
  'finish-time',
  'makespan',
  'throughput',
  'cost',
  'isolated',
  'fifo',
  'fifo-blind',
] as const;
export type Objective = (typeof objectives)[number];

/** Objectives that know nothing of how fast a job is on which type take the types in a random order. */
export function isBlind(objective: Objective): boolean {
  return objective === 'max-min-blind' || objective === 'fifo-blind' || objective === 'isolated';
}

/** What an allocation is worked out from. */
export interface Allocator {
  readonly objective: Objective;
  readonly solver: LinearSolver;
  /** Price of a GPU and time of each type; empty: all alike. */
  readonly prices: readonly number[];
  /** What a point of priority adds to the weight 1. */
  readonly priorityWeight: number;
}

/** The worst finish-time ratio is found to one part in ten thousand: nobody waits long enough to tell. */
const RATIO_TOLERANCE = 1e-4;

/** Gives each account its shares. Accounts are in order of arrival, of jobs that can run on some type. */
export function allocate(allocator: Allocator, view: SchedulingView, random: Luck, accounts: readonly Account[]): void {
  if (accounts.length === 0) return;
  const gpusOfType = Array.from({ length: view.gpuTypes }, (_, type) => view.totalGpus(type));
  const { objective } = allocator;
  if (objective === 'fifo' || objective === 'fifo-blind') {
    assignInOrder(view.jobs, gpusOfType, accounts, objective === 'fifo' ? undefined : random);
    return;
  }
  const isByJob =
    objective === 'finish-time' || objective === 'makespan' || objective === 'throughput' || objective === 'cost';
  const { problem, members, weights } = groupsOf(view.jobs, gpusOfType, accounts, allocator, isByJob);
  const isolated = throughputsUnder(isolatedShares(problem), problem);
  const shares = sharesFor(allocator, view, problem, members, weights, isolated);
  members.forEach((group, index) => {
    for (const account of group) {
      account.shares = shares[index]!;
      account.isolatedRate = isolated[index]!;
      account.remainingUs = view.jobs.remainingUs(account.job);
    }
  });
}

function sharesFor(
  { objective, solver, prices }: Allocator,
  view: SchedulingView,
  problem: SharingProblem,
  members: readonly (readonly Account[])[],
  weights: readonly number[],
  isolated: readonly number[],
): Shares {
  const { jobs, nowUs } = view;
  // Where each job is a group of its own.
  const remaining = members.map(([account]) => Math.max(1, jobs.remainingUs(account!.job)));
  switch (objective) {
    case 'isolated':
      return isolatedShares(problem);
    case 'max-min':
    case 'max-min-blind':
      return maxMinShares(solver, problem, fairDemands(problem, weights, isolated)).shares;
    case 'water-filling':
      return waterFillingShares(solver, problem, fairDemands(problem, weights, isolated)).shares;
    case 'makespan':
      return makespanShares(solver, problem, remaining).shares;
    case 'finish-time': {
      const elapsed = members.map(([account]) => nowUs - jobs.submitUs(account!.job));
      const isolatedTotal = members.map(([account], group) => {
        const { isolatedRate, isolatedUs, remainingUs } = account!;
        // What it did since the last allocation would have taken this long on its n-th part of the cluster of then.
        const sinceUs = isolatedRate > 0 ? Math.max(0, remainingUs - remaining[group]!) / isolatedRate : 0;
        account!.isolatedUs = isolatedUs + sinceUs;
        return account!.isolatedUs + remaining[group]! / isolated[group]!;
      });
      return finishTimeShares(solver, problem, { elapsed, remaining, isolatedTotal }, RATIO_TOLERANCE).shares;
    }
    case 'throughput':
    case 'cost': {
      const needs = members.map(([account], group) => {
        const leftUs = jobs.deadlineUs(account!.job) - nowUs;
        if (leftUs <= 0 || leftUs >= NEVER) return 0;
        const need = remaining[group]! / leftUs;
        return need <= Math.max(...problem.groups[group]!.throughput) ? need : 0;
      });
      const costs = objective === 'cost' ? pricesOf(prices, problem.gpusOfType.length) : undefined;
      const noNeeds = needs.map(() => 0);
      const kept = throughputShares(solver, problem, costs, needs) ?? throughputShares(solver, problem, costs, noNeeds);
      if (kept === undefined) throw new Error('no shares at all keep no promise at all; please report it');
      return kept.shares;
    }
    case 'fifo':
    case 'fifo-blind':
      throw new RangeError(`${objective} is no program`);
    default:
      return objective satisfies never;
  }
}

function pricesOf(prices: readonly number[], types: number): readonly number[] {
  if (prices.length === 0) return Array.from({ length: types }, () => 1);
  if (prices.length === types) return prices;
  throw new RangeError(
    `gavel has ${prices.length} prices for ${types} GPU types; give one for each type, in the order of the pools`,
  );
}

/** Jobs that are alike to the program, as one; with `isByJob` each for itself. */
function groupsOf(
  jobs: JobView,
  gpusOfType: readonly number[],
  accounts: readonly Account[],
  { objective, priorityWeight }: Allocator,
  isByJob: boolean,
): { problem: SharingProblem; members: Account[][]; weights: number[] } {
  const members: Account[][] = [];
  const groups: Omit<JobGroup, 'jobs'>[] = [];
  const weights: number[] = [];
  const known = new Map<string, number>();
  for (const account of accounts) {
    const gpus = jobs.gpus(account.job);
    const throughput = ratesOf(jobs, gpusOfType, account).map((rate) => {
      return objective === 'max-min-blind' && rate > 0 ? 1 : rate;
    });
    const weight = 1 + priorityWeight * Math.max(0, jobs.priority(account.job));
    const key = isByJob ? String(account.job) : `${gpus} ${weight} ${throughput.join(' ')}`;
    const index = known.get(key);
    if (index !== undefined) members[index]!.push(account);
    else {
      known.set(key, groups.length);
      groups.push({ gpus, throughput });
      weights.push(weight);
      members.push([account]);
    }
  }
  return {
    problem: { groups: groups.map((group, index) => ({ ...group, jobs: members[index]!.length })), gpusOfType },
    members,
    weights,
  };
}

/** Work per time of a job on each type; 0 where there are too few GPUs. */
function ratesOf(jobs: JobView, gpusOfType: readonly number[], { job }: Account): number[] {
  const gpus = jobs.gpus(job);
  return gpusOfType.map((there, type) => (gpus <= there ? jobs.speed(job, type, gpus) : 0));
}

/**
 * In order of arrival, each job gets one type for all of its time, until the first that finds too few GPUs: the fastest
 * type with room; or, with `luck`, any type with room, which it then keeps.
 */
function assignInOrder(
  jobs: JobView,
  gpusOfType: readonly number[],
  accounts: readonly Account[],
  luck: Luck | undefined,
): void {
  const left = [...gpusOfType];
  const assigned = (account: Account): number => account.shares?.indexOf(1) ?? -1;
  const assign = (account: Account, type: number): void => {
    account.shares = gpusOfType.map((_, other) => (other === type ? 1 : 0));
    if (type >= 0) left[type] = left[type]! - jobs.gpus(account.job);
  };
  const waiting = accounts.filter((account) => {
    const keeps = luck !== undefined && assigned(account) >= 0;
    if (keeps) assign(account, assigned(account));
    return !keeps;
  });
  let isBlocked = false;
  for (const account of waiting) {
    const rates = ratesOf(jobs, gpusOfType, account);
    const open = rates.flatMap((rate, type) => (rate > 0 && left[type]! >= jobs.gpus(account.job) ? [type] : []));
    isBlocked ||= open.length === 0;
    if (isBlocked) assign(account, -1);
    else if (luck !== undefined) assign(account, open[drawBelow(luck, open.length)]!);
    else
      assign(
        account,
        open.reduce((best, type) => (rates[type]! > rates[best]! ? type : best)),
      );
  }
}
