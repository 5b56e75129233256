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
      'when the reservation of a job falls due for which there is room already; the others can start only after something ended',
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
  let idle = running.length === 0;
  for (let job = queue.head(); job !== NO_JOB; job = queue.after(job)) {
    book(view.jobs, memory, job, 1);
    findHole(view, memory, job, nowUs);
    if (memory.startUs[job] === nowUs) {
      if (startInHole(view, plan, memory, job)) idle = false;
      // Enough is free in all, but not for this placement: the job claims the totals from the next instant on.
      else findHole(view, memory, job, nowUs + 1);
    }
    book(view.jobs, memory, job, -1);
  }
  // Nothing runs, so nothing will make room: the reservations of jobs in pieces hold up each other and the head.
  const head = queue.head();
  if (idle && head !== NO_JOB) plan.start(head);
  return firstStart(view, plan, memory);
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
 * The first reserved start of a job for which there is room already. The others can start only after something ended,
 * which asks anyway: before that nothing would change but the claims of those that cannot start either. Where there is
 * room the job starts when asked, or one before it does, so asking makes headway each time.
 */
function firstStart(view: SchedulingView, plan: Plan, memory: Memory): TimeUs {
  let wakeUs: TimeUs = NEVER;
  for (let job = view.queue.head(); job !== NO_JOB; job = view.queue.after(job)) {
    const startUs = memory.startUs[job]!;
    if (startUs < wakeUs && hasRoom(view, plan, memory, job)) wakeUs = startUs;
  }
  return wakeUs;
}

/** Whether the job could start now on the type it has reserved. That it can on no type at all is remembered by shape. */
function hasRoom({ gpuTypes }: SchedulingView, plan: Plan, memory: Memory, job: JobId): boolean {
  if (plan.wouldFit(job) !== Refusal.None) return false;
  return gpuTypes === 1 || plan.wouldFit(job, memory.type[job]) === Refusal.None;
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
    if (!stands(view, memory, job)) memory.startUs[job] = NEVER;
    book(jobs, memory, job, -1);
  }
}

/**
 * Whether a reservation still holds. One that came due and could not start (its hole was in pieces, or it counted on a
 * job that outlives its estimate) is lost: it finds another in its turn, and holds up nobody before it meanwhile.
 */
function stands({ jobs, nowUs }: SchedulingView, memory: Memory, job: JobId): boolean {
  const startUs = memory.startUs[job]!;
  if (startUs !== nowUs) return startUs > nowUs;
  return memory.profiles[memory.type[job]!]!.earliest(jobs.gpus(job), lasting(jobs, job), nowUs) === nowUs;
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

/** Reserves the earliest hole from an instant on over the job's GPU types, the first type on ties. */
function findHole({ jobs, gpuTypes }: SchedulingView, memory: Memory, job: JobId, fromUs: TimeUs): void {
  const mask = jobs.typeMask(job);
  let earliestUs: TimeUs = NEVER;
  for (let type = 0; type < gpuTypes; type++) {
    if (((mask >>> type) & 1) === 0) continue;
    const startUs = memory.profiles[type]!.earliest(jobs.gpus(job), lasting(jobs, job), fromUs);
    if (startUs < earliestUs) {
      earliestUs = startUs;
      memory.type[job] = type;
    }
  }
  memory.startUs[job] = earliestUs;
}
