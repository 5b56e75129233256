import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { JobId } from '../../sim/model/brand.ts';
import {
  NO_JOB,
  type JobView,
  type Plan,
  type SchedulingContext,
  type SchedulingDefinition,
  type SchedulingView,
} from '../../sim/contract/scheduling.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import { FreeProfile } from './free-profile.ts';
import { honourPriority, priorityParameter, queueOrder } from './queue-order.ts';

/** What the policy remembers from one decision to the next. */
interface Memory {
  /** Reserved start of each waiting job; NEVER while it has none. */
  readonly startUs: Float64Array;
  /** GPU type of the reservation. */
  readonly type: Uint8Array;
  /** Free totals ahead, one profile a GPU type; drawn anew at each decision. */
  readonly profiles: FreeProfile[];
}

/**
 * Conservative backfilling: every waiting job has a reservation, so nobody is delayed by a job behind it. When a job
 * ends, reservations are compressed in queue order: each moves to the earliest hole, its old place being one of them.
 */
export const conservativeBackfill: SchedulingDefinition = {
  name: 'conservative-backfill',
  summary: 'Reserves for every waiting job; a job may start early only if it delays none of those reservations.',
  source: 'Mu’alem and Feitelson, TPDS 2001; rule of CONS in the Alea simulator',
  parameters: { priorities: priorityParameter },
  semantics: (parameters) => ({
    order: honourPriority(parameters)
      ? 'priority (larger first), then submit, then file order'
      : 'submit, then file order',
    reservation:
      'every job, at the earliest hole in the free totals of a GPU type it may use; at each decision compressed in queue order',
    guarantee:
      'with placement count and estimates that are never too short no job starts after its first reservation; other placements may delay it by fragmentation',
    'asked again':
      'at the first reserved start that does not lie before the next estimated end of a running job: until then nothing comes free',
    idle: 'GPUs stay idle where a job that fits would delay one with a reservation before it',
    estimates: 'as the scenario states; a job that outlives its estimate counts as ending at any moment',
  }),
  create: (parameters) => ({
    order: queueOrder(parameters),
    looksAhead: true,
    initial: (jobs: JobView): Memory => ({
      startUs: new Float64Array(jobs.count).fill(NEVER),
      type: new Uint8Array(jobs.count),
      profiles: [],
    }),
    decide: (context) => decide(context as SchedulingContext<Memory>),
    plannedUs: (memory, job) => (memory as Memory).startUs[job]!,
  }),
};

function decide({ view, plan, memory }: SchedulingContext<Memory>): TimeUs {
  const { queue, nowUs, running } = view;
  draw(view, memory);
  const changeUs = firstEndAhead(view);
  let wakeUs: TimeUs = NEVER;
  let idle = running.length === 0;
  for (let job = queue.head(); job !== NO_JOB; job = queue.after(job)) {
    book(view.jobs, memory, job, 1);
    findHole(view, memory, job);
    if (memory.startUs[job] === nowUs) {
      if (startInHole(view, plan, memory, job)) idle = false;
      // Enough is free in all, but not for this placement: the job claims the totals from the next instant on.
      else memory.startUs[job] = nowUs + 1;
    }
    book(view.jobs, memory, job, -1);
    wakeUs = Math.min(wakeUs, startOf(memory, job, changeUs));
  }
  // Nothing runs, so nothing will make room: the reservations of jobs in pieces hold up each other and the head.
  const head = queue.head();
  if (idle && head !== NO_JOB) plan.start(head);
  return wakeUs;
}

/** Starts a job on the first GPU type with a hole for it from now on that the placement can use. */
function startInHole(view: SchedulingView, plan: Plan, memory: Memory, job: JobId): boolean {
  const { jobs, nowUs, gpuTypes } = view;
  const mask = jobs.typeMask(job);
  for (let type = memory.type[job]!; type < gpuTypes; type++) {
    if (((mask >>> type) & 1) === 0) continue;
    if (memory.profiles[type]!.earliest(jobs.gpus(job), lasting(jobs, job), nowUs) > nowUs) continue;
    if (plan.start(job, type) !== Refusal.None) continue;
    memory.type[job] = type;
    return true;
  }
  return false;
}

/**
 * A reserved start in the future may fall on an instant at which nothing ends: then the policy must be asked. One before
 * anything is expected to end rests on the claim of a job in pieces alone, which would move on as time goes by.
 */
function startOf(memory: Memory, job: JobId, changeUs: TimeUs): TimeUs {
  const startUs = memory.startUs[job]!;
  return startUs >= changeUs ? startUs : NEVER;
}

/** The first estimated end of a running job that is still to come; NEVER if all have outlived their estimates. */
function firstEndAhead({ running, nowUs }: SchedulingView): TimeUs {
  let job = running.first();
  while (job !== NO_JOB && running.estimatedEndUs(job) <= nowUs) job = running.after(job);
  return job === NO_JOB ? NEVER : running.estimatedEndUs(job);
}

/** Draws what is free ahead: running jobs end by their estimates, and waiting jobs hold what they have reserved. */
function draw(view: SchedulingView, memory: Memory): void {
  const { queue, running, jobs, nowUs } = view;
  for (let type = 0; type < view.gpuTypes; type++) {
    const profile = (memory.profiles[type] ??= new FreeProfile());
    profile.reset(nowUs, view.freeGpus(type));
  }
  for (let job = running.first(); job !== NO_JOB; job = running.after(job)) {
    const type = running.gpuType(job);
    if (type >= 0) memory.profiles[type]!.add(jobs.gpus(job), Math.max(nowUs + 1, running.estimatedEndUs(job)), NEVER);
  }
  for (let job = queue.head(); job !== NO_JOB; job = queue.after(job)) {
    // A reservation that came due and could not start (its hole was in pieces, or an estimate was too short).
    if (memory.startUs[job]! < nowUs) memory.startUs[job] = nowUs + 1;
    book(jobs, memory, job, -1);
  }
}

/** Takes (sign -1) or gives back (+1) what a job has reserved. */
function book(jobs: JobView, memory: Memory, job: JobId, sign: 1 | -1): void {
  const startUs = memory.startUs[job]!;
  if (startUs === NEVER) return;
  memory.profiles[memory.type[job]!]!.add(sign * jobs.gpus(job), startUs, startUs + lasting(jobs, job));
}

/** How long a job is expected to hold its GPUs: even one without an estimate holds them for an instant. */
function lasting(jobs: JobView, job: JobId): TimeUs {
  return Math.max(1, jobs.estimateUs(job));
}

/** Reserves the earliest hole over the job's GPU types, the first type on ties. */
function findHole({ jobs, nowUs, gpuTypes }: SchedulingView, memory: Memory, job: JobId): void {
  const mask = jobs.typeMask(job);
  let earliestUs: TimeUs = NEVER;
  for (let type = 0; type < gpuTypes; type++) {
    if (((mask >>> type) & 1) === 0) continue;
    const startUs = memory.profiles[type]!.earliest(jobs.gpus(job), lasting(jobs, job), nowUs);
    if (startUs < earliestUs) {
      earliestUs = startUs;
      memory.type[job] = type;
    }
  }
  memory.startUs[job] = earliestUs;
}
