import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { JobId } from '../../sim/model/brand.ts';
import type { ParameterValues } from '../../sim/contract/definition.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import {
  ANY_TYPE,
  NO_JOB,
  type JobView,
  type Plan,
  type SchedulingContext,
  type SchedulingPolicy,
  type SchedulingView,
} from '../../sim/contract/scheduling.ts';
import type { QuotaLedger } from './quota-ledger.ts';
import type { WaitingLines } from './queue-lines.ts';
import { RoomMaker, type TakingRules } from './room-maker.ts';

/**
 * What the policies with queues have in common, and the memory of such a policy. A decision goes over the queues in
 * turn: each has a candidate, its first waiting job or, where jobs may pass one that cannot start, a later one. When
 * nobody can start any more, the first job of each queue may preempt; if one did, what is left over is given out again.
 */
export abstract class QuotaTurns implements TakingRules {
  abstract readonly ledger: QuotaLedger;
  /** In which order the jobs of a queue are tried. */
  abstract readonly lines: WaitingLines;
  /** Whether later jobs of a queue may pass one that cannot start. */
  protected abstract readonly passes: boolean;
  protected abstract readonly preempts: boolean;
  protected readonly jobs: JobView;
  protected readonly maker = new RoomMaker();
  /** The job of each queue that is to be tried next. */
  protected readonly candidate: Int32Array;
  protected nowUs: TimeUs = 0;
  /** Earliest instant at which somebody may be taken who now has not run long enough. */
  private wakeUs: TimeUs = NEVER;
  private readonly minRunUs: TimeUs;
  /** Whether opportunistic jobs have to wait for now. */
  protected guaranteedOnly = false;
  /** Whether nobody but opportunistic jobs may be preempted for now. */
  protected sparesGuaranteed = false;

  constructor(jobs: JobView, parameters: ParameterValues) {
    this.jobs = jobs;
    this.candidate = new Int32Array(jobs.quotas.count).fill(NO_JOB);
    this.minRunUs = Number(parameters['minRun']);
  }

  /** GPUs of a type that the jobs of a queue may take at present at most; ANY_TYPE: of all together. */
  roomGpus(queue: number, type: number): number {
    return this.ledger.roomGpus(queue, type);
  }

  roomFor(job: JobId, type: number): number {
    return this.roomGpus(this.ledger.queueOf(job), type);
  }

  /** Whether its queue may have a job run whatever the GPU type: room on a type is looked at beside. */
  mayRun(job: JobId): boolean {
    return this.jobs.gpus(job) <= this.ledger.roomGpus(this.ledger.queueOf(job), ANY_TYPE);
  }

  mayTake(victim: JobId, job: JobId): boolean {
    if (!this.isTakeable(victim, job)) return false;
    const fromUs = this.ledger.running.startedUs(victim) + this.minRunUs;
    if (fromUs <= this.nowUs) return true;
    this.wakeUs = Math.min(this.wakeUs, fromUs);
    return false;
  }

  start(view: SchedulingView, plan: Plan, job: JobId): boolean {
    if (!this.mayRun(job)) return false;
    const { ledger, jobs } = this;
    if (!ledger.isByType) return this.startOn(plan, job, ANY_TYPE);
    const mask = jobs.typeMask(job);
    for (let type = 0; type < view.gpuTypes; type++) {
      if (((mask >>> type) & 1) === 1 && this.startOn(plan, job, type)) return true;
    }
    return false;
  }

  decide(view: SchedulingView, plan: Plan): TimeUs {
    this.nowUs = view.nowUs;
    this.wakeUs = NEVER;
    this.catchUp(view, plan);
    this.begin(view);
    // Opportunistic jobs get what is left when nobody guaranteed can start any more.
    this.guaranteedOnly = this.hasClasses;
    this.serve(view, plan);
    if (this.hasClasses) {
      this.guaranteedOnly = false;
      this.serve(view, plan);
    }
    return this.wakeUs;
  }

  /** Whether jobs are told apart as guaranteed and opportunistic; guaranteed ones are of higher priority. */
  protected abstract readonly hasClasses: boolean;
  protected abstract isGuaranteed(job: JobId): boolean;

  private serve(view: SchedulingView, plan: Plan): void {
    this.giveOut(view, plan);
    if (this.preempts && this.takeBack(view, plan)) this.giveOut(view, plan);
  }

  protected catchUp(view: SchedulingView, plan: Plan): void {
    this.ledger.catchUp(view, plan);
  }

  /** A decision begins; the ledger knows what has happened. */
  protected abstract begin(view: SchedulingView): void;
  /** The queue whose turn it is of those with a candidate; -1 if there is none. */
  protected abstract next(): number;
  /** Offers running jobs to the maker, for the first job of a queue. */
  protected abstract offer(queue: number, job: JobId): void;
  /** Whether a running job may be taken for another, apart from how long it has run. */
  protected abstract isTakeable(victim: JobId, job: JobId): boolean;
  /** The candidate of a queue is another one, or it holds more than before; -1: all are new. */
  protected abstract changed(queue: number): void;

  /** Tries the candidate of a queue. */
  protected tryToStart(view: SchedulingView, plan: Plan, job: JobId): boolean {
    return this.start(view, plan, job);
  }

  /** Whether a job's queue could carry it if nobody were opportunistic. */
  protected hasRoomInQueue(_view: SchedulingView, _job: JobId): boolean {
    return true;
  }

  /** Whether room may be made for a job at all, before anybody is offered. */
  protected mayMakeRoom(_view: SchedulingView, _job: JobId): boolean {
    return true;
  }

  protected makeRoom(view: SchedulingView, plan: Plan, job: JobId): boolean {
    return this.maker.startInPlaceOf(view, plan, this.ledger, job, this);
  }

  protected startOn(plan: Plan, job: JobId, type: number): boolean {
    if (this.roomFor(job, type) < this.jobs.gpus(job)) return false;
    if (plan.start(job, type) !== Refusal.None) return false;
    this.ledger.started(job, this.nowUs, type);
    return true;
  }

  /** The most GPUs that a queue may take of one type. */
  private mostRoomGpus(queue: number, types: number): number {
    if (!this.ledger.isByType) return this.roomGpus(queue, ANY_TYPE);
    let most = 0;
    for (let type = 0; type < types; type++) most = Math.max(most, this.roomGpus(queue, type));
    return most;
  }

  private giveOut(view: SchedulingView, plan: Plan): void {
    const { candidate, lines } = this;
    this.callHeads(view);
    for (let queue = this.next(); queue >= 0; queue = this.next()) {
      const job = candidate[queue]! as JobId;
      // What opportunistic jobs hold is as good as free to whoever is guaranteed.
      const takes = this.guaranteedOnly && this.hasRoomInQueue(view, job);
      const hasStarted = this.tryToStart(view, plan, job) || (takes && this.takeOpportunistic(view, plan, queue, job));
      if (this.passes && this.guaranteedOnly) this.call(queue, this.behind(view, queue, job));
      else if (this.passes) {
        this.call(queue, lines.nextCandidate(view.queue, job, this.mostRoomGpus(queue, view.gpuTypes)));
      } else this.call(queue, hasStarted ? lines.head(view.queue, queue) : NO_JOB);
      this.changed(queue);
    }
  }

  /** Preempts for the first job of each queue. Whether anybody was preempted. */
  private takeBack(view: SchedulingView, plan: Plan): boolean {
    const { candidate, lines } = this;
    let hasTaken = false;
    this.callHeads(view);
    for (let queue = this.next(); queue >= 0; queue = this.next()) {
      const job = candidate[queue]! as JobId;
      let hasStarted = false;
      if (this.mayMakeRoom(view, job)) {
        this.maker.clear();
        this.offer(queue, job);
        hasStarted = this.makeRoom(view, plan, job);
      }
      if (hasStarted) hasTaken = true;
      this.call(queue, hasStarted ? lines.head(view.queue, queue) : NO_JOB);
      this.changed(queue);
    }
    return hasTaken;
  }

  private takeOpportunistic(view: SchedulingView, plan: Plan, queue: number, job: JobId): boolean {
    this.sparesGuaranteed = true;
    this.maker.clear();
    this.offer(queue, job);
    const hasStarted = this.makeRoom(view, plan, job);
    this.sparesGuaranteed = false;
    return hasStarted;
  }

  private behind({ queue: waiting }: SchedulingView, queue: number, job: JobId): JobId | typeof NO_JOB {
    const next = waiting.after(job);
    return next !== NO_JOB && this.ledger.queueOf(next) === queue ? next : NO_JOB;
  }

  private call(queue: number, job: JobId | typeof NO_JOB): void {
    this.candidate[queue] = job === NO_JOB || !this.guaranteedOnly || this.isGuaranteed(job) ? job : NO_JOB;
  }

  private callHeads(view: SchedulingView): void {
    const { candidate, lines } = this;
    for (let queue = 0; queue < candidate.length; queue++) this.call(queue, lines.head(view.queue, queue));
    this.changed(-1);
  }
}

/**
 * The policy whose memory the turns are; `turnsOf` begins a run. `workConserving` and `objection` as in
 * `SchedulingPolicy`.
 */
export function quotaPolicy(
  workConserving: boolean,
  turnsOf: (jobs: JobView) => QuotaTurns,
  objection?: string,
): SchedulingPolicy {
  return {
    ...(objection === undefined ? {} : { objection: () => objection }),
    order: (_, job, memory) => (memory as QuotaTurns).lines.key(job),
    looksAhead: false,
    workConserving,
    initial: turnsOf,
    decide: ({ view, plan, memory }: SchedulingContext<unknown>) => (memory as QuotaTurns).decide(view, plan),
  };
}
