import type { RunOutcome, RunTask } from '../runs/task.ts';

/** Who runs tasks. All give the same outcomes, byte for byte; they differ in where and how many at a time. */
export interface Executor {
  /** Tasks that it can work on at a time, which may change: more than so many in flight only wait. */
  readonly capacity: number;
  /** Rejects with ScenarioError for a scenario that cannot be run, with the signal's reason when it stops. */
  run(task: RunTask, signal: AbortSignal): Promise<RunOutcome>;
  /** Of a task whose outcome is stored: what the executor keeps of it may go. */
  forget?(task: RunTask): void;
  close(): Promise<void>;
}
