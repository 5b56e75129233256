import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { PlainValue } from '../../scenario/document/plain-data.ts';
import type { Scenario } from '../../scenario/schema/scenario-schema.ts';
import type { Change } from '../design/points.ts';
import type { StudyData } from '../file/study-schema.ts';
import { codeVersion } from '../generated/code-version.ts';
import type { PlainPoint } from '../runs/settle-points.ts';
import { plimsollVersion } from '../version.ts';
import { StoreError, writeFailure } from './journal.ts';

const FORMAT = 'plimsoll.index';
const VERSION = 1;
/** Beside runs.jsonl, which holds what came of the runs. */
export const indexFile = 'index.jsonl';

/** What asked for the runs. */
export interface IndexHeader {
  readonly command: 'sweep' | 'merge' | 'compare' | 'plan' | 'check';
  readonly study: StudyData;
  /** Metrics that the runs are measured by, as written. */
  readonly metrics: readonly string[];
  readonly codeVersion: string;
  readonly plimsollVersion: string;
}

/** What an index begins with; the runs are of this program's code, unless said otherwise. */
export type IndexStart = Omit<IndexHeader, 'codeVersion' | 'plimsollVersion'> & { readonly codeVersion?: string };

export interface IndexedPoint {
  /** No two points have the same. */
  readonly point: number;
  readonly variant: string;
  readonly values: Readonly<Record<string, PlainValue>>;
  readonly changes: readonly Change[];
  readonly hash: string;
  /** File of the scenario, as given. */
  readonly file: string;
  readonly scenario: Scenario;
  /** Keys of its runs, by replication. */
  readonly keys: ReadonlyMap<number, string>;
}

/** What an index says: the points by their numbers, and whether all was asked for that was to be. */
export interface RunIndexContent extends IndexHeader {
  readonly points: readonly IndexedPoint[];
  readonly isComplete: boolean;
}

/**
 * Says which run belongs to which point of a study, a line for each, as they are asked for: with it and the journal,
 * whoever comes later can tell what the runs of a stopped study were about. Written anew by each command.
 */
export class RunIndex {
  readonly path: string;
  private readonly handle: number;
  /** Number of a point by what it is, and the replications that are there by its number. */
  private readonly numbers = new Map<string, number>();
  private readonly replications = new Map<number, Set<number>>();

  /** Begins the index of a folder. StoreError where it cannot be written. */
  constructor(folder: string, header: IndexStart) {
    this.path = join(folder, indexFile);
    try {
      this.handle = openSync(this.path, 'w');
    } catch (error) {
      throw writeFailure(this.path, error);
    }
    this.write({ format: FORMAT, version: VERSION, codeVersion, ...header, plimsollVersion });
  }

  /** Notes that a point is in the study. Answers the number that it goes by: its own, unless another point has that. */
  addPoint({ point, hash, settled }: PlainPoint): number {
    const { variant, values, changes } = point;
    const identity = JSON.stringify([point.index, variant, values, hash]);
    const known = this.numbers.get(identity);
    if (known !== undefined) return known;
    let number = point.index;
    while (this.replications.has(number)) number++;
    this.numbers.set(identity, number);
    this.replications.set(number, new Set());
    this.write({ point: number, variant, values, changes, hash, file: settled.file, scenario: settled.data });
    return number;
  }

  /** Notes what the run of a replication of a point is known by in the journal. */
  addRun(point: PlainPoint, replication: number, key: string): void {
    const number = this.addPoint(point);
    const replications = this.replications.get(number)!;
    if (replications.has(replication)) return;
    replications.add(replication);
    this.write({ point: number, replication, key });
  }

  /** Notes that nothing more will be asked for. */
  complete(): void {
    this.write({ isComplete: true });
  }

  close(): void {
    closeSync(this.handle);
  }

  private write(line: unknown): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(this.handle, bytes, written);
    } catch (error) {
      throw writeFailure(this.path, error);
    }
  }
}

/** The index of a folder, which another process may still write to; undefined if there is none. StoreError if it is damaged. */
export function readRunIndex(folder: string): RunIndexContent | undefined {
  const path = join(folder, indexFile);
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  // A last line without an end was torn by a kill, or is being written.
  const [first, ...lines] = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  const header = headerOf(path, first);
  const points = new Map<number, IndexedPoint & { readonly keys: Map<number, string> }>();
  let isComplete = false;
  lines.forEach((line, index) => {
    const entry = parsed(line) as Entry | undefined;
    if (entry?.isComplete === true) isComplete = true;
    else if (entry?.scenario !== undefined) points.set(entry.point, { ...entry, keys: new Map() });
    else if (entry !== undefined && points.has(entry.point))
      points.get(entry.point)!.keys.set(entry.replication, entry.key);
    else throw new StoreError(`${path}:${index + 2}: is damaged; ${AGAIN}`);
  });
  const sorted = [...points.values()].sort((one, other) => one.point - other.point);
  return { ...header, points: sorted, isComplete };
}

const AGAIN = 'give the command that made the folder again: it makes no run that is stored';

type Entry = Omit<IndexedPoint, 'keys'> & {
  readonly replication: number;
  readonly key: string;
  readonly isComplete?: true;
};

function headerOf(path: string, line: string | undefined): IndexHeader {
  const header =
    line === undefined
      ? undefined
      : (parsed(line) as (IndexHeader & { format?: unknown; version?: unknown }) | undefined);
  if (header?.format !== FORMAT || typeof header.version !== 'number') {
    throw new StoreError(`${path}: is no index of runs; ${AGAIN}`);
  }
  if (header.version > VERSION) {
    throw new StoreError(
      `${path}: was written by a newer plimsoll (index version ${header.version}, this one reads ${VERSION}); update, or ${AGAIN}`,
    );
  }
  return header;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
