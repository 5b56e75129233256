import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { Journal, StoreError, writeFailure } from '../results/journal.ts';
import { indexFile, readRunIndex } from '../results/run-index.ts';
import { firstLine, loadDuckdb, withDatabase } from './database.ts';
import { migrate } from './migrations.ts';
import { rowsOf, type Rows } from './rows.ts';
import { makeViews } from './views.ts';

export const storeFile = 'study.duckdb';

/** What a store was made from, to tell whether it is still fresh. */
export interface Source {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string | null;
}

/**
 * Makes study.duckdb anew from the runs in a folder: what has been asked for (index.jsonl) and what came of it
 * (runs.jsonl). It is made under another name and put in place whole, so that whoever reads finds the old or the new one.
 * StoreError where there is nothing to make it from, or it cannot be written; the runs stay as they are.
 */
export async function buildStore(folder: string): Promise<void> {
  const sources = sourcesOf(folder);
  const index = readRunIndex(folder);
  if (index === undefined) throw new StoreError(`${join(folder, indexFile)}: is missing; give the folder of a study`);
  const outcomes = new Map(Journal.read(join(folder, 'runs.jsonl')).map((outcome) => [outcome.key, outcome]));
  const path = join(folder, storeFile);
  const temporary = temporaryBeside(path);
  try {
    await withDatabase(temporary, 'write', async (connection) => {
      await migrate(connection, 0);
      for (const [table, rows] of Object.entries(rowsOf(index, outcomes))) await append(connection, table, rows);
      await append(
        connection,
        'sources',
        sources.map(({ file, bytes, sha256 }) => [file, BigInt(bytes), sha256]),
      );
      await makeViews(connection);
      await connection.run('CHECKPOINT');
    });
    renameSync(temporary, path);
  } catch (error) {
    throw storeFailure(path, error);
  } finally {
    removeDatabase(temporary);
  }
}

/** The files in a folder that a store would be made from now; none if one of them is missing. */
export function sourcesOf(folder: string): readonly Source[] {
  const index = bytesOf(join(folder, indexFile));
  const runs = statSync(join(folder, 'runs.jsonl'), { throwIfNoEntry: false });
  if (index === undefined || runs === undefined) return [];
  const sha256 = createHash('sha256').update(index).digest('hex');
  return [
    { file: indexFile, bytes: index.length, sha256 },
    { file: 'runs.jsonl', bytes: runs.size, sha256: null },
  ];
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

async function append(connection: DuckDBConnection, table: string, rows: Rows): Promise<void> {
  const { DuckDBDataChunkWriter } = await loadDuckdb();
  const appender = await connection.createAppender(table);
  try {
    const writer = DuckDBDataChunkWriter.forAppender(appender);
    for (const row of rows) writer.appendRow(row);
    writer.flush();
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

let made = 0;

/** A name beside a store that nobody else writes to, in this process or another. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${storeFile}.${process.pid}-${++made}.new`);
}

/** Takes away a database that was begun, with what DuckDB keeps beside it. */
export function removeDatabase(path: string): void {
  for (const file of [path, `${path}.wal`]) rmSync(file, { force: true });
}

/** What went wrong while a store was written, in plain words. */
export function storeFailure(path: string, error: unknown): unknown {
  if (error instanceof StoreError) return error;
  if (error instanceof Error && 'syscall' in error) return writeFailure(path, error);
  const why = firstLine(error).replace(/^IO Error: /, '');
  return new StoreError(
    `${path}: cannot write: ${why}; the runs in runs.jsonl are whole: make room, or copy the folder to where there is some`,
  );
}
