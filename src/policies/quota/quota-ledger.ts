import type { JobId } from '../../sim/model/brand.ts';
import type { QuotaTree } from '../../sim/model/quota-tree.ts';
import { NO_JOB, type JobView, type Plan, type QueueView, type SchedulingView } from '../../sim/contract/scheduling.ts';
import type { TimeUs } from '../../sim/kernel/clock.ts';
import type { DecayedUsage } from './decayed-usage.ts';
import { RunningLists } from './running-lists.ts';

/** Job priorities are within ±1,000,000: so a key has room for them beside the queue. */
const KEYS_PER_QUEUE = 1 << 21;

/** What a policy wants of its ledger beside the accounts. */
export interface LedgerOptions {
  /** Jobs of at least this priority may not be preempted; left out: all may be. */
  readonly guaranteedPriority?: number;
  /** Past use of as many queues, kept up too. */
  readonly usage?: DecayedUsage;
  /** GPUs that a job of the queue can be granted at most; left out: the limits. Larger jobs are turned away. */
  readonly mostGpus?: (queue: number) => number;
  /** Told when the jobs of a queue hold more or fewer GPUs. */
  readonly onHeld?: (queue: number, gpus: number) => void;
}

/**
 * Who holds and who waits for how many GPUs, queue by queue, kept up from decision to decision. It also makes one queue
 * of the engine's into many: waiting jobs stand by queue, then priority (larger first), then arrival, so that the first
 * job of each queue is found at once however many wait.
 */
export class QuotaLedger {
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
  private readonly keys: Float64Array;
  /** The job that stands last of the queues before, in the engine's order; NO_JOB if there is none. */
  private readonly before: Int32Array;
  private nextArrival = 0;

  constructor(jobs: JobView, options: LedgerOptions = {}) {
    const { quotas: tree } = jobs;
    this.jobs = jobs;
    this.tree = tree;
    this.options = options;
    this.usage = options.usage;
    this.attainedBeforeUs = new Float64Array(this.usage === undefined ? 0 : jobs.count);
    this.heldGpus = new Float64Array(tree.count);
    this.guaranteedGpus = new Float64Array(tree.count);
    this.waitingGpus = new Float64Array(tree.count);
    this.heldCpuMilli = new Float64Array(tree.count);
    this.heldMemoryMiB = new Float64Array(tree.count);
    this.running = new RunningLists(tree.count, jobs);
    this.keys = new Float64Array(jobs.count);
    this.before = new Int32Array(tree.count).fill(NO_JOB);
    const last = new Int32Array(tree.count).fill(NO_JOB);
    for (let id = 0; id < jobs.count; id++) {
      const job = id as JobId;
      const queue = this.queueOf(job);
      this.keys[job] = queue * KEYS_PER_QUEUE + KEYS_PER_QUEUE / 2 - jobs.priority(job);
      if (last[queue] === NO_JOB || this.keys[job] >= this.keys[last[queue]!]!) last[queue] = job;
    }
    let behind: number = NO_JOB;
    for (let queue = 0; queue < tree.count; queue++) {
      this.before[queue] = behind;
      if (last[queue] !== NO_JOB) behind = last[queue]!;
    }
  }

  /** A job's place in the engine's queue. */
  key(job: JobId): number {
    return this.keys[job]!;
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
    this.usage?.advance(view.nowUs, this.heldGpus);
    for (let index = 0; index < view.ended.length; index++) {
      const job = view.ended.at(index);
      if (this.usage !== undefined) this.takeBack(this.usage, job);
      this.release(job);
    }
    // Jobs are numbered in the order of their arrival.
    while (this.nextArrival < jobs.count && jobs.submitUs(this.nextArrival as JobId) <= view.nowUs) {
      const job = this.nextArrival++ as JobId;
      if (jobs.gpus(job) > this.mostGpus(job)) plan.reject(job);
      else this.wait(job, 1);
    }
    return view.ended.length > 0 || this.nextArrival > seen;
  }

  /** The first waiting job of a queue, or NO_JOB. */
  head(waiting: QueueView, queue: number): JobId | typeof NO_JOB {
    const behind = this.before[queue]!;
    return this.ofQueue(queue, behind === NO_JOB ? waiting.head() : waiting.after(behind as JobId));
  }

  /** The next waiting job of the same queue, or NO_JOB. */
  after(waiting: QueueView, job: JobId): JobId | typeof NO_JOB {
    return this.ofQueue(this.queueOf(job), waiting.after(job));
  }

  /** The next waiting job of the same queue that asks for at most so many GPUs and may find room, or NO_JOB. */
  nextCandidate(waiting: QueueView, job: JobId, gpusMax: number): JobId | typeof NO_JOB {
    return this.ofQueue(this.queueOf(job), waiting.nextCandidate(job, gpusMax, -1));
  }

  /** A waiting job has been started. */
  started(job: JobId, nowUs: TimeUs): void {
    this.wait(job, -1);
    this.hold(job, 1);
    this.running.add(this.queueOf(job), job, nowUs);
    if (this.usage !== undefined) this.attainedBeforeUs[job] = this.jobs.attainedUs(job);
  }

  /** A running job has been taken off its GPUs: it waits again, unless it is put back. */
  lifted(job: JobId): void {
    this.release(job);
    this.wait(job, 1);
  }

  /** A lifted job goes on where it was. */
  putBack(job: JobId): void {
    this.wait(job, -1);
    this.hold(job, 1);
    this.running.addBack(this.queueOf(job), job);
  }

  /** GPUs that a queue may still take without it, or one above it, exceeding its limit. */
  roomGpus(queue: number): number {
    const { tree, heldGpus } = this;
    let room = Infinity;
    for (let at = queue; at >= 0; at = tree.parent[at]!) room = Math.min(room, tree.limit[at]! - heldGpus[at]!);
    return room;
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
    const endUs = jobs.startedUs(job) + jobs.attainedUs(job) - this.attainedBeforeUs[job]!;
    for (let at = this.queueOf(job); at >= 0; at = tree.parent[at]!) usage.takeBack(at, jobs.gpus(job), endUs);
  }

  private mostGpus(job: JobId): number {
    const { tree, options } = this;
    const queue = this.queueOf(job);
    let most = options.mostGpus?.(queue) ?? Infinity;
    for (let at = queue; at >= 0; at = tree.parent[at]!) {
      most = Math.min(most, tree.limit[at]!, this.isGuaranteed(job) ? tree.quota[at]! : Infinity);
    }
    return most;
  }

  private release(job: JobId): void {
    this.hold(job, -1);
    this.running.remove(this.queueOf(job), job);
  }

  private hold(job: JobId, sign: 1 | -1): void {
    const { tree, jobs } = this;
    const queue = this.queueOf(job);
    const gpus = sign * jobs.gpus(job);
    const guaranteed = this.isGuaranteed(job) ? gpus : 0;
    for (let at = queue; at >= 0; at = tree.parent[at]!) {
      this.heldGpus[at]! += gpus;
      this.guaranteedGpus[at]! += guaranteed;
    }
    this.options.onHeld?.(queue, gpus);
    this.heldCpuMilli[queue]! += sign * jobs.cpuMilli(job);
    this.heldMemoryMiB[queue]! += sign * jobs.memoryMiB(job);
  }

  private wait(job: JobId, sign: 1 | -1): void {
    const { tree, jobs, waitingGpus } = this;
    const gpus = sign * jobs.gpus(job);
    for (let at = this.queueOf(job); at >= 0; at = tree.parent[at]!) waitingGpus[at]! += gpus;
  }

  private ofQueue(queue: number, job: JobId | typeof NO_JOB): JobId | typeof NO_JOB {
    return job !== NO_JOB && this.queueOf(job) === queue ? job : NO_JOB;
  }
}
