import { copyFileSync, existsSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { StoreError } from '../results/journal.ts';
import { indexFile } from '../results/run-index.ts';
import { buildStore, removeDatabase, sourcesOf, storeFailure, storeFile, temporaryBeside } from './build-store.ts';
import { DatabaseFailure, withDatabase } from './database.ts';
import { latestVersion, migrate, migrations, versionOf, type Migration } from './migrations.ts';
import { makeViews } from './views.ts';

/**
 * Path of a store that is fresh and of this program's version. `study` is a study's folder, or a store by itself. In a
 * folder whose runs are newer than its store, or that has none, it is made anew; an old version is migrated. StoreError
 * where there is nothing to read, or it is damaged or newer than this program.
 */
export async function readyStore(study: string, steps: readonly Migration[] = migrations): Promise<string> {
  const stat = statSync(study, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new StoreError(`${study}: does not exist; give the folder of a study, or its ${storeFile}`);
  const folder = stat.isDirectory() ? study : undefined;
  const path = folder === undefined ? study : join(folder, storeFile);
  if (folder !== undefined && !existsSync(path)) {
    if (!existsSync(join(folder, indexFile))) {
      throw new StoreError(
        `${folder}: holds no study; give the folder that "plimsoll sweep", "compare" or "plan" wrote`,
      );
    }
    await buildStore(folder);
    return path;
  }
  const { version, isFresh } = await lookAt(path, folder);
  const latest = latestVersion(steps);
  if (version > latest) {
    throw new StoreError(
      `${path}: was written by a newer plimsoll (store version ${version}, this one reads ${latest}); ${rebuild(path, 'update')}`,
    );
  }
  if (version < latest) await migrateFile(path, version, steps);
  if (!isFresh) await buildStore(folder!);
  return path;
}

/** Version of a store, and whether it holds all that the folder (undefined: none) has. */
async function lookAt(path: string, folder: string | undefined): Promise<{ version: number; isFresh: boolean }> {
  const damaged = (why: string): StoreError =>
    new StoreError(`${path}: ${why}; ${rebuild(path, 'choose another file')}`);
  try {
    return await withDatabase(path, 'query', async (connection) => {
      const version = await versionOf(connection);
      if (version === undefined) throw damaged('is a database of something else');
      const now = folder === undefined ? [] : sourcesOf(folder);
      return { version, isFresh: now.length === 0 || version > 0 ? await holds(connection, now) : false };
    });
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if (error instanceof DatabaseFailure || error instanceof Error)
      throw damaged(`cannot be read: ${error.message.split('\n')[0]}`);
    throw error;
  }
}

async function holds(connection: DuckDBConnection, now: ReturnType<typeof sourcesOf>): Promise<boolean> {
  if (now.length === 0) return true;
  const rows = (await connection.runAndReadAll('SELECT file, bytes, sha256 FROM sources ORDER BY file')).getRowsJson();
  const held = JSON.stringify(rows.map(([file, bytes, sha256]) => [file, Number(bytes), sha256]));
  return held === JSON.stringify(now.map(({ file, bytes, sha256 }) => [file, bytes, sha256]));
}

/** What to do about a store that cannot be used. Nothing is lost: it can be made again from the runs beside it. */
function rebuild(path: string, otherwise: string): string {
  const runs = join(dirname(path), 'runs.jsonl');
  return existsSync(join(dirname(path), indexFile))
    ? `nothing is lost: remove it, and the next query makes it anew from ${runs}`
    : otherwise;
}

/** Migrates a copy and puts it in place: what goes wrong leaves the old store as it was. */
async function migrateFile(path: string, version: number, steps: readonly Migration[]): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    copyFileSync(path, temporary);
    await withDatabase(temporary, 'write', async (connection) => {
      await migrate(connection, version, steps);
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
