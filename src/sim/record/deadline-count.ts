import { NEVER } from '../kernel/clock.ts';
import type { JobTable } from '../model/job-table.ts';
import { Outcome, type JobOutcomes } from './job-outcomes.ts';

/** Submitted jobs that have a deadline, by what became of it. */
export interface DeadlineCount {
  /** met + missed + open. */
  readonly jobs: number;
  /** Ended at the deadline or before. */
  readonly met: number;
  /** Ended later, were turned away, or had not ended when the run did, after the deadline. */
  readonly missed: number;
  /** Had not ended when the run did, before the deadline or at it. */
  readonly open: number;
}

export function countDeadlines(jobs: JobTable, { outcome, endUs }: JobOutcomes, runEndUs: number): DeadlineCount {
  const count = { jobs: 0, met: 0, missed: 0, open: 0 };
  for (let job = 0; job < jobs.count; job++) {
    const deadlineUs = jobs.deadlineUs[job]!;
    const state = outcome[job]!;
    if (deadlineUs === NEVER || state === Outcome.NotSubmitted) continue;
    count.jobs++;
    if (state === Outcome.Done && endUs[job]! <= deadlineUs) count.met++;
    else if (state === Outcome.Done || state === Outcome.Rejected || runEndUs > deadlineUs) count.missed++;
    else count.open++;
  }
  return count;
}
