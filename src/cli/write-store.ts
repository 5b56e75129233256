import type { StudyFolder } from '../study/results/study-folder.ts';
import { buildStore } from '../study/store/build-store.ts';
import { DuckdbMissing } from '../study/store/database.ts';

/** Leaves study.duckdb beside a study that has all its runs. A machine without DuckDB is told, and does without. */
export async function writeStore({ index, path }: StudyFolder): Promise<void> {
  index.complete();
  await storeOf(path);
}

/** Makes the store of a folder whose runs are all there. */
export async function storeOf(folder: string): Promise<void> {
  try {
    await buildStore(folder);
  } catch (error) {
    if (!(error instanceof DuckdbMissing)) throw error;
    process.stderr.write(`${error.message}\n`);
  }
}
