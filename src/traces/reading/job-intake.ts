import { mean, median } from 'd3-array';
import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import { JobList, type JobDraft } from '../../sim/model/job-list.ts';
import type { ImportedJobs } from '../import-report.ts';
import { ImportTally, type ReportExtras } from './import-tally.ts';
import type { TraceFile } from './trace-file.ts';
import { TraceProblems } from './trace-problems.ts';

/** The jobs of one file on their way in: what every job format counts, checks and reports alike. */
export class JobIntake {
  readonly problems: TraceProblems;
  readonly tally: ImportTally;
  readonly jobs: JobList;
  /** Recorded waits in s, of the kept jobs that have one. */
  readonly waitsS: number[] = [];

  constructor(file: TraceFile) {
    this.problems = new TraceProblems(file.label);
    this.tally = new ImportTally(this.problems, 'jobs');
    this.jobs = new JobList(file.label);
  }

  get warnings(): string[] {
    return this.tally.warnings;
  }

  /**
   * Takes a job in, unless its id was there before (a problem). `waitS` is the wait that the trace recorded; `key` the
   * id as a number, where it is one: a third less time to look it up.
   */
  keep(draft: JobDraft & { readonly line: number }, waitS?: number, key: string | number = draft.id): void {
    if (!this.tally.keep(draft.line, key)) return;
    this.jobs.add(draft);
    if (waitS !== undefined) this.waitsS.push(waitS);
  }

  /** Moves instant 0 to the first submission. Returns where it was, in us of the old clock. */
  startAtFirstSubmit(): number {
    const first = firstSubmitUs(this.jobs);
    for (let row = 0; row < this.jobs.count; row++) {
      this.jobs.submitUs[row]! -= first;
      this.jobs.deadlineUs[row]! -= first;
    }
    return first;
  }

  finish(format: string, extras: ReportExtras): ImportedJobs {
    const report = this.tally.report(format, extras);
    return { jobs: this.jobs, report: { ...report, recorded: { ...this.#figures(), ...extras.recorded } } };
  }

  /** Figures that every trace has: over the kept jobs, times in s, GPUs as asked for (a share as its fraction). */
  #figures(): Record<string, number> {
    const { count, runUs, gpuMilli, tenants } = this.jobs;
    const run = runUs.subarray(0, count);
    return {
      runMeanS: mean(run)! / US_PER_SECOND,
      runMedianS: median(run)! / US_PER_SECOND,
      gpusMean: mean(gpuMilli.subarray(0, count))! / 1000,
      tenants: tenants.filter((name) => name !== '').length,
      ...(this.waitsS.length > 0
        ? { waitMeanS: mean(this.waitsS)!, waitMedianS: median(this.waitsS)!, jobsWithWait: this.waitsS.length }
        : {}),
    };
  }
}

/** The earliest submission of a list, in us; Infinity for an empty one. */
export function firstSubmitUs(jobs: JobList): number {
  let first = Infinity;
  for (let row = 0; row < jobs.count; row++) first = Math.min(first, jobs.submitUs[row]!);
  return first;
}
