import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Why nothing can be written there: a sentence with the mend. The CLI exits with 2. */
export class OutputRefusal extends Error {
  override readonly name = 'OutputRefusal';
}

/** The files of a run's output, in the order in which they are put in place: the summary last, as the seal. */
export const outputFiles = ['jobs.csv', 'timeseries.csv', 'report.html', 'summary.json'] as const;
export type OutputFile = (typeof outputFiles)[number];

const TEMPORARY_PREFIX = '.plimsoll-';

/**
 * A folder for a run's output. Files are written under a temporary name on the same disk and put in place by renaming,
 * so whoever looks finds an old file or a new one, never half of one. Made before the run, so that a folder that cannot
 * be written is told at once.
 */
export class OutputFolder {
  readonly path: string;
  readonly #temporary: string;
  /** Folders that had to be made, from the top down, to be taken away again if nothing comes of it. */
  readonly #made: readonly string[];

  private constructor(path: string, temporary: string, made: readonly string[]) {
    this.path = path;
    this.#temporary = temporary;
    this.#made = made;
  }

  /** OutputRefusal if it is no folder, holds other things than a run's output, or may not be written. */
  static open(path: string): OutputFolder {
    const full = resolve(path);
    refuseForeign(full, path);
    const made: string[] = [];
    try {
      makeFolders(full, made);
      accessSync(full, constants.W_OK | constants.X_OK);
      return new OutputFolder(path, mkdtempSync(join(full, TEMPORARY_PREFIX)), made);
    } catch (error) {
      removeMade(made);
      throw refusal(path, error);
    }
  }

  /** Where to write a file until `commit`. */
  temporaryPath(file: OutputFile): string {
    return join(this.#temporary, file);
  }

  /** Puts every file in place. An output that is there is replaced. */
  commit(): void {
    for (const file of outputFiles) {
      const temporary = this.temporaryPath(file);
      if (existsSync(temporary)) renameSync(temporary, join(this.path, file));
    }
    rmSync(this.#temporary, { recursive: true, force: true });
  }

  /** Leaves nothing behind of what was begun. */
  discard(): void {
    rmSync(this.#temporary, { recursive: true, force: true });
    removeMade(this.#made);
  }
}

/** An output error of the file system in plain words, for what happens while files are written. */
export function refusal(path: string, error: unknown): OutputRefusal {
  if (error instanceof OutputRefusal) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new OutputRefusal(`--out ${path}  cannot be written: ${reasons[code] ?? String(error)}`, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there; choose another folder',
  EPERM: 'you may not write there; choose another folder',
  EROFS: 'the disk is read-only; choose another folder',
  ENOSPC: 'the disk is full; make room or choose another folder',
  EDQUOT: 'your disk quota is used up; make room or choose another folder',
  ENOTDIR: 'a part of the path is a file; choose another folder',
  EEXIST: 'a part of the path is a file; choose another folder',
  ENAMETOOLONG: 'the path is too long; choose another folder',
  ENOENT: 'the path leads nowhere; choose another folder',
  ELOOP: 'a symbolic link in the path leads to itself; choose another folder',
};

/** Only an empty folder, or one with an output of ours, is written into: nobody's files are mixed or replaced. */
function refuseForeign(full: string, path: string): void {
  let entries: string[];
  try {
    if (!statSync(full).isDirectory()) {
      throw new OutputRefusal(`--out ${path}  is a file; choose a folder`);
    }
    entries = readdirSync(full).filter((name) => !name.startsWith(TEMPORARY_PREFIX));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw refusal(path, error);
  }
  if (entries.length === 0 || holdsSummary(join(full, 'summary.json'))) return;
  const some = entries.slice(0, 3).join(', ');
  throw new OutputRefusal(
    `--out ${path}  holds other files (${some}${entries.length > 3 ? ', …' : ''}); choose an empty or a new folder`,
  );
}

function holdsSummary(file: string): boolean {
  try {
    return /^\s*\{\s*"schema":\s*"plimsoll\.summary\//.test(readFileSync(file, 'utf8').slice(0, 200));
  } catch {
    return false;
  }
}

/**
 * Makes a folder and those above it, noting each. Not mkdir's own `recursive`: where a disk refuses with ENOENT, as
 * /proc does, Node 20 tries for ever.
 */
export function makeFolders(full: string, made: string[] = []): void {
  if (existsSync(full)) return;
  makeFolders(dirname(full), made);
  mkdirSync(full);
  made.push(full);
}

/** Takes away folders that were made for the output, from the deepest up, as long as they are empty. */
function removeMade(made: readonly string[]): void {
  for (const folder of made.toReversed()) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}
