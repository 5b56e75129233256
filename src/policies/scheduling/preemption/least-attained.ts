import { NEVER, type TimeUs } from '../../../sim/kernel/clock.ts';
import type { JobId } from '../../../sim/model/brand.ts';
import type { ParameterValues } from '../../../sim/contract/definition.ts';
import {
  NO_JOB,
  type JobView,
  type SchedulingContext,
  type SchedulingPolicy,
  type SchedulingView,
} from '../../../sim/contract/scheduling.ts';
import { Displacement } from './displacement.ts';
import { Lineup } from './lineup.ts';
import { leavesNobody, packAnew, packByCount, type Repack } from './repacking.ts';
import { isRound, nextRoundUs } from './rounds.ts';

/** Queues by service had. */
export interface LeastAttainedOptions {
  /** Service at which a job goes down a queue, ascending, in us (times GPUs if so counted). */
  readonly limits: readonly number[];
  readonly countsGpus: boolean;
  readonly repack: Repack;
  readonly withinQueue: 'submit' | 'entry';
  readonly roundUs: TimeUs;
  /** How long after now a running job is looked at again for going down: when it reaches the limit, unless said otherwise. */
  readonly dueIn?: (jobs: JobView, job: JobId, limit: number) => TimeUs;
}

interface Memory {
  /** Queue of each job, 0 first; kept only where queues are lists that jobs enter (anew). */
  readonly queueOf: Uint8Array;
  readonly lineup: Lineup;
  readonly displacement: Displacement;
}

/** Options from the parameters of `tiresias`. */
export function leastAttainedOptions(parameters: ParameterValues): LeastAttainedOptions {
  return {
    limits: (parameters['limits'] as readonly number[]).map((seconds) => seconds * 1_000_000),
    countsGpus: parameters['attained'] === 'gpu-time',
    repack: parameters['repack'] as Repack,
    withinQueue: parameters['withinQueue'] as LeastAttainedOptions['withinQueue'],
    roundUs: Number(parameters['round']),
  };
}

/** A job goes down when it has had a queue's limit; upper queues go first, and take from lower ones. */
export function leastAttained(options: LeastAttainedOptions): SchedulingPolicy<Memory> {
  const { repack, roundUs } = options;
  const queues = new ServiceQueues(options);
  return {
    order:
      repack === 'in-place' ? (jobs, job) => queues.byService(jobs, job) : (_, job, memory) => memory.queueOf[job]!,
    orderChanges: true,
    actsOnRunning: repack !== 'in-place',
    looksAhead: false,
    workConserving: leavesNobody(repack, roundUs),
    initial: (jobs) => ({
      queueOf: new Uint8Array(jobs.count),
      lineup: new Lineup(jobs.count),
      displacement: new Displacement(),
    }),
    decide(context): TimeUs {
      const { nowUs } = context.view;
      if (!isRound(nowUs, roundUs)) return nextRoundUs(nowUs, roundUs);
      return repack === 'in-place' ? queues.decideInPlace(context) : queues.decideAnew(context);
    },
  };
}

class ServiceQueues {
  private readonly options: LeastAttainedOptions;

  constructor(options: LeastAttainedOptions) {
    this.options = options;
  }

  /** The queue that a job belongs to by the service it has had. */
  byService(jobs: JobView, job: JobId): number {
    const { limits } = this.options;
    const had = this.attained(jobs, job);
    let queue = 0;
    while (queue < limits.length && had >= limits[queue]!) queue++;
    return queue;
  }

  decideInPlace({ view, plan, memory: { displacement } }: SchedulingContext<Memory>): TimeUs {
    const { jobs, queue, active } = view;
    const queueOf = (job: JobId): number => this.byService(jobs, job);
    displacement.run(view, plan, {
      keyOf: queueOf,
      tieOf: () => 0,
      keyGap: 0,
      keyMax: this.options.limits.length,
      mayGiveWay: () => true,
      mayDisplace: () => true,
      headOfLine: false,
    });
    const head = queue.head();
    // Those who wait in the last queue wait for an end: nobody can go below them.
    if (head === NO_JOB || queueOf(head) === this.options.limits.length) return NEVER;
    const runners = displacement.started;
    for (let index = 0; index < active.length; index++) runners.push(active.at(index));
    return this.nextDueUs(view, runners, queueOf(head), queueOf);
  }

  /** Goes through everybody: running jobs that have had enough go down, and all are chosen anew. */
  decideAnew({ view, plan, memory }: SchedulingContext<Memory>): TimeUs {
    const { repack, withinQueue, limits, roundUs } = this.options;
    const { jobs, nowUs } = view;
    const { lineup, queueOf } = memory;
    const isRunning = (job: JobId): boolean => jobs.isRunning(job);
    const queue = (job: JobId): number => queueOf[job]!;
    lineup.dismiss(view);
    if (withinQueue === 'entry') lineup.runningFirst(isRunning);
    lineup.admit(view);
    for (const job of lineup.jobs.toSorted((a, b) => a - b)) {
      const before = queueOf[job]!;
      if (!isRunning(job) || before === limits.length || this.attained(jobs, job) < limits[before]!) continue;
      // At most one queue at a decision, unless the decisions are far apart by design.
      queueOf[job] = repack === 'anew' ? before + 1 : this.byService(jobs, job);
      lineup.moveToEnd(job);
    }
    lineup.arrange(queue, withinQueue === 'entry' ? 'as-before' : 'submit', isRunning);
    if (repack === 'anew') return this.nextDueUs(view, packAnew(view, plan, lineup.jobs), 0, queue);
    const { runners, isShort } = packByCount(view, plan, lineup.jobs);
    return isShort ? nextRoundUs(nowUs, roundUs) : this.nextDueUs(view, runners, 0, queue);
  }

  private attained(jobs: JobView, job: JobId): number {
    return this.options.countsGpus ? jobs.attainedGpuUs(job) : jobs.attainedUs(job);
  }

  /** When the first of these jobs, running from now on, goes down from queue `from` or a later one. */
  private nextDueUs(
    { jobs, nowUs }: SchedulingView,
    runners: readonly JobId[],
    from: number,
    queueOf: (job: JobId) => number,
  ): TimeUs {
    const { limits, roundUs } = this.options;
    let dueUs: TimeUs = NEVER;
    for (const job of runners) {
      const queue = queueOf(job);
      if (queue < from || queue >= limits.length) continue;
      dueUs = Math.min(dueUs, nowUs + Math.max(1, this.dueIn(jobs, job, limits[queue]!)));
    }
    return roundUs === 0 || dueUs === NEVER ? dueUs : Math.ceil(dueUs / roundUs) * roundUs;
  }

  private dueIn(jobs: JobView, job: JobId, limit: number): TimeUs {
    const { dueIn, countsGpus } = this.options;
    if (dueIn !== undefined) return dueIn(jobs, job, limit);
    return Math.ceil((limit - this.attained(jobs, job)) / (countsGpus ? Math.max(1, jobs.gpus(job)) : 1));
  }
}
