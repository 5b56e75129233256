import type { Executor } from '../executors/executor.ts';
import type { Study } from '../file/load-study.ts';
import type { Journal } from '../results/journal.ts';
import { InputFiles } from './input-files.ts';
import type { SettledPoint } from './settle-points.ts';
import { taskOf, type RunOutcome, type RunTask } from './task.ts';

/** Tasks in flight for each that is worked on: the next one waits where it is needed, not here. */
const QUEUED_EACH = 2;

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
  private readonly files = new InputFiles();
  private readonly waiting: (() => void)[] = [];
  private readonly pending = new Map<string, Promise<RunOutcome>>();
  private inFlight = 0;
  /** Of a run, once one has failed: no other is begun, as the study cannot be finished. */
  private failure: { readonly error: unknown } | undefined;

  constructor(study: Study, executor: Executor, journal: Journal, signal: AbortSignal, metrics = study.data.metrics) {
    this.study = study;
    this.executor = executor;
    this.journal = journal;
    this.signal = signal;
    this.metrics = metrics;
  }

  /** The task of a replication (0, 1, ...) of a point. */
  async taskOf({ settled, hash }: SettledPoint, replication: number): Promise<RunTask> {
    const { data } = this.study;
    const { file } = settled;
    const scenario = { ...settled.data, seed: data.seed + replication };
    const inputs = await this.files.hashesOf(scenario, file);
    return taskOf({ scenario, file, warmUp: data.warmUp, metrics: this.metrics }, hash, inputs);
  }

  /** The outcome of a replication of a point, made now unless it is there. */
  async run(point: SettledPoint, replication: number): Promise<RunOutcome> {
    const task = await this.taskOf(point, replication);
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
      this.made++;
      return outcome;
    } catch (error) {
      this.failure ??= { error };
      throw error;
    } finally {
      this.inFlight--;
      this.waiting.shift()?.();
    }
  }
}
