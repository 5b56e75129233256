import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Scenario } from '../../scenario/schema/scenario-schema.ts';

/** Hashes of files, so that each is read once however many scenarios name it. */
export class InputFiles {
  private readonly hashes = new Map<string, Promise<string>>();

  /** SHA-256 (hex) of every file that a scenario names, in the order of the scenario. A missing file is an empty text. */
  async hashesOf(scenario: Scenario, file: string): Promise<readonly string[]> {
    return Promise.all(namedFiles(scenario).map((named) => this.hashOf(resolve(dirname(file), named))));
  }

  private hashOf(path: string): Promise<string> {
    let hash = this.hashes.get(path);
    if (hash === undefined) {
      hash = hashFile(path);
      this.hashes.set(path, hash);
    }
    return hash;
  }
}

/** Paths of the files that a scenario names, as written in it. */
export function namedFiles({ cluster, workload, failures }: Scenario): string[] {
  return [
    ...(cluster.nodeList === undefined ? [] : [cluster.nodeList.file]),
    ...workload.traces.map((trace) => String(trace['file'])),
    ...(failures?.traces ?? []).map((trace) => String(trace['file'])),
  ];
}

/**
 * SHA-256 (hex) of a file. Preparing the run says what is wrong with one that cannot be read; here it only must not look
 * like another, and is an empty text.
 */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return '';
  }
  return hash.digest('hex');
}
