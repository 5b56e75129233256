import { NEVER, US_PER_SECOND, type TimeUs } from '../../../sim/kernel/clock.ts';
import type { JobId } from '../../../sim/model/brand.ts';
import type { ParameterValues } from '../../../sim/contract/definition.ts';
import {
  NO_JOB,
  type JobView,
  type Plan,
  type SchedulingContext,
  type SchedulingPolicy,
  type SchedulingView,
} from '../../../sim/contract/scheduling.ts';
import { Displacement } from './displacement.ts';
import { GittinsIndex } from './gittins-index.ts';
import { Lineup } from './lineup.ts';
import { Promotions } from './promotions.ts';
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
  /** Within a queue the largest Gittins index goes first: quantum and sample in s (times GPUs). Left out: no index. */
  readonly gittins?: { readonly quantum: number; readonly sample: readonly number[] };
  /** A job that has waited so many times as long as it has run begins anew at the top; 0: never. */
  readonly promoteKnob: number;
  /** How long after now a running job is looked at again for going down: when it reaches the limit, unless said otherwise. */
  readonly dueIn?: (jobs: JobView, job: JobId, limit: number) => TimeUs;
}

interface Memory {
  /** Queue of each job, 0 first; kept only where queues are lists that jobs enter (anew). */
  readonly queueOf: Uint8Array;
  readonly lineup: Lineup;
  readonly displacement: Displacement;
  readonly index: GittinsIndex | undefined;
  readonly promotions: Promotions | undefined;
  /** 1 for who runs after a decision: who was stopped is told from it. */
  readonly runs: Uint8Array;
}

/** Options from the parameters of `tiresias`, or those of them that there are. */
export function leastAttainedOptions(parameters: ParameterValues): LeastAttainedOptions {
  const sample = parameters['sample'] as readonly number[];
  return {
    limits: (parameters['limits'] as readonly number[]).map((seconds) => seconds * US_PER_SECOND),
    countsGpus: parameters['attained'] === 'gpu-time',
    repack: parameters['repack'] as Repack,
    withinQueue: parameters['withinQueue'] as LeastAttainedOptions['withinQueue'],
    roundUs: Number(parameters['round']),
    promoteKnob: Number(parameters['promoteKnob'] ?? 0),
    ...(parameters['discipline'] === 'gittins' ? { gittins: { quantum: Number(parameters['quantum']), sample } } : {}),
  };
}

/** A job goes down when it has had a queue's limit; upper queues go first, and take from lower ones. */
export function leastAttained(options: LeastAttainedOptions): SchedulingPolicy<Memory> {
  const { repack, roundUs, gittins, promoteKnob } = options;
  const queues = new ServiceQueues(options);
  return {
    order: (jobs, job, memory) => queues.key(jobs, job, memory),
    orderChanges: true,
    actsOnRunning: repack !== 'in-place',
    looksAhead: false,
    workConserving: leavesNobody(repack, roundUs),
    initial: (jobs) => ({
      queueOf: new Uint8Array(jobs.count),
      lineup: new Lineup(jobs.count),
      displacement: new Displacement(),
      index: gittins && new GittinsIndex(gittins.quantum, gittins.sample),
      promotions: promoteKnob > 0 ? new Promotions(jobs.count, promoteKnob) : undefined,
      runs: new Uint8Array(promoteKnob > 0 ? jobs.count : 0),
    }),
    decide(context): TimeUs {
      const { nowUs } = context.view;
      queues.learn(context);
      if (!isRound(nowUs, roundUs)) return nextRoundUs(nowUs, roundUs);
      queues.promote(context);
      return repack === 'in-place' ? queues.decideInPlace(context) : queues.decideAnew(context);
    },
  };
}

class ServiceQueues {
  private readonly options: LeastAttainedOptions;

  constructor(options: LeastAttainedOptions) {
    this.options = options;
  }

  /** The queue of a job and, where there is an index, its place in it. */
  key(jobs: JobView, job: JobId, memory: Memory): number {
    const had = this.attained(jobs, job, memory);
    const queue = this.options.repack === 'in-place' ? this.byService(had) : memory.queueOf[job]!;
    return memory.index === undefined ? queue : queue + memory.index.place(had / US_PER_SECOND);
  }

  /** What jobs have needed that have ended. */
  learn({ view: { ended, jobs }, memory: { index } }: SchedulingContext<Memory>): void {
    if (index === undefined) return;
    const { countsGpus } = this.options;
    for (let at = 0; at < ended.length; at++) {
      const job = ended.at(at);
      index.learn((countsGpus ? jobs.attainedGpuUs(job) : jobs.attainedUs(job)) / US_PER_SECOND);
    }
  }

  /** Lets those begin anew who starve, and takes in what has been learnt; those who wait stand elsewhere then. */
  promote({ view: { jobs, nowUs }, plan, memory }: SchedulingContext<Memory>): void {
    const { index, promotions, queueOf, lineup } = memory;
    let isReordered = index?.update() ?? false;
    if (promotions !== undefined) {
      for (let job = promotions.promote(jobs, nowUs); job !== NO_JOB; job = promotions.promote(jobs, nowUs)) {
        queueOf[job] = 0;
        if (this.options.repack !== 'in-place') lineup.moveToEnd(job);
        isReordered = true;
      }
    }
    if (isReordered) plan.reorder();
  }

  decideInPlace({ view, plan, memory }: SchedulingContext<Memory>): TimeUs {
    const { displacement, promotions, index } = memory;
    const { jobs, queue, active, nowUs } = view;
    const { limits } = this.options;
    displacement.run(view, plan, {
      keyOf: (job) => this.key(jobs, job, memory),
      tieOf: () => 0,
      keyGap: 0,
      keyMax: index === undefined ? limits.length : limits.length + 1,
      mayGiveWay: () => true,
      mayDisplace: () => true,
      headOfLine: false,
    });
    const queueOf = (job: JobId): number => this.byService(this.attained(jobs, job, memory));
    if (promotions !== undefined) {
      for (const job of displacement.started) promotions.started(job, nowUs);
      for (const job of displacement.stopped) if (queueOf(job) > 0) promotions.stopped(jobs, job);
    }
    const promotionUs = this.promotionUs(memory);
    // Whom this decision stops is not in the queue yet, but waits from now on.
    const head = queue.head();
    let from = head === NO_JOB ? Infinity : queueOf(head);
    for (const job of displacement.stopped) from = Math.min(from, queueOf(job));
    if (from === Infinity) return promotionUs;
    const runners = displacement.started;
    for (let at = 0; at < active.length; at++) runners.push(active.at(at));
    // Those who wait in the last queue wait for an end: nobody can go below them.
    const dueUs = this.nextDueUs(view, memory, runners, from, queueOf);
    return Math.min(dueUs, promotionUs, this.indexUs(nowUs));
  }

  /** Goes through everybody: running jobs that have had enough go down, and all are chosen anew. */
  decideAnew({ view, plan, memory }: SchedulingContext<Memory>): TimeUs {
    const { repack, withinQueue, limits, roundUs } = this.options;
    const { jobs, nowUs } = view;
    const { lineup, queueOf } = memory;
    const isRunning = (job: JobId): boolean => jobs.isRunning(job);
    lineup.dismiss(view);
    if (withinQueue === 'entry') lineup.runningFirst(isRunning);
    lineup.admit(view);
    for (const job of lineup.jobs.toSorted((a, b) => a - b)) {
      const before = queueOf[job]!;
      if (!isRunning(job) || before === limits.length) continue;
      const had = this.attained(jobs, job, memory);
      if (had < limits[before]!) continue;
      // At most one queue at a decision, unless the decisions are far apart by design.
      queueOf[job] = repack === 'anew' ? before + 1 : this.byService(had);
      lineup.moveToEnd(job);
    }
    lineup.arrange((job) => this.key(jobs, job, memory), withinQueue === 'entry' ? 'as-before' : 'submit', isRunning);
    // By count, who is stopped is off the list of running jobs at once.
    const before = memory.promotions === undefined ? [] : lineup.jobs.filter(isRunning);
    const { runners, isShort } = this.pack(view, plan, lineup.jobs);
    if (memory.promotions !== undefined) this.tell(memory.promotions, view, memory, before, runners);
    if (isShort) return nextRoundUs(nowUs, roundUs);
    const dueUs = this.nextDueUs(view, memory, runners, 0, (job) => queueOf[job]!);
    return Math.min(dueUs, this.promotionUs(memory), runners.length < lineup.jobs.length ? this.indexUs(nowUs) : NEVER);
  }

  private pack(view: SchedulingView, plan: Plan, order: readonly JobId[]) {
    if (this.options.repack === 'by-count') return packByCount(view, plan, order);
    return { runners: packAnew(view, plan, order), isShort: false };
  }

  /** Tells who starts and who is stopped. */
  private tell(
    promotions: Promotions,
    { jobs, nowUs }: SchedulingView,
    memory: Memory,
    before: readonly JobId[],
    runners: readonly JobId[],
  ): void {
    const { runs, queueOf } = memory;
    for (const job of runners) {
      runs[job] = 1;
      if (!jobs.isRunning(job)) promotions.started(job, nowUs);
    }
    for (const job of before) if (runs[job] === 0 && queueOf[job]! > 0) promotions.stopped(jobs, job);
    for (const job of runners) runs[job] = 0;
  }

  /** The queue that a job belongs to by the service it has had. */
  private byService(had: number): number {
    const { limits } = this.options;
    let queue = 0;
    while (queue < limits.length && had >= limits[queue]!) queue++;
    return queue;
  }

  /** Service that counts: since the last promotion. */
  private attained(jobs: JobView, job: JobId, { promotions }: Memory): number {
    if (this.options.countsGpus) return promotions?.attainedGpuUs(jobs, job) ?? jobs.attainedGpuUs(job);
    return promotions?.attainedUs(jobs, job) ?? jobs.attainedUs(job);
  }

  private promotionUs({ promotions }: Memory): TimeUs {
    return promotions === undefined ? NEVER : this.roundedUp(promotions.nextUs);
  }

  /** With rounds, places by the index are looked at anew in each; without, when something happens. */
  private indexUs(nowUs: TimeUs): TimeUs {
    return this.options.gittins === undefined ? NEVER : nextRoundUs(nowUs, this.options.roundUs);
  }

  private roundedUp(timeUs: TimeUs): TimeUs {
    const { roundUs } = this.options;
    return roundUs === 0 || timeUs === NEVER ? timeUs : Math.ceil(timeUs / roundUs) * roundUs;
  }

  /** When the first of these jobs, running from now on, goes down from the queue it is in, or from `from` if that is later. */
  private nextDueUs(
    { jobs, nowUs }: SchedulingView,
    memory: Memory,
    runners: readonly JobId[],
    from: number,
    queueOf: (job: JobId) => number,
  ): TimeUs {
    const { limits } = this.options;
    let dueUs: TimeUs = NEVER;
    for (const job of runners) {
      const queue = Math.max(from, queueOf(job));
      if (queue >= limits.length) continue;
      dueUs = Math.min(dueUs, nowUs + Math.max(1, this.dueIn(jobs, job, limits[queue]!, memory)));
    }
    return this.roundedUp(dueUs);
  }

  private dueIn(jobs: JobView, job: JobId, limit: number, memory: Memory): TimeUs {
    const { dueIn, countsGpus } = this.options;
    if (dueIn !== undefined) return dueIn(jobs, job, limit);
    return Math.ceil((limit - this.attained(jobs, job, memory)) / (countsGpus ? Math.max(1, jobs.gpus(job)) : 1));
  }
}
