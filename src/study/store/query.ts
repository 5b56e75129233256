import type { DuckDBResult, Json } from '@duckdb/node-api';
import { StoreError } from '../results/journal.ts';
import { textRows, withDatabase } from './database.ts';
import { readyStore } from './open-store.ts';
import { storeTables } from './tables.ts';
import { identifier, storeViews } from './views.ts';

/** A value of an answer: JSON. */
export type PlainCell = Json;

/** What a query answers: plain data, the columns' names no two alike. */
export interface QueryAnswer {
  readonly columns: readonly string[];
  /** Whether the study has all its runs; if not, the answer is of those that it has. */
  readonly isComplete: boolean;
  /** Rows as they come, some thousands at a time. */
  readonly rows: AsyncIterable<readonly (readonly Json[])[]>;
}

/** A table or view of a store as `plimsoll query STUDY` lists it. */
export interface StoreContent {
  readonly name: string;
  readonly about: string;
  readonly rows: number;
  /** `sql` is the name as SQL must write it. */
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly about: string;
    readonly sql: string;
  }[];
}

/**
 * Asks a study's store something in SQL, and hands the answer on while the store is open. The SQL can change nothing and
 * see no other file. StoreError where the SQL is wrong, or the store cannot be read; the signal's reason if it stops.
 */
export async function query(
  study: string,
  sql: string,
  signal: AbortSignal,
  take: (answer: QueryAnswer) => Promise<void>,
): Promise<void> {
  const path = await readyStore(study);
  await withDatabase(path, 'query', async (connection) => {
    const stop = (): void => connection.interrupt();
    signal.addEventListener('abort', stop);
    try {
      const [held] = (await connection.runAndReadAll('SELECT is_complete FROM study')).getRowsJson();
      const result = await connection.stream(sql);
      const columns = result.deduplicatedColumnNames();
      await take({ columns, isComplete: held?.[0] === true, rows: plainRows(result) });
    } catch (error) {
      signal.throwIfAborted();
      throw isOfDuckdb(error) ? new StoreError(sqlFailure(error as Error)) : error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  });
}

/** What a study's store holds. StoreError where it cannot be read. */
export async function contentOf(study: string): Promise<readonly StoreContent[]> {
  const path = await readyStore(study);
  return withDatabase(path, 'query', async (connection) => {
    // Names of ours are chosen so that SQL takes them as they are; those of axes and metrics may be anything.
    const own = new Set(storeTables.flatMap(({ columns }) => columns.map(({ name }) => name)));
    const keywords = new Set((await textRows(connection, 'SELECT keyword_name FROM duckdb_keywords()')).flat());
    const written = (name: string): string =>
      /^[a-z_][a-z0-9_]*$/i.test(name) && (own.has(name) || !keywords.has(name.toLowerCase()))
        ? name
        : identifier(name);
    const contents: StoreContent[] = [];
    for (const { name, about, ...table } of [...storeViews, ...storeTables]) {
      const abouts = new Map('columns' in table ? table.columns.map((column) => [column.name, column.about]) : []);
      const columns = await textRows(
        connection,
        `SELECT column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'main' AND table_name = '${name}' ORDER BY ordinal_position`,
      );
      const [count] = await textRows(connection, `SELECT count(*) FROM ${identifier(name)}`);
      contents.push({
        name,
        about,
        rows: Number(count![0]),
        columns: columns.map(([column, type]) => {
          return { name: column!, type: type!, about: abouts.get(column!) ?? '', sql: written(column!) };
        }),
      });
    }
    return contents;
  });
}

/** Rows whose whole numbers and decimals are numbers wherever a number holds them. */
async function* plainRows(result: DuckDBResult): AsyncGenerator<Json[][]> {
  const types = result.columnTypes().map((type) => String(type));
  const isNumber = types.map((type) => /^(U?(BIG|HUGE)INT|DECIMAL)/.test(type));
  for await (const rows of result.yieldRowsJson()) {
    yield rows.map((row) => row.map((value, column) => (isNumber[column] === true ? plainNumber(value) : value)));
  }
}

function plainNumber(value: Json): Json {
  const number = Number(value);
  return value === null || (Number.isInteger(number) && !Number.isSafeInteger(number)) ? value : number;
}

/** DuckDB's errors are plain ones that begin with their kind. */
function isOfDuckdb(error: unknown): boolean {
  return error instanceof Error && /^(Failed to |[A-Z][A-Za-z ]* Error\b|Error in native)/.test(error.message);
}

/** What DuckDB says of a query, on one line. */
function sqlFailure({ message }: Error): string {
  // So it says when there is no statement at all.
  if (message.startsWith('Error in native')) return 'SQL: holds no statement; write one, like SELECT * FROM results';
  const [told = ''] = message.replace(/^Failed to [^:]*: /, '').split(/\n\s*\nLINE \d+:/);
  const near = /\n\s*\n(LINE \d+: .*)/.exec(message)?.[1];
  const text = told.trim().replaceAll(/\s*\n\s*/g, '; ');
  const place = near === undefined ? '' : ` (${near.trim()})`;
  const isUnknown = /^(Binder|Catalog|Parser) Error/.test(text);
  return `SQL: ${text}${place}${isUnknown ? '; "plimsoll query STUDY" without SQL lists tables and columns' : ''}`;
}
