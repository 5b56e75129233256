import { ImportedFiles } from '../../traces/imported-files.ts';
import { runTask } from '../runs/run-task.ts';
import type { Executor } from './executor.ts';

/** Runs one task after the other in this process. */
export function inProcess(): Executor {
  const files = new ImportedFiles();
  return {
    capacity: 1,
    run: (task, signal) => runTask(task, files, signal),
    close: () => Promise.resolve(),
  };
}
