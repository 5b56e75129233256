import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { ParameterSchema, ParameterValues, Semantics } from '../../sim/contract/definition.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import {
  NO_JOB,
  type Plan,
  type SchedulingContext,
  type SchedulingPolicy,
  type SchedulingView,
} from '../../sim/contract/scheduling.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { priorityFactor } from '../market/bids.ts';
import { queueOrder, priorityParameter } from '../scheduling/queue-order.ts';
import { startAnything } from '../scheduling/idle-start.ts';
import { ListSchedule } from './list-schedule.ts';
import type { Luck } from './luck.ts';
import { ANY_PLACE } from './place-gene.ts';
import { SearchProgress } from './search-progress.ts';
import { SearchRound, type Objective } from './search-round.ts';

/** A search for a good order of a round's jobs; the given order is 0, 1, 2, ... */
export interface OrderSearch {
  run(round: SearchRound, progress: SearchProgress, luck: Luck): void;
}

/** Instants at which running jobs end by their estimates that a round knows of; the rest is free with the last. */
const ENDS_MAX = 64;

/** What every policy that searches for an order lets one choose. */
export const orderSearchParameters = {
  priorities: priorityParameter,
  window: {
    type: 'integer',
    minimum: 2,
    maximum: 1000,
    default: 16,
    description: 'Waiting jobs, from the head of the queue, whose order a search decides.',
  },
  evaluations: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: 200,
    description: 'Budget of a search: how many orders it may try. Runs stay the same on every machine.',
  },
  backfill: {
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    default: 100,
    description: 'Jobs behind the window that may be looked at to fill what its plan leaves free.',
  },
  lateness: {
    type: 'number',
    minimum: 0,
    maximum: 1e6,
    default: 10,
    description: 'How much a second beyond the deadline costs beside a second of completion time.',
  },
  makespan: {
    type: 'number',
    minimum: 0,
    maximum: 1e6,
    default: 0,
    description: 'How much a second of the last completion of the window costs beside a second of one job.',
  },
  patience: {
    type: 'duration',
    minimum: 1_000_000,
    default: 86_400_000_000,
    description: 'A job that has waited so long weighs twice as much as at first, after twice as long three times.',
  },
} as const satisfies Record<string, ParameterSchema>;

/** The rules that every policy that searches for an order follows; the search adds its own. */
export function orderSearchSemantics(parameters: ParameterValues): Semantics {
  const { window, backfill, lateness, makespan, patience, evaluations } = parameters;
  return {
    objective:
      `sum of weight · (completion + ${String(lateness)} · time beyond the deadline) + ${String(makespan)} · last completion; ` +
      `weight = (1 + priority) · (1 + wait / ${Number(patience) / 1e6} s)`,
    window: `the first ${String(window)} jobs with GPUs, by ${parameters['priorities'] === 'honour' ? 'priority, then ' : ''}submission`,
    decoding:
      'list scheduling: job after job at the earliest hole of a GPU type, by estimated ends of what runs; what may start now is started, then all is planned anew at the next event',
    ahead: `running jobs after the first ${ENDS_MAX} by estimated end count as ending with the last of these`,
    backfill: `of the next ${String(backfill)} jobs that fit, those that delay nothing of the plan start`,
    idle: 'GPUs stay idle where the plan holds them for a job that is to start later, and for jobs beyond window and backfill',
    budget: `${String(evaluations)} orders a search; none if nothing could start, or if the order of the queue is already as good as can be`,
    estimates: 'as the scenario states; a job that outlives its estimate counts as ending at any moment',
  };
}

/** The search's tools, made at the first decision: the number of GPU types is known then. */
interface Tools {
  readonly round: SearchRound;
  readonly schedule: ListSchedule;
  readonly progress: SearchProgress;
  readonly search: OrderSearch;
  readonly jobs: JobId[];
  /** 0, 1, 2, ...: the order of the queue. */
  readonly given: Int32Array;
  readonly anyPlaces: Int8Array;
}

interface Memory {
  tools: Tools | undefined;
}

interface Settings {
  readonly window: number;
  readonly patienceUs: TimeUs;
  readonly backfill: number;
  readonly evaluations: number;
  readonly objective: Objective;
}

/** A scheduling policy that searches for a good order of the first waiting jobs whenever one of them could start. */
export function orderSearchPolicy(
  parameters: ParameterValues,
  create: (window: number) => OrderSearch,
): SchedulingPolicy {
  const settings: Settings = {
    window: Number(parameters['window']),
    patienceUs: Number(parameters['patience']),
    backfill: Number(parameters['backfill']),
    evaluations: Number(parameters['evaluations']),
    objective: { lateness: Number(parameters['lateness']), makespan: Number(parameters['makespan']) },
  };
  return {
    order: queueOrder(parameters),
    looksAhead: true,
    initial: (): Memory => ({ tools: undefined }),
    decide: (context) => decide(context as SchedulingContext<Memory>, settings, create),
  };
}

function decide(
  { view, plan, memory, random }: SchedulingContext<Memory>,
  settings: Settings,
  create: (window: number) => OrderSearch,
): TimeUs {
  if (!someMayStart(view, plan)) return NEVER;
  const tools = (memory.tools ??= toolsOf(settings, view.gpuTypes, create));
  let started = fill(tools, view, plan, settings);
  if (tools.round.jobs > 0) {
    decideOrder(tools, settings.evaluations, random);
    started += startPlanned(tools, plan);
    started += startBehind(tools, view, plan, settings.backfill);
  }
  if (started === 0 && view.active.length === 0) startAnything(view, plan);
  return NEVER;
}

function toolsOf({ window, objective }: Settings, types: number, create: (window: number) => OrderSearch): Tools {
  const round = new SearchRound(window, types, ENDS_MAX + 2);
  const schedule = new ListSchedule(round, objective);
  return {
    round,
    schedule,
    progress: new SearchProgress(window, schedule),
    search: create(window),
    jobs: [],
    given: Int32Array.from({ length: window }, (_, at) => at),
    anyPlaces: new Int8Array(window).fill(ANY_PLACE),
  };
}

/** Whether the free capacity may hold some waiting job: otherwise no order starts anything now. */
function someMayStart({ queue }: SchedulingView, plan: Plan): boolean {
  const head = queue.head();
  if (head === NO_JOB) return false;
  return plan.wouldFit(head) === Refusal.None || queue.nextCandidate(head, Infinity, NEVER) !== NO_JOB;
}

/**
 * Draws the round: free GPUs now and by estimated ends, and the first waiting jobs. Jobs without GPUs are no matter of
 * order: they start if they fit. The answer is how many did; the walk is as long as window and backfill together.
 */
function fill(tools: Tools, view: SchedulingView, plan: Plan, settings: Settings): number {
  const { jobs, queue } = view;
  tools.round.clear();
  tools.jobs.length = 0;
  drawCapacity(tools.round, view);
  let started = 0;
  let looks = settings.window + settings.backfill;
  for (let job = queue.head(); job !== NO_JOB && looks > 0; job = queue.after(job), looks--) {
    if (jobs.gpus(job) === 0) {
      if (plan.start(job) === Refusal.None) started++;
      continue;
    }
    drawJob(tools.round, view, job, settings.patienceUs);
    if (tools.jobs.push(job) === settings.window) break;
  }
  return started;
}

function drawCapacity(round: SearchRound, view: SchedulingView): void {
  const { jobs, running, nowUs } = view;
  for (let type = 0; type < view.gpuTypes; type++) round.addPlace(view.freeGpus(type));
  let lastUs = 1;
  let job = running.first();
  for (let ends = 0; ends < ENDS_MAX && job !== NO_JOB; ends++, job = running.after(job)) {
    const type = running.gpuType(job);
    lastUs = Math.max(1, running.estimatedEndUs(job) - nowUs);
    if (type >= 0) round.release(type, lastUs, jobs.heldGpus(job));
  }
  for (let type = 0; type < view.gpuTypes; type++) {
    round.release(type, lastUs, view.totalGpus(type) - round.freeInTheEnd(type));
  }
}

function drawJob(round: SearchRound, { jobs, nowUs, gpuTypes }: SchedulingView, job: JobId, patienceUs: TimeUs): void {
  const gpus = jobs.gpus(job);
  const weight = priorityFactor(jobs.priority(job)) * (1 + (nowUs - jobs.submitUs(job)) / patienceUs);
  const entry = round.addJob(gpus, weight, jobs.deadlineUs(job) - nowUs);
  const mask = jobs.typeMask(job);
  for (let type = 0; type < gpuTypes; type++) {
    const speed = ((mask >>> type) & 1) === 1 ? jobs.speed(job, type, gpus) : 0;
    // Even a job without an estimate holds its GPUs for an instant.
    if (speed > 0) round.allow(entry, type, Math.max(1, jobs.estimateUs(job) / speed));
  }
}

/** Decodes the best order that is found: the queue's own, where no other can be better or start anything. */
function decideOrder(tools: Tools, evaluations: number, luck: Luck): void {
  const { round, schedule, progress } = tools;
  schedule.prepare();
  progress.begin(round, 1);
  const cost = progress.evaluate(tools.given, tools.anyPlaces, 0);
  if (!schedule.mayStartNow || cost <= schedule.leastCost) return;
  progress.begin(round, evaluations);
  tools.search.run(round, progress, luck);
  schedule.decode(progress.order, progress.places, 0);
}

/** Starts what the plan starts now, in its order; what the placement has no room for in this shape waits. */
function startPlanned({ round, schedule, progress, jobs }: Tools, plan: Plan): number {
  let started = 0;
  for (let at = 0; at < round.jobs; at++) {
    const entry = progress.order[at]!;
    if (schedule.startUs[entry] !== 0) continue;
    if (plan.start(jobs[entry]!, schedule.place[entry]) === Refusal.None) started++;
  }
  return started;
}

/** Starts jobs behind the window that fit beside all that is planned. */
function startBehind({ schedule, jobs: planned }: Tools, view: SchedulingView, plan: Plan, backfill: number): number {
  const { jobs, queue, gpuTypes } = view;
  let started = 0;
  let job = queue.nextCandidate(planned.at(-1)!, Infinity, NEVER);
  for (let looks = 0; looks < backfill && job !== NO_JOB; looks++) {
    const gpus = jobs.gpus(job);
    const mask = jobs.typeMask(job);
    for (let type = 0; type < gpuTypes; type++) {
      const speed = ((mask >>> type) & 1) === 1 ? jobs.speed(job, type, gpus) : 0;
      if (speed === 0 || plan.wouldFit(job, type) !== Refusal.None) continue;
      if (!schedule.addNow(gpus, type, Math.max(1, jobs.estimateUs(job) / speed))) continue;
      plan.start(job, type);
      started++;
      break;
    }
    job = queue.nextCandidate(job, Infinity, NEVER);
  }
  return started;
}
