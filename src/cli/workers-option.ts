import { availableParallelism } from 'node:os';
import { Option } from 'commander';
import type { Executor } from '../study/executors/executor.ts';
import { inProcess } from '../study/executors/in-process.ts';
import { threads } from '../study/executors/threads.ts';
import { runsAtATime } from './runs-at-a-time.ts';

/** `--workers N` of the commands that make many runs. */
export interface WorkersOption {
  readonly workers: number;
}

export function workersOption(): Option {
  return new Option('--workers <n>', 'runs at a time, each in a thread; 1: no threads')
    .argParser(runsAtATime)
    .default(availableParallelism());
}

/** What makes the runs. Who asks for it closes it. */
export function executorOf({ workers }: WorkersOption): Executor {
  return workers === 1 ? inProcess() : threads(workers);
}
