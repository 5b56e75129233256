import { mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { StoreError, writeFailure } from '../results/journal.ts';
import { makeWritable } from '../results/study-folder.ts';
import { firstLine, textRows, withDatabase } from './database.ts';
import { readyStore } from './open-store.ts';
import { storeTables } from './tables.ts';
import { identifier, storeViews, textLiteral } from './views.ts';

export const exportFormats = ['parquet', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const FORMS: Readonly<Record<ExportFormat, string>> = {
  parquet: 'FORMAT parquet, COMPRESSION zstd',
  csv: 'FORMAT csv, HEADER true',
};

/**
 * Writes each table and view of a study's store into a file of its own, all of them or none. Answers their names. StoreError
 * where the store cannot be read, or the folder cannot be written or is the study's own.
 */
export async function exportStore(study: string, format: ExportFormat, out: string): Promise<string[]> {
  const path = await readyStore(study);
  makeWritable(out);
  if (realpathSync(out) === realpathSync(dirname(path))) {
    throw new StoreError(`--out ${out}: is the study's own folder, with its runs.csv; choose another folder`);
  }
  const temporary = join(out, `.plimsoll-export-${process.pid}`);
  try {
    mkdirSync(temporary);
    const files = await withDatabase(path, 'export', async (connection) => {
      const written: string[] = [];
      for (const { name, key } of [...storeViews, ...storeTables]) {
        const file = `${name}.${format}`;
        const rows = `SELECT ${await fieldsOf(connection, name, format)} FROM ${identifier(name)} ORDER BY ${key.join(', ')}`;
        await connection.run(`COPY (${rows}) TO ${textLiteral(join(temporary, file))} (${FORMS[format]})`);
        written.push(file);
      }
      return written;
    });
    for (const file of files) renameSync(join(temporary, file), join(out, file));
    return files;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if (error instanceof Error && 'syscall' in error) throw writeFailure(out, error);
    throw new StoreError(`--out ${out}: cannot write: ${firstLine(error)}; make room, or choose another folder`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Columns of a table. In CSV, text that a spreadsheet would run as a formula gets a ' before it, as in all other CSV. */
async function fieldsOf(connection: DuckDBConnection, table: string, format: ExportFormat): Promise<string> {
  if (format !== 'csv') return '*';
  const columns = await textRows(
    connection,
    `SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'main' AND table_name = ${textLiteral(table)} ORDER BY ordinal_position`,
  );
  const fields = columns.map(([name, type]) => {
    const column = identifier(name!);
    if (type !== 'VARCHAR') return column;
    const isFormula = `regexp_matches(${column}, '^[=+\\-@\\t\\r]') AND TRY_CAST(${column} AS DOUBLE) IS NULL`;
    return `CASE WHEN ${isFormula} THEN '''' || ${column} ELSE ${column} END AS ${column}`;
  });
  return fields.join(', ');
}
