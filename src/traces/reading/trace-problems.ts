import { TraceError, type TraceProblem } from '../import-report.ts';

/** A file full of one mistake should not bury the terminal. */
const PROBLEMS_SHOWN = 20;

/** Collects the mistakes of one file, so that its author mends them in one go. */
export class TraceProblems {
  /** Path as the user wrote it. */
  readonly file: string;
  readonly #shown: TraceProblem[] = [];
  #count = 0;

  constructor(file: string) {
    this.file = file;
  }

  get count(): number {
    return this.#count;
  }

  /** `line` is 1-based; 0 for the whole file. */
  add(line: number, message: string): void {
    if (this.#count++ < PROBLEMS_SHOWN) this.#shown.push({ file: this.file, line, message });
  }

  /** A mistake after which reading on makes no sense. It is shown however many came before it. */
  fail(line: number, message: string): never {
    throw this.#error([{ file: this.file, line, message }]);
  }

  throwIfAny(): void {
    if (this.#count > 0) throw this.#error([]);
  }

  #error(last: readonly TraceProblem[]): TraceError {
    const more = this.#count - this.#shown.length;
    const rest = more > 0 ? [{ file: this.file, line: 0, message: `and ${more.toLocaleString('en')} more` }] : [];
    return new TraceError([...this.#shown, ...rest, ...last]);
  }
}

const QUOTED_MAX = 60;

/** Text from a file as a message may show it: quoted, cut, and with no character that moves a terminal's cursor. */
export function quoted(text: string): string {
  const cut = text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
