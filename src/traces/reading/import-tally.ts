import type { ImportReport } from '../import-report.ts';
import { TRACE_LIMITS } from './trace-file.ts';
import { quoted, type TraceProblems } from './trace-problems.ts';

/** What a report may say beyond its counts. */
export type ReportExtras = Pick<ImportReport, 'recorded' | 'startDate' | 'notes'>;

/** Counts the rows of one file: read, kept, left out and why. Rows have names that must differ. */
export class ImportTally {
  readonly warnings: string[] = [];
  read = 0;
  kept = 0;
  readonly #problems: TraceProblems;
  /** What a row is, in the plural: "jobs". */
  readonly #rows: string;
  readonly #lineOf = new Map<string | number, number>();
  readonly #dropped = new Map<string, { count: number; readonly firstLine: number }>();

  constructor(problems: TraceProblems, rows: string) {
    this.#problems = problems;
    this.#rows = rows;
  }

  /** Call for each row, before keeping or dropping it. */
  count(line: number): void {
    if (++this.read > TRACE_LIMITS.rowsMax) {
      const limit = TRACE_LIMITS.rowsMax.toLocaleString('en');
      this.#problems.fail(line, `goes beyond the ${limit} ${this.#rows} that are read; split the file`);
    }
  }

  drop(line: number, reason: string): void {
    const entry = this.#dropped.get(reason);
    if (entry === undefined) this.#dropped.set(reason, { count: 1, firstLine: line });
    else entry.count++;
  }

  /** Notes a kept row. False, with a problem, if its name was there before. */
  keep(line: number, name: string | number): boolean {
    const before = this.#lineOf.get(name);
    if (before !== undefined) {
      this.#problems.add(line, `repeats the name ${quoted(String(name))} of line ${before}; names must differ`);
      return false;
    }
    this.#lineOf.set(name, line);
    this.kept++;
    return true;
  }

  /** The report, or a TraceError if there were problems or nothing is left. */
  report(format: string, extras: ReportExtras): ImportReport {
    this.#problems.throwIfAny();
    if (this.read === 0) this.#problems.fail(0, `holds no ${this.#rows}; name a file that does`);
    const dropped = [...this.#dropped].map(([reason, entry]) => ({ reason, ...entry }));
    if (this.kept === 0) {
      const reasons = dropped.map(({ reason, count }) => `${count} ${reason}`).join(', ');
      this.#problems.fail(0, `leaves no ${this.#rows} to run (${reasons}); check the file or the options`);
    }
    const { read, kept, warnings } = this;
    return { file: this.#problems.file, format, read, kept, dropped, warnings, ...extras };
  }
}
