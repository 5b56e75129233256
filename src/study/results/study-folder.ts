import { accessSync, constants, opendirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolders } from '../output/output-folder.ts';
import { Journal, writeFailure } from './journal.ts';
import { RunIndex, type IndexStart } from './run-index.ts';

/** The folder in which a study keeps its runs while they are made: what came of each, and to which point it belongs. */
export class StudyFolder {
  readonly path: string;
  readonly journal: Journal;
  readonly index: RunIndex;

  private constructor(path: string, journal: Journal, index: RunIndex) {
    this.path = path;
    this.journal = journal;
    this.index = index;
  }

  /** Opens a folder, or makes it. StoreError where it cannot be written, or holds runs that this program cannot read. */
  static open(path: string, header: IndexStart): StudyFolder {
    makeWritable(path);
    const journal = Journal.open(join(path, 'runs.jsonl'));
    return new StudyFolder(path, journal, new RunIndex(path, header));
  }

  close(): void {
    this.index.close();
    this.journal.close();
  }
}

/** Makes a folder unless it is there. StoreError where it cannot be, or nothing can be written into it. */
export function makeWritable(path: string): void {
  try {
    makeFolders(resolve(path));
    opendirSync(path).closeSync();
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/** Writes a file of a study under another name first, so that whoever reads finds the old or the new one. StoreError where it cannot be. */
export function writeWhole(folder: string, name: string, text: string): void {
  const temporary = join(folder, `.${name}.new`);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, join(folder, name));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw writeFailure(join(folder, name), error);
  }
}
