import type { RunOutcome, RunTask } from '../runs/task.ts';

/** Who runs tasks. All give the same outcomes, byte for byte; they differ in where and how many at a time. */
export interface Executor {
  /** Tasks that it can work on at a time: more than so many in flight only wait. */
  readonly capacity: number;
  /** Rejects with ScenarioError for a scenario that cannot be run, with the signal's reason when it stops. */
  run(task: RunTask, signal: AbortSignal): Promise<RunOutcome>;
  close(): Promise<void>;
}
