import type { DuckDBConnection } from '@duckdb/node-api';

/** A step from one form of the store to the next. Once released it is never changed: stores in the field have taken it. */
export interface Migration {
  /** Version that a store has after it. */
  readonly version: number;
  readonly about: string;
  readonly sql: readonly string[];
}

/** All steps, in order. The tables of an empty file are made by the same steps as those of an old store. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    about: 'the first form',
    sql: [
      `CREATE TABLE study (name VARCHAR, description VARCHAR, command VARCHAR, is_complete BOOLEAN, seed BIGINT,
        confidence DOUBLE, plimsoll_version VARCHAR, code_version VARCHAR, definition JSON)`,
      'CREATE TABLE axes (position INTEGER, axis VARCHAR, path VARCHAR, type VARCHAR)',
      'CREATE TABLE measures (position INTEGER, metric VARCHAR, unit VARCHAR, better VARCHAR)',
      `CREATE TABLE points (point INTEGER, scenario VARCHAR, scenario_hash VARCHAR, total_nodes INTEGER, total_gpus INTEGER,
        cost_per_hour DOUBLE, replications INTEGER,
        is_unstable BOOLEAN, growth_jobs_per_hour DOUBLE, growth_gpus_per_hour DOUBLE)`,
      'CREATE TABLE settings (point INTEGER, position INTEGER, axis VARCHAR, path VARCHAR, value VARCHAR, number DOUBLE)',
      'CREATE TABLE scenarios (point INTEGER, file VARCHAR, scenario JSON)',
      `CREATE TABLE runs (point INTEGER, replication INTEGER, seed BIGINT, fingerprint VARCHAR, end_s DOUBLE,
        warm_up_s DOUBLE, faults INTEGER, key VARCHAR)`,
      'CREATE TABLE metrics (point INTEGER, replication INTEGER, metric VARCHAR, value DOUBLE, unit VARCHAR)',
      `CREATE TABLE intervals (point INTEGER, metric VARCHAR, runs INTEGER, mean DOUBLE, low DOUBLE, high DOUBLE,
        unit VARCHAR, better VARCHAR)`,
      'CREATE TABLE series (point INTEGER, replication INTEGER, t_s DOUBLE, jobs_queued DOUBLE, gpus_queued DOUBLE)',
      'CREATE TABLE warnings (point INTEGER, position INTEGER, warning VARCHAR)',
      'CREATE TABLE sources (file VARCHAR, bytes BIGINT, sha256 VARCHAR)',
    ],
  },
];

/** Version that this program writes. */
export function latestVersion(steps: readonly Migration[] = migrations): number {
  return steps[steps.length - 1]!.version;
}

/** Version of a store, 0 for an empty database; undefined for a database that is no store. */
export async function versionOf(connection: DuckDBConnection): Promise<number | undefined> {
  const reader = await connection.runAndReadAll(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY table_name",
  );
  const tables = reader.getRowsJson().map(([name]) => name);
  if (!tables.includes('store_version')) return tables.length === 0 ? 0 : undefined;
  const versions = (await connection.runAndReadAll('SELECT version FROM store_version')).getRowsJson();
  return typeof versions[0]?.[0] === 'number' ? versions[0][0] : undefined;
}

/** Takes the steps that a store has not taken yet, all or none of them. Rejects with what DuckDB says of a step that fails. */
export async function migrate(
  connection: DuckDBConnection,
  from: number,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  try {
    await connection.run('CREATE TABLE IF NOT EXISTS store_version (version INTEGER)');
    for (const { version, sql } of steps) {
      if (version <= from) continue;
      for (const statement of sql) await connection.run(statement);
    }
    await connection.run('DELETE FROM store_version');
    await connection.run('INSERT INTO store_version VALUES ($1)', [latestVersion(steps)]);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK');
    throw error;
  }
}
