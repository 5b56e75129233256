import { duration } from '../../scenario/quantities/duration.ts';
import { amount } from '../../scenario/quantities/quantity.ts';
import type { Executor } from '../executors/executor.ts';
import type { Study } from '../file/load-study.ts';
import type { Journal } from '../results/journal.ts';
import type { RunIndex } from '../results/run-index.ts';
import { InputFiles } from './input-files.ts';
import { pilotWarmUpUs } from './pilot-warm-up.ts';
import type { SettledPoint } from './settle-points.ts';
import { taskOf, type RunOutcome, type RunTask } from './task.ts';

/** Tasks in flight for each that is worked on: the next one waits where it is needed, not here. */
const QUEUED_EACH = 2;

/**
 * Runs by which the warm-up of a point is judged. They share no luck with its replications: a cut that is chosen by the
 * very run that is cut favours what that run has by luck, and the intervals then miss the truth (0.85 instead of 0.95 for
 * the jobs in an M/M/1 at load 0.8).
 */
const PILOTS = 5;
const PILOT_SEED = 2 ** 51;

/**
 * Makes the runs that are asked for, each once: what the journal holds is not made again. Any number may be asked for at
 * a time; so many are in flight as the executor can take.
 */
export class Runner {
  /** Runs made by this process, and those that were there already. */
  made = 0;
  found = 0;
  private readonly study: Study;
  private readonly executor: Executor;
  private readonly journal: Journal;
  private readonly signal: AbortSignal;
  private readonly metrics: readonly string[];
  private readonly index: RunIndex | undefined;
  private readonly files = new InputFiles();
  private readonly waiting: (() => void)[] = [];
  private readonly pending = new Map<string, Promise<RunOutcome>>();
  private readonly warmUps = new Map<string, Promise<number | null>>();
  private inFlight = 0;
  /** Of a run, once one has failed: no other is begun, as the study cannot be finished. */
  private failure: { readonly error: unknown } | undefined;

  /** `index` is told which run belongs to which point. */
  constructor(
    study: Study,
    executor: Executor,
    journal: Journal,
    signal: AbortSignal,
    metrics = study.data.metrics,
    index?: RunIndex,
  ) {
    this.study = study;
    this.executor = executor;
    this.journal = journal;
    this.signal = signal;
    this.metrics = metrics;
    this.index = index;
  }

  /** The task of a replication (0, 1, ...) of a point. */
  async taskOf(point: SettledPoint, replication: number): Promise<RunTask> {
    const { data } = this.study;
    const warmUpUs = await this.warmUpOf(point);
    const batches = data.replications.batchMeans ? { batchLevel: data.confidence } : {};
    return this.withSeed(point, data.seed + replication, { warmUpUs, metrics: this.metrics, ...batches });
  }

  private async withSeed(
    { settled, hash }: SettledPoint,
    seed: number,
    asked: Pick<RunTask, 'warmUpUs' | 'metrics' | 'batchLevel' | 'isPilot'>,
  ): Promise<RunTask> {
    const { file } = settled;
    const scenario = { ...settled.data, seed };
    return taskOf({ scenario, file, inputs: await this.files.hashesOf(scenario, file), ...asked }, hash);
  }

  /** Whole us to be cut off the runs of a point; null if the warm-up is not over in its pilots. */
  private warmUpOf(point: SettledPoint): Promise<number | null> | number {
    const { warmUp, seed } = this.study.data;
    if (warmUp.method === 'none') return 0;
    if (warmUp.method === 'fixed') return amount(duration, warmUp.length!);
    let found = this.warmUps.get(point.hash);
    if (found === undefined) {
      const pilots = Array.from({ length: PILOTS }, async (_, pilot) => {
        const asked = { warmUpUs: 0, metrics: [], isPilot: true as const };
        return this.outcomeOf(await this.withSeed(point, PILOT_SEED + seed + pilot, asked));
      });
      found = Promise.all(pilots).then(pilotWarmUpUs);
      this.warmUps.set(point.hash, found);
    }
    return found;
  }

  /** The outcome of a replication of a point, made now unless it is there. */
  async run(point: SettledPoint, replication: number): Promise<RunOutcome> {
    // Before the first wait, so that points are numbered in the order in which they are asked for.
    this.index?.addPoint(point);
    const task = await this.taskOf(point, replication);
    this.index?.addRun(point, replication, task.key);
    return this.outcomeOf(task);
  }

  private async outcomeOf(task: RunTask): Promise<RunOutcome> {
    const known = this.journal.find(task.key);
    if (known !== undefined) {
      this.found++;
      return known;
    }
    // Two points may be the same scenario.
    let outcome = this.pending.get(task.key);
    if (outcome === undefined) {
      outcome = this.make(task).finally(() => this.pending.delete(task.key));
      this.pending.set(task.key, outcome);
    }
    return outcome;
  }

  private async make(task: RunTask): Promise<RunOutcome> {
    while (this.inFlight >= QUEUED_EACH * this.executor.capacity) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.inFlight++;
    try {
      this.signal.throwIfAborted();
      if (this.failure !== undefined) throw this.failure.error;
      const outcome = await this.executor.run(task, this.signal);
      this.journal.add(outcome);
      this.executor.forget?.(task);
      this.made++;
      return outcome;
    } catch (error) {
      this.failure ??= { error };
      throw error;
    } finally {
      this.inFlight--;
      // Not the next one alone: what executes may have grown meanwhile.
      const room = QUEUED_EACH * this.executor.capacity - this.inFlight;
      for (let more = 0; more < room; more++) this.waiting.shift()?.();
    }
  }
}
