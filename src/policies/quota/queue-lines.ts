import type { JobId } from '../../sim/model/brand.ts';
import { NO_JOB, type JobView, type QueueView } from '../../sim/contract/scheduling.ts';

/** Job priorities are within ±1,000,000: so a key has room for them beside the line. */
const KEYS_PER_LINE = 1 << 21;

/** The waiting jobs of each queue in the order in which they are to be tried. */
export interface WaitingLines {
  /** A job's place in the engine's queue. */
  key(job: JobId): number;
  /** The first waiting job of a queue, or NO_JOB. */
  head(waiting: QueueView, queue: number): JobId | typeof NO_JOB;
  /** The next waiting job of the same queue that asks for at most so many GPUs and may find room, or NO_JOB. */
  nextCandidate(waiting: QueueView, job: JobId, gpusMax: number): JobId | typeof NO_JOB;
}

/**
 * Makes one queue of the engine's into many lines: waiting jobs stand by line, then priority (larger first), then
 * arrival, so that the first job of each line is found at once however many wait.
 */
export class QueueLines implements WaitingLines {
  private readonly lineOf: (job: JobId) => number;
  private readonly keys: Float64Array;
  /** The job that stands last of the lines before, in the engine's order; NO_JOB if there is none. */
  private readonly before: Int32Array;

  /** `lineOf` gives each job a line, 0 .. lines-1, for good. */
  constructor(jobs: JobView, lines: number, lineOf: (job: JobId) => number) {
    this.lineOf = lineOf;
    this.keys = new Float64Array(jobs.count);
    this.before = new Int32Array(lines).fill(NO_JOB);
    const last = new Int32Array(lines).fill(NO_JOB);
    for (let id = 0; id < jobs.count; id++) {
      const job = id as JobId;
      const line = lineOf(job);
      this.keys[job] = line * KEYS_PER_LINE + KEYS_PER_LINE / 2 - jobs.priority(job);
      if (last[line] === NO_JOB || this.keys[job] >= this.keys[last[line]!]!) last[line] = job;
    }
    let behind: number = NO_JOB;
    for (let line = 0; line < lines; line++) {
      this.before[line] = behind;
      if (last[line] !== NO_JOB) behind = last[line]!;
    }
  }

  key(job: JobId): number {
    return this.keys[job]!;
  }

  head(waiting: QueueView, line: number): JobId | typeof NO_JOB {
    const behind = this.before[line]!;
    return this.ofLine(line, behind === NO_JOB ? waiting.head() : waiting.after(behind as JobId));
  }

  nextCandidate(waiting: QueueView, job: JobId, gpusMax: number): JobId | typeof NO_JOB {
    return this.ofLine(this.lineOf(job), waiting.nextCandidate(job, gpusMax, -1));
  }

  private ofLine(line: number, job: JobId | typeof NO_JOB): JobId | typeof NO_JOB {
    return job !== NO_JOB && this.lineOf(job) === line ? job : NO_JOB;
  }
}
