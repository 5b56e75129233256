import type * as Duckdb from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { StoreError } from '../results/journal.ts';

/**
 * What a database is opened for. write: it is made, or migrated. export: it is read, and files are written by our own
 * SQL. query: it is read by somebody's SQL, which may touch no other file, setting or extension.
 */
export type Purpose = 'write' | 'export' | 'query';

// One thread: rows come in the same order and sums are the same to the last digit on every machine, and a study beside
// other work takes one core. The memory is enough for joins of ten million rows.
const SETTINGS = {
  threads: '1',
  memory_limit: '1GB',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  // Tables are small as databases go: blocks of 256 KiB, a few a column, would hold mostly nothing.
  default_block_size: '16384',
};

/** This machine has no DuckDB. */
export class DuckdbMissing extends StoreError {}

/** Why DuckDB could not open a database: somebody must say what to do about it. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure';
}

/**
 * Does something with a database file, and closes it whatever happens. DatabaseFailure where it cannot be opened,
 * StoreError where this machine has no DuckDB.
 */
export async function withDatabase<T>(
  path: string,
  purpose: Purpose,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { DuckDBInstance } = await loadDuckdb();
  const options = { ...SETTINGS, access_mode: purpose === 'write' ? 'READ_WRITE' : 'READ_ONLY' };
  const instance = await DuckDBInstance.create(path, options).catch((error: unknown) => {
    throw new DatabaseFailure(firstLine(error));
  });
  try {
    const connection = await instance.connect();
    try {
      // What does not fit into memory is not spilled beside the store: that folder may be read-only, or shared.
      await connection.run("SET temp_directory = ''");
      if (purpose === 'query') {
        await connection.run('SET enable_external_access = false');
        await connection.run('SET lock_configuration = true');
      }
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** DuckDB is 70 MB of machine code: only what needs it loads it. */
export async function loadDuckdb(): Promise<typeof Duckdb> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    throw new DuckdbMissing(
      `DuckDB, which holds study.duckdb, cannot be loaded on this machine: ${firstLine(error)}; ` +
        'study.json, points.csv and runs.csv hold the results all the same',
    );
  }
}

/** Rows of our own SQL as texts; '' for null. */
export async function textRows(connection: DuckDBConnection, sql: string): Promise<string[][]> {
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  return rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? cell : cell === null ? '' : JSON.stringify(cell))),
  );
}

/** What DuckDB says, without the picture of the place. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0]!.trim();
}
