import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import { quoted, type TraceProblems } from './trace-problems.ts';

/** Which numbers a column may hold, and what to write instead. */
export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly whole?: boolean;
  /** How to write it right, for the message. */
  readonly mend: string;
}

const YEAR_S = 365.25 * 24 * 3600;
const TRACE_YEARS_MAX = 100;

/** Seconds, 0 to 100 years. Milliseconds since 1970 fall outside, seconds since 1970 inside. */
export const SECONDS: NumberRange = {
  minimum: 0,
  maximum: TRACE_YEARS_MAX * YEAR_S,
  mend: `write seconds, 0 to ${TRACE_YEARS_MAX} years`,
};

/** Whole GPUs of one job. JobTable holds thousandths in 32 bits, so 2 million is as far as it goes. */
export const JOB_GPUS: NumberRange = {
  minimum: 0,
  maximum: 2_000_000,
  whole: true,
  mend: 'write a whole number of GPUs, at most 2,000,000 a job',
};

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** One line of a table, by column name. Reused from line to line; every mistake goes to the file's problems. */
export class TraceRow {
  line = 0;
  values: readonly string[] = [];
  readonly #columns: ReadonlyMap<string, number>;
  readonly #problems: TraceProblems;

  constructor(columns: ReadonlyMap<string, number>, problems: TraceProblems) {
    this.#columns = columns;
    this.#problems = problems;
  }

  /** The value, '' where it is blank or the file lacks the column. */
  text(column: string): string {
    const index = this.#columns.get(column);
    return index === undefined ? '' : (this.values[index] ?? '');
  }

  /** The number, or NaN after noting what is wrong with it. */
  number(column: string, range: NumberRange): number {
    const text = this.text(column);
    const value = Number(text);
    if (!DECIMAL.test(text) || !Number.isFinite(value)) {
      this.refuse(column, text === '' ? `is blank; ${range.mend}` : `is ${quoted(text)}, no number; ${range.mend}`);
      return Number.NaN;
    }
    if (value < range.minimum || value > range.maximum || (range.whole === true && !Number.isInteger(value))) {
      this.refuse(column, `is ${quoted(text).slice(1, -1)}; ${range.mend}`);
      return Number.NaN;
    }
    return value;
  }

  /** The number, or `blank` where there is none. */
  numberOr(column: string, range: NumberRange, blank: number): number {
    return this.text(column) === '' ? blank : this.number(column, range);
  }

  refuse(column: string, why: string): void {
    this.#problems.add(this.line, `${column} ${why}`);
  }
}

/** Seconds of a trace as whole us. */
export function traceUs(seconds: number): number {
  return Math.round(seconds * US_PER_SECOND);
}
