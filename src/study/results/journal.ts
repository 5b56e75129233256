import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import type { RunOutcome } from '../runs/task.ts';

/** A store that cannot be read or written, with the mend. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** First line of a journal. A newer version is refused: it may hold what this one would lose. */
const FORMAT = 'plimsoll.journal';
const VERSION = 1;

/**
 * Outcomes of runs, one a line, each on its way to the disk before the next run is asked for: a process that is killed
 * loses what was in flight and no more. A line torn in the middle by the kill is cut off when the journal is opened.
 */
export class Journal {
  readonly path: string;
  private readonly outcomes = new Map<string, RunOutcome>();
  private readonly handle: number;

  private constructor(path: string, outcomes: Map<string, RunOutcome>) {
    this.path = path;
    this.outcomes = outcomes;
    this.handle = openSync(path, 'a');
  }

  /** Opens a journal, or begins one. StoreError if the file is not one, is newer than this program or damaged. */
  static open(path: string): Journal {
    if (!existsSync(path)) {
      const journal = new Journal(path, new Map());
      journal.write({ format: FORMAT, version: VERSION });
      return journal;
    }
    return new Journal(path, readJournal(path));
  }

  /** The outcomes of a journal that another process may still write to. StoreError as for `open`, and if it is missing. */
  static read(path: string): readonly RunOutcome[] {
    if (!existsSync(path)) throw new StoreError(`${path}: is missing; it holds the runs that were made`);
    return [...parseJournal(path, readFileSync(path, 'utf8')).values()];
  }

  get size(): number {
    return this.outcomes.size;
  }

  find(key: string): RunOutcome | undefined {
    return this.outcomes.get(key);
  }

  /** Every outcome, in the order in which they were stored. */
  all(): readonly RunOutcome[] {
    return [...this.outcomes.values()];
  }

  /** Stores an outcome. StoreError where the disk is full: what was stored before is whole. */
  add(outcome: RunOutcome): void {
    if (this.outcomes.has(outcome.key)) return;
    this.write(outcome);
    this.outcomes.set(outcome.key, outcome);
  }

  close(): void {
    fsyncSync(this.handle);
    closeSync(this.handle);
  }

  private write(line: unknown): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(this.handle, bytes, written);
    } catch (error) {
      throw writeFailure(this.path, error);
    }
  }
}

/** An error of the file system, met while a study is stored, in plain words. */
export function writeFailure(path: string, error: unknown): StoreError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const mend = FULL.has(code) ? 'make room and give the command again' : 'choose another folder';
  return new StoreError(`${path}: cannot write: ${refusals[code] ?? message}; what was stored is whole: ${mend}`);
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const refusals: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EFBIG: 'the file may not grow any more',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file',
  EISDIR: 'it is a folder',
  ENOENT: 'the path leads nowhere',
};

function readJournal(path: string): Map<string, RunOutcome> {
  const text = readFileSync(path, 'utf8');
  const outcomes = parseJournal(path, text);
  const whole = wholeLines(text);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return outcomes;
}

/** Without a last line that was torn by a kill, or is being written. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

function parseJournal(path: string, text: string): Map<string, RunOutcome> {
  const lines = wholeLines(text).split('\n').slice(0, -1);
  requireHeader(path, lines[0]);
  const outcomes = new Map<string, RunOutcome>();
  lines.slice(1).forEach((line, index) => {
    const outcome = parsed(line) as RunOutcome | undefined;
    if (typeof outcome?.key !== 'string') {
      throw new StoreError(
        `${path}:${index + 2}: is damaged; remove the line (its run is made again), or the file to begin anew`,
      );
    }
    outcomes.set(outcome.key, outcome);
  });
  return outcomes;
}

function requireHeader(path: string, line: string | undefined): void {
  const header = line === undefined ? undefined : (parsed(line) as { format?: unknown; version?: unknown } | undefined);
  if (header?.format !== FORMAT || typeof header.version !== 'number') {
    throw new StoreError(`${path}: is no journal of a study; choose another folder, or remove the file`);
  }
  if (header.version > VERSION) {
    throw new StoreError(
      `${path}: was written by a newer plimsoll (journal version ${header.version}, this one reads ${VERSION}); update, or choose another folder`,
    );
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
