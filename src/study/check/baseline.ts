import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { PlainValue } from '../../scenario/document/plain-data.ts';
import type { Study } from '../file/load-study.ts';
import { StoreError } from '../results/journal.ts';
import type { PointResult } from '../results/point-result.ts';
import type { SweptPoint } from '../sweep.ts';

const FORMAT = 'plimsoll.baseline';
const VERSION = 1;

/** What a study gave at an earlier time, run by run, so that a later time can be held against it in pairs. Plain data. */
export interface Baseline {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** Name of the study. */
  readonly study: string;
  /** Of replication 0; replication r has seed + r. */
  readonly seed: number;
  readonly points: readonly BaselinePoint[];
}

export interface BaselinePoint {
  readonly variant: string;
  readonly values: Readonly<Record<string, PlainValue>>;
  readonly scenarioHash: string;
  readonly unstable: PointResult['unstable'];
  /** Values by metric, one a replication; null where the run leaves it open. */
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
}

/** The baseline that the runs of a study make. */
export function baselineOf({ data }: Study, swept: readonly SweptPoint[]): Baseline {
  const points = swept.map(({ result, outcomes }) => ({
    variant: result.variant,
    values: result.values,
    scenarioHash: result.scenarioHash,
    unstable: result.unstable,
    metrics: Object.fromEntries(
      data.metrics.map((text) => [text, outcomes.map(({ metrics }) => metrics[text] ?? null)]),
    ),
  }));
  return { format: FORMAT, version: VERSION, study: data.name, seed: data.seed, points };
}

/** Writes a baseline under another name first. StoreError where it cannot be written. */
export function writeBaseline(path: string, baseline: Baseline): void {
  try {
    writeFileSync(`${path}.new`, `${JSON.stringify(baseline, null, 1)}\n`);
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw new StoreError(`${path}: cannot write: ${(error as Error).message}`);
  }
}

/** Reads a baseline. StoreError if there is none, it is damaged, newer than this program or of another study. */
export function readBaseline(path: string, { data }: Study): Baseline {
  const renew = 'write it with --update';
  let read: Partial<Baseline>;
  try {
    read = JSON.parse(readFileSync(path, 'utf8')) as Partial<Baseline>;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new StoreError(`${path}: ${isMissing ? 'does not exist' : 'is no baseline'}; ${renew}`);
  }
  if (read?.format !== FORMAT || !Array.isArray(read.points) || typeof read.seed !== 'number') {
    throw new StoreError(`${path}: is no baseline of a study; ${renew}, to another file`);
  }
  if (read.version !== VERSION) {
    throw new StoreError(`${path}: has version ${String(read.version)}, this plimsoll reads ${VERSION}; ${renew}`);
  }
  if (read.study !== data.name) {
    throw new StoreError(`${path}: is of the study "${read.study}", not of "${data.name}"; give its own, or ${renew}`);
  }
  return read as Baseline;
}

/** Where in a baseline a point stands: by its variant and the values of its axes. */
export function keyOf({ variant, values }: Pick<BaselinePoint, 'variant' | 'values'>): string {
  return JSON.stringify([variant, Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1))]);
}
