import type { JobList } from '../sim/model/job-list.ts';
import type { NodePool } from '../sim/model/cluster.ts';
import type { DownTime } from '../sim/model/lifetimes.ts';

/** What an importer read, left out and noticed; printed with the result and kept in summary.json. */
export interface ImportReport {
  /** Path as the user wrote it. */
  readonly file: string;
  readonly format: string;
  /** Data rows (jobs, nodes, records) in the file, header and comments aside. */
  readonly read: number;
  readonly kept: number;
  /** Rows left out, one entry a reason; read = kept + sum of counts. */
  readonly dropped: readonly { readonly reason: string; readonly count: number; readonly firstLine: number }[];
  /** Sentences a planner must know before trusting the run (what stands in for what is unknown, conflicts). */
  readonly warnings: readonly string[];
  /** Figures of the trace as recorded (for example recorded mean wait in s), by name with the unit last. */
  readonly recorded: Readonly<Record<string, number>>;
  /** Instant 0 of the trace as ISO 8601, when the file states it. */
  readonly startDate?: string;
  /** What the file says of itself in words (computer, time zone), by name. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** Jobs from somebody else's file. */
export interface ImportedJobs {
  readonly jobs: JobList;
  readonly report: ImportReport;
}

/** Nodes from somebody else's file; pools in the file's node order, so that a node keeps its place. */
export interface ImportedNodes {
  readonly pools: readonly NodePool[];
  readonly nodeNames: readonly string[];
  readonly report: ImportReport;
}

/** A node of a failure trace. */
export interface DownNode {
  readonly name: string;
  /** Since the beginning of the trace, ascending and without overlap. */
  readonly downTimes: readonly DownTime[];
}

/** When nodes were down, from somebody else's file. */
export interface ImportedDownTimes {
  /** In the file's order, which is the order in which they are put on the nodes of a cluster. */
  readonly nodes: readonly DownNode[];
  /** From the beginning of the trace to its end, whole us. */
  readonly lengthUs: number;
  /** Its beginning in us since 1970, where the file has dates. */
  readonly beginUnixUs?: number;
  readonly report: ImportReport;
}

/** A mistake in a trace file. The message says what is wrong and the mend; `line` is 1-based, 0 for the whole file. */
export interface TraceProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** All mistakes of one file at once (at most the first 20, then a count). */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly problems: readonly TraceProblem[];

  constructor(problems: readonly TraceProblem[]) {
    super(problems.map(({ file, line, message }) => `${file}${line > 0 ? `:${line}` : ''}  ${message}`).join('\n'));
    this.problems = problems;
  }
}
