import { runTask } from '../runs/run-task.ts';
import type { Executor } from './executor.ts';

/** Runs one task after the other in this process. */
export function inProcess(): Executor {
  return {
    capacity: 1,
    run: (task, signal) => runTask(task, signal),
    close: () => Promise.resolve(),
  };
}
