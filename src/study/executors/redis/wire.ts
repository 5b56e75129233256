import { codeVersion } from '../../generated/code-version.ts';
import type { RunTask } from '../../runs/task.ts';
import type { Answer } from '../thread-worker.ts';

/** What lies in Redis lies under this. */
export const PREFIX = 'plimsoll';

/** Grows with every change of what travels. */
const FORMAT = 1;

/** Code that understands itself: others would answer something else, or not know what is asked. */
export const CODE = `${codeVersion}.${FORMAT}`;

/** The queue of runs that this code can make. One for all sweeps: their tasks are told apart by their names. */
export const QUEUE = `runs-${CODE}`;

/** A task on its way to another machine. */
export interface SentTask {
  readonly task: RunTask;
  /** What the task's path is relative to. */
  readonly folder: string;
}

/** What a worker answers. A run that nobody waited for may be asked for again. */
export type SentAnswer = Answer | { readonly notMade: true };

/** Where a job lies. Its field `WITHDRAWN` says that nobody waits for its answer any more. */
export function jobKey(job: string): string {
  return `${PREFIX}:${QUEUE}:${job}`;
}
export const WITHDRAWN = 'withdrawn';

/** Answers that nobody fetched are kept so long, s: for whoever resumes a sweep that was killed. */
export const KEPT_S = 7 * 86_400;

/** Workers that a run may bring down, one after the other, before it is given up. */
export const DEATHS_MAX = 10;
