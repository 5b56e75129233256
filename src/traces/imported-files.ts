import { stat } from 'node:fs/promises';

/** Files that are kept: as many as a scenario names, seldom more. */
const KEPT_MAX = 8;

interface Kept {
  /** Size and time of last change: a file that has another is read again. */
  readonly stamp: string;
  readonly imported: unknown;
}

/**
 * What was imported from files, so that runs that differ in luck alone do not read the same file again. Who takes an
 * import from here leaves it as it is.
 */
export class ImportedFiles {
  // In the order of their last use.
  readonly #kept = new Map<string, Kept>();

  /** What `read` makes of the file at `path` with these options, or made of it before. What `read` throws is not kept. */
  async import<Imported>(path: string, options: unknown, read: () => Promise<Imported>): Promise<Imported> {
    const stamp = await stampOf(path);
    // A file that cannot be asked is one that its importer complains of.
    if (stamp === undefined) return read();
    const key = JSON.stringify([path, options]);
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    const imported = known?.stamp === stamp ? (known.imported as Imported) : await read();
    this.#kept.set(key, { stamp, imported });
    if (this.#kept.size > KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    return imported;
  }
}

async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { size, mtimeNs, ino } = await stat(path, { bigint: true });
    return `${size} ${mtimeNs} ${ino}`;
  } catch {
    return undefined;
  }
}
