import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of real traces, which is not part of the repository. PLIMSOLL_SHARED names another of the same build. */
export const SHARED = process.env['PLIMSOLL_SHARED'] ?? fileURLToPath(new URL('../../../shared/', import.meta.url));

export const hasShared = existsSync(SHARED);

/** For the title of a suite that needs the real traces, so that a skip says what is missing. */
export const needsShared = hasShared ? '' : ` (skipped: ${SHARED} is missing)`;

/** Names of the files of a folder of groundtruth that match, sorted; none where the shared folder is missing. */
export function groundtruthFiles(folder: string, pattern: RegExp): string[] {
  if (!hasShared) return [];
  return readdirSync(join(SHARED, 'groundtruth', folder))
    .filter((name) => pattern.test(name))
    .sort();
}

/** A file of groundtruth. */
export function groundtruth(folder: string, name: string): string {
  return join(SHARED, 'groundtruth', folder, name);
}

/** A CSV of groundtruth without quotes: the columns of its header, and a line of cells by column for each row. */
export function groundtruthTable(
  folder: string,
  name: string,
): { readonly columns: readonly string[]; readonly rows: readonly Readonly<Record<string, string>>[] } {
  const [header = '', ...lines] = readFileSync(groundtruth(folder, name), 'utf8').trim().split(/\r?\n/);
  const columns = header.split(',');
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [columns[at]!, cell])));
  return { columns, rows };
}
