import type { JobId } from '../../sim/model/brand.ts';
import type { QuotaTree } from '../../sim/model/quota-tree.ts';
import {
  ANY_TYPE,
  type NO_JOB,
  type JobView,
  type Plan,
  type QueueView,
  type SchedulingView,
} from '../../sim/contract/scheduling.ts';
import type { TimeUs } from '../../sim/kernel/clock.ts';
import type { DecayedUsage } from './decayed-usage.ts';
import { QueueLines, type WaitingLines } from './queue-lines.ts';
import { RunningLists } from './running-lists.ts';

/** What a policy wants of its ledger beside the accounts. */
export interface LedgerOptions {
  /** Jobs of at least this priority may not be preempted; left out: all may be. */
  readonly guaranteedPriority?: number;
  /** Past use of as many queues, kept up too. */
  readonly usage?: DecayedUsage;
  /** GPUs of a type that a job of the queue can be granted at most; left out: the limits. Larger jobs are turned away. */
  readonly mostGpus?: (queue: number, type: number, job: JobId) => number;
  /** Told when a job takes GPUs of a type (sign 1) or gives them back (-1), and since when. */
  readonly onHeld?: (job: JobId, sign: 1 | -1, type: number, sinceUs: TimeUs) => void;
}

/**
 * Who holds and who waits for how many GPUs, queue by queue, kept up from decision to decision; and the waiting jobs of
 * each queue in line. GPU types are told apart only where the queues have quotas or limits by type; otherwise a type is
 * ANY_TYPE.
 */
export class QuotaLedger implements WaitingLines {
  readonly tree: QuotaTree;
  /** GPUs that jobs of a queue and of all below it hold. */
  readonly heldGpus: Float64Array;
  /** GPUs that those of them hold which may not be preempted. */
  readonly guaranteedGpus: Float64Array;
  /** GPUs that waiting jobs of a queue and of all below it ask for. */
  readonly waitingGpus: Float64Array;
  /** Cores in thousandths and MiB that jobs of a queue hold; without those below it. */
  readonly heldCpuMilli: Float64Array;
  readonly heldMemoryMiB: Float64Array;
  /** Running jobs of each queue, lowest priority first, of equal ones the last started first. */
  readonly running: RunningLists;
  private readonly jobs: JobView;
  private readonly options: LedgerOptions;
  private readonly usage: DecayedUsage | undefined;
  /** Time that a job had held GPUs before its present run, so that an end that one learns of later can be dated. */
  private readonly attainedBeforeUs: Float64Array;
  private readonly lines: QueueLines;
  /** By type and queue: GPUs that its jobs and those below it hold. Empty where types are not told apart. */
  private readonly heldOfType: readonly Float64Array[];
  /** Type that a job holds or has held. */
  private readonly types: Int8Array;
  private nextArrival = 0;
  private nowUs: TimeUs = 0;

  constructor(jobs: JobView, options: LedgerOptions = {}) {
    const { quotas: tree } = jobs;
    this.jobs = jobs;
    this.tree = tree;
    this.options = options;
    this.usage = options.usage;
    this.attainedBeforeUs = new Float64Array(jobs.count);
    this.heldGpus = new Float64Array(tree.count);
    this.guaranteedGpus = new Float64Array(tree.count);
    this.waitingGpus = new Float64Array(tree.count);
    this.heldCpuMilli = new Float64Array(tree.count);
    this.heldMemoryMiB = new Float64Array(tree.count);
    this.running = new RunningLists(tree.count, jobs);
    this.lines = new QueueLines(jobs, tree.count, (job) => this.queueOf(job));
    const ofType = tree.quotaOfType ?? tree.limitOfType ?? [];
    this.heldOfType = ofType.map(() => new Float64Array(tree.count));
    this.types = new Int8Array(jobs.count).fill(ANY_TYPE);
  }

  /** Whether a queue's room depends on the GPU type. */
  get isByType(): boolean {
    return this.heldOfType.length > 0;
  }

  key(job: JobId): number {
    return this.lines.key(job);
  }

  queueOf(job: JobId): number {
    return this.tree.queueOfTenant[this.jobs.tenant(job)]!;
  }

  isGuaranteed(job: JobId): boolean {
    const { guaranteedPriority } = this.options;
    return guaranteedPriority !== undefined && this.jobs.priority(job) >= guaranteedPriority;
  }

  /**
   * Takes in what has happened since the last decision, and turns away jobs that could never be granted what they ask.
   * Whether anything has: jobs have ended or come.
   */
  catchUp(view: SchedulingView, plan: Plan): boolean {
    const { jobs } = this;
    const seen = this.nextArrival;
    this.nowUs = view.nowUs;
    this.usage?.advance(view.nowUs, this.heldGpus);
    for (let index = 0; index < view.ended.length; index++) {
      const job = view.ended.at(index);
      if (this.usage !== undefined) this.takeBack(this.usage, job);
      this.release(job, this.endUs(job));
    }
    // Jobs are numbered in the order of their arrival.
    while (this.nextArrival < jobs.count && jobs.submitUs(this.nextArrival as JobId) <= view.nowUs) {
      const job = this.nextArrival++ as JobId;
      if (jobs.gpus(job) > this.mostGpus(job)) plan.reject(job);
      else this.wait(job, 1);
    }
    return view.ended.length > 0 || this.nextArrival > seen;
  }

  head(waiting: QueueView, queue: number): JobId | typeof NO_JOB {
    return this.lines.head(waiting, queue);
  }

  nextCandidate(waiting: QueueView, job: JobId, gpusMax: number): JobId | typeof NO_JOB {
    return this.lines.nextCandidate(waiting, job, gpusMax);
  }

  /** A waiting job has been started, on a type where types are told apart. */
  started(job: JobId, nowUs: TimeUs, type: number): void {
    this.wait(job, -1);
    this.types[job] = type;
    this.hold(job, 1, this.nowUs);
    this.running.add(this.queueOf(job), job, nowUs);
    this.attainedBeforeUs[job] = this.jobs.attainedUs(job);
  }

  /** A running job has been taken off its GPUs: it waits again, unless it is put back. */
  lifted(job: JobId): void {
    // It was there until now, and at a sampling of now.
    this.release(job, this.nowUs + 1);
    this.wait(job, 1);
  }

  /** A lifted job goes on where it was. */
  putBack(job: JobId): void {
    this.wait(job, -1);
    this.hold(job, 1, this.nowUs);
    this.running.addBack(this.queueOf(job), job);
  }

  /** GPUs of a type (ANY_TYPE: of all together) that a queue may still take without it, or one above, exceeding a limit. */
  roomGpus(queue: number, type: number): number {
    const { tree, heldGpus, heldOfType } = this;
    const limits = type < 0 ? undefined : tree.limitOfType?.[type];
    let room = Infinity;
    for (let at = queue; at >= 0; at = tree.parent[at]!) {
      room = Math.min(room, tree.limit[at]! - heldGpus[at]!);
      if (limits !== undefined) room = Math.min(room, limits[at]! - heldOfType[type]![at]!);
    }
    return room;
  }

  /** Bit t set: the queue of a job has room for it on GPU type t. */
  typesWithRoom(job: JobId): number {
    const queue = this.queueOf(job);
    const gpus = this.jobs.gpus(job);
    if (gpus > this.roomGpus(queue, ANY_TYPE)) return 0;
    if (!this.isByType) return -1;
    let mask = 0;
    for (let type = 0; type < this.heldOfType.length; type++) {
      if (gpus <= this.roomGpus(queue, type)) mask |= 1 << type;
    }
    return mask;
  }

  /** GPUs of a type that jobs of a queue and of all below it hold; ANY_TYPE: of all types. */
  heldGpusOf(queue: number, type: number): number {
    return type < 0 ? this.heldGpus[queue]! : this.heldOfType[type]![queue]!;
  }

  /** Type of the GPUs that a job holds, or held before it was lifted; ANY_TYPE where types are not told apart. */
  typeOf(job: JobId): number {
    return this.types[job]!;
  }

  /** GPUs that jobs which may not be preempted may still take: those have to stay within the quotas. */
  guaranteedRoomGpus(queue: number): number {
    const { tree, guaranteedGpus } = this;
    let room = Infinity;
    for (let at = queue; at >= 0; at = tree.parent[at]!) room = Math.min(room, tree.quota[at]! - guaranteedGpus[at]!);
    return room;
  }

  /** An ended job was charged until now. */
  private takeBack(usage: DecayedUsage, job: JobId): void {
    const { tree, jobs } = this;
    const endUs = this.endUs(job);
    for (let at = this.queueOf(job); at >= 0; at = tree.parent[at]!) usage.takeBack(at, jobs.gpus(job), endUs);
  }

  private endUs(job: JobId): TimeUs {
    return this.jobs.startedUs(job) + this.jobs.attainedUs(job) - this.attainedBeforeUs[job]!;
  }

  private mostGpus(job: JobId): number {
    if (!this.isByType) return this.mostGpusOf(job, ANY_TYPE);
    const mask = this.jobs.typeMask(job);
    let most = 0;
    for (let type = 0; type < this.heldOfType.length; type++) {
      if (((mask >>> type) & 1) === 1) most = Math.max(most, this.mostGpusOf(job, type));
    }
    return most;
  }

  private mostGpusOf(job: JobId, type: number): number {
    const { tree, options } = this;
    const queue = this.queueOf(job);
    const limits = type < 0 ? undefined : tree.limitOfType?.[type];
    let most = options.mostGpus?.(queue, type, job) ?? Infinity;
    for (let at = queue; at >= 0; at = tree.parent[at]!) {
      const limit = Math.min(tree.limit[at]!, limits?.[at] ?? Infinity);
      most = Math.min(most, limit, this.isGuaranteed(job) ? tree.quota[at]! : Infinity);
    }
    return most;
  }

  private release(job: JobId, sinceUs: TimeUs): void {
    this.hold(job, -1, sinceUs);
    this.running.remove(this.queueOf(job), job);
  }

  private hold(job: JobId, sign: 1 | -1, sinceUs: TimeUs): void {
    const { tree, jobs } = this;
    const queue = this.queueOf(job);
    const gpus = sign * jobs.gpus(job);
    const guaranteed = this.isGuaranteed(job) ? gpus : 0;
    const type = this.types[job]!;
    const ofType = type < 0 ? undefined : this.heldOfType[type];
    for (let at = queue; at >= 0; at = tree.parent[at]!) {
      this.heldGpus[at]! += gpus;
      this.guaranteedGpus[at]! += guaranteed;
      if (ofType !== undefined) ofType[at]! += gpus;
    }
    this.options.onHeld?.(job, sign, type, sinceUs);
    this.heldCpuMilli[queue]! += sign * jobs.cpuMilli(job);
    this.heldMemoryMiB[queue]! += sign * jobs.memoryMiB(job);
  }

  private wait(job: JobId, sign: 1 | -1): void {
    const { tree, jobs, waitingGpus } = this;
    const gpus = sign * jobs.gpus(job);
    for (let at = this.queueOf(job); at >= 0; at = tree.parent[at]!) waitingGpus[at]! += gpus;
  }
}
