import { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RunOutcome, RunTask } from '../../runs/task.ts';
import type { Executor } from '../executor.ts';
import { errorOf, ExecutorError } from '../failure.ts';
import { connect, type Connection } from './connection.ts';
import { beat, leave, type Member } from './roll.ts';
import { tidy } from './tidy.ts';
import { every, withinMs } from './turns.ts';
import { CODE, DEATHS_MAX, jobKey, KEPT_S, PREFIX, QUEUE, WITHDRAWN, type SentAnswer, type SentTask } from './wire.ts';

/** Threads that are reckoned with before any worker has come. */
const THREADS_LEAST = 8;
const BEAT_MS = 1000;
/** Answers are told as they come; that none was missed is looked after this often. */
const LOOK_MS = 2000;
const FORGET_MS = 200;
/** Nobody to do the work: told after this, as workers may be about to start. */
const ALONE_MS = 5000;
const CLOSE_MS = 5000;

export interface CoordinatorOptions {
  readonly url: string;
  /** What the sweep's tasks are told from others by: letters and digits, the same when it is resumed. */
  readonly id: string;
  /** Name of the sweep. */
  readonly name: string;
  /** A server that is away for so long is given up, ms. */
  readonly giveUpMs: number;
  /** Told in words what the user should know. */
  readonly tell: (text: string) => void;
}

interface Pending {
  readonly task: RunTask;
  readonly resolve: (outcome: RunOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** Has runs made by workers that are connected to the same Redis or Valkey. ExecutorRefusal if that cannot be reached. */
export async function overRedis(options: CoordinatorOptions): Promise<Executor> {
  const connection = await connect({
    ...options,
    onBack: () => void coordinator.look().catch(() => undefined),
    onGivenUp: (error) => coordinator.fail(error),
  });
  const coordinator = new Coordinator(options, connection);
  try {
    await coordinator.open();
  } catch (error) {
    await coordinator.close();
    throw error;
  }
  return coordinator;
}

class Coordinator implements Executor {
  capacity = THREADS_LEAST;
  private readonly member: Member;
  private readonly tell: (text: string) => void;
  private readonly redis: Redis;
  private readonly address: string;
  private readonly disconnect: () => void;
  private readonly queue: Queue<SentTask, SentAnswer>;
  private readonly events: QueueEvents;
  private readonly pending = new Map<string, Pending>();
  /** Answers of before this process began, by job. */
  private readonly left = new Set<string>();
  /** Jobs whose answers are stored, or wanted no more. */
  private done: string[] = [];
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly watched = new WeakSet<AbortSignal>();
  private failure: { readonly error: unknown } | undefined;
  private isLooking = false;
  /** What was told last of who works. */
  private told = '';

  constructor({ id, name, tell }: CoordinatorOptions, { redis, address, disconnect }: Connection) {
    this.member = { id, code: CODE, name, threads: 0 };
    this.tell = tell;
    this.redis = redis;
    this.address = address;
    this.disconnect = disconnect;
    const connection = { connection: redis, prefix: PREFIX };
    this.queue = new Queue(QUEUE, { ...connection, streams: { events: { maxLen: 1000 } } });
    this.events = new QueueEvents(QUEUE, connection);
    // Of the connection, which tells for itself.
    this.queue.on('error', () => undefined);
    this.events.on('error', () => undefined);
  }

  async open(): Promise<void> {
    this.events.on('completed', ({ jobId, returnvalue }) => this.deliver(jobId, returnvalue as unknown as SentAnswer));
    this.events.on('failed', ({ jobId, failedReason }) => this.giveUp(jobId, failedReason));
    await this.events.waitUntilReady();
    await this.findLeft();
    await this.beat();
    const beganMs = performance.now();
    this.timers.push(
      every(BEAT_MS, async () => this.tellWho(await this.beat(), performance.now() - beganMs)),
      every(LOOK_MS, () => this.look()),
      every(FORGET_MS, () => this.forgetDone()),
    );
  }

  async run(task: RunTask, signal: AbortSignal): Promise<RunOutcome> {
    signal.throwIfAborted();
    if (this.failure !== undefined) throw this.failure.error;
    if (!this.watched.has(signal)) signal.addEventListener('abort', () => this.fail(signal.reason), { once: true });
    this.watched.add(signal);
    const job = this.jobOf(task);
    return new Promise((resolve, reject) => {
      this.pending.set(job, { task, resolve, reject });
      const asked = this.left.delete(job) ? this.fetch(job) : this.send(job, task);
      asked.catch((error: unknown) => this.refuse(job, new ExecutorError(`${this.address}: ${messageOf(error)}`)));
    });
  }

  forget(task: RunTask): void {
    this.done.push(this.jobOf(task));
  }

  /** Fails what is asked for, now and later. */
  fail(error: unknown): void {
    this.failure ??= { error };
    for (const { reject } of this.pending.values()) reject(error);
  }

  /** Looks for answers that nobody told of, and sends again what a server has lost. */
  async look(): Promise<void> {
    if (this.isLooking || this.failure !== undefined) return;
    this.isLooking = true;
    try {
      await Promise.all([...this.pending].map(([job, { task }]) => this.lookFor(job, task)));
    } finally {
      this.isLooking = false;
    }
  }

  /** Takes back what nobody works on, and leaves nothing behind but answers that are still to come and then vanish. */
  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    // Answers of before that nobody asked for had been stored already, unless it was stopped before it could ask.
    if (this.failure === undefined) this.done.push(...this.left);
    this.failure ??= { error: new ExecutorError('the connection to the workers has been closed') };
    const parting = async (): Promise<void> => {
      await this.forgetDone();
      await Promise.all([...this.pending.keys()].map((job) => this.withdraw(job)));
      await leave(this.redis, 'sweeps', this.member);
      await tidy(this.redis);
    };
    await withinMs(CLOSE_MS, parting());
    await withinMs(CLOSE_MS, this.events.close());
    await withinMs(CLOSE_MS, this.queue.close());
    this.disconnect();
  }

  /** A job's name, the same for the same task of the same sweep: what is sent twice is done once. */
  private jobOf({ key }: RunTask): string {
    return `${this.member.id}-${key}`;
  }

  private async send(job: string, task: RunTask): Promise<void> {
    const kept = { age: KEPT_S };
    const data = { task, folder: process.cwd() };
    await this.queue.add('run', data, { jobId: job, removeOnComplete: kept, removeOnFail: kept });
    // It may be there from before, and withdrawn.
    await this.redis.hdel(jobKey(job), WITHDRAWN);
  }

  /** Answers that came after a sweep was killed are its own when it is resumed; failures are tried anew. */
  private async findLeft(): Promise<void> {
    const mine = (jobs: readonly string[]): string[] => jobs.filter((job) => job.startsWith(`${this.member.id}-`));
    for (const job of mine(await this.redis.zrange(this.queue.toKey('completed'), '0', '-1'))) this.left.add(job);
    const failed = mine(await this.redis.zrange(this.queue.toKey('failed'), '0', '-1'));
    await Promise.all(failed.map((job) => this.queue.remove(job)));
  }

  private async lookFor(job: string, task: RunTask): Promise<void> {
    const state = await this.queue.getJobState(job);
    if (this.failure !== undefined || !this.pending.has(job)) return;
    if (state === 'completed' || state === 'failed') await this.fetch(job);
    else if (state === 'unknown') await this.send(job, task);
  }

  private async fetch(job: string): Promise<void> {
    const found = await this.queue.getJob(job);
    if (found === undefined) return;
    // The types promise what is not there before the end.
    const answer = found.returnvalue as SentAnswer | null;
    if (answer !== null) this.deliver(job, answer);
    else this.giveUp(job, found.failedReason);
  }

  private deliver(job: string, answer: SentAnswer): void {
    const pending = this.pending.get(job);
    // A run that was taken back and is wanted again is sent again when it is looked for.
    if (pending === undefined || 'notMade' in answer) return;
    if ('failure' in answer) {
      this.refuse(job, errorOf(answer.failure));
    } else {
      this.pending.delete(job);
      pending.resolve(answer.outcome);
    }
  }

  /** Of a run that no worker brought to an end. */
  private giveUp(job: string, reason: string): void {
    const scenario = this.pending.get(job)?.task.scenario;
    if (scenario === undefined) return;
    const died = reason.includes('stalled') ? `the worker that made it died more than ${DEATHS_MAX} times` : reason;
    this.refuse(job, new ExecutorError(`${scenario.name}, seed ${scenario.seed}: ${died}`));
  }

  private refuse(job: string, error: Error): void {
    this.pending.get(job)?.reject(error);
    this.pending.delete(job);
    this.done.push(job);
  }

  private async forgetDone(): Promise<void> {
    const jobs = this.done;
    this.done = [];
    await Promise.all(jobs.map((job) => this.queue.remove(job)));
  }

  /** A job that a worker is on cannot be removed: the worker then throws its answer away, unless it just came. */
  private async withdraw(job: string): Promise<void> {
    if ((await this.queue.remove(job)) === 1) return;
    await this.redis.hset(jobKey(job), WITHDRAWN, 1);
    await this.queue.remove(job);
  }

  private async beat(): Promise<readonly Member[]> {
    const workers = await beat(this.redis, 'sweeps', this.member);
    const threads = workers.filter(({ code }) => code === CODE).reduce((sum, worker) => sum + worker.threads, 0);
    this.capacity = Math.max(THREADS_LEAST, threads);
    return workers;
  }

  private tellWho(workers: readonly Member[], forMs: number): void {
    const able = workers.filter(({ code }) => code === CODE);
    const others = workers.filter(({ code }) => code !== CODE);
    if (able.length === 0 && forMs < ALONE_MS) return;
    const threads = able.reduce((sum, worker) => sum + worker.threads, 0);
    const who =
      able.length > 0
        ? `${counted(able.length, 'worker')}, ${counted(threads, 'run')} at a time`
        : `no worker of this code (${CODE}) is connected to ${this.address}; start some: plimsoll worker --redis URL`;
    const strange = [...new Set(others.map(({ name, code }) => `${name} (${code})`))].join(', ');
    const text = others.length === 0 ? who : `${who}; of other code, and left out: ${strange}`;
    if (text !== this.told) this.tell(text);
    this.told = text;
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
