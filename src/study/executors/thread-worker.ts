import { ImportedFiles } from '../../traces/imported-files.ts';
import { runTask } from '../runs/run-task.ts';
import type { RunOutcome, RunTask } from '../runs/task.ts';
import { failureOf, type Failure } from './failure.ts';

/** What a thread answers: an outcome, or why there is none. */
export type Answer = { readonly outcome: RunOutcome } | { readonly failure: Failure };

const files = new ImportedFiles();

/** Runs a task. What rejects here did not come from the run, but from the thread itself. */
export async function answer(task: RunTask): Promise<Answer> {
  try {
    return { outcome: await runTask(task, files) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}
