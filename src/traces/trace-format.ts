import type { ScalarSchema, ScalarValues } from '../sim/contract/definition.ts';
import type { ImportedDownTimes, ImportedJobs, ImportedNodes } from './import-report.ts';
import type { TraceFile } from './reading/trace-file.ts';

/** The beginning of a file, for telling its format. */
export interface TraceHead {
  /** File name without folders, lower case. */
  readonly fileName: string;
  /** First non-blank, non-comment (`;`) line, without byte order mark; '' if there is none. */
  readonly firstLine: string;
  /** Column names of the first line, if it is CSV. */
  readonly columns: readonly string[];
  readonly text: string;
}

interface TraceFormat {
  /** What a scenario calls it. */
  readonly name: string;
  /** One line: what such a file is. */
  readonly summary: string;
  /** Where the format is described and its traces can be had. */
  readonly source: string;
  /** Options of the import, as JSON Schema fragments with defaults. */
  readonly options: Readonly<Record<string, ScalarSchema>>;
  recognises(head: TraceHead): boolean;
}

/** A format that holds jobs. `read` takes complete, validated options; TraceError lists every mistake of the file. */
export interface JobFormat extends TraceFormat {
  readonly kind: 'jobs';
  read(file: TraceFile, options: ScalarValues): Promise<ImportedJobs>;
}

/** A format that holds nodes. */
export interface NodeFormat extends TraceFormat {
  readonly kind: 'nodes';
  read(file: TraceFile): Promise<ImportedNodes>;
}

/** A format that says when nodes were down. `read` takes complete, validated options. */
export interface FailureFormat extends TraceFormat {
  readonly kind: 'failures';
  read(file: TraceFile, options: ScalarValues): Promise<ImportedDownTimes>;
}
