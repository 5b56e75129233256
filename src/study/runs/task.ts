import { canonicalHash } from '../../scenario/canonical-hash.ts';
import type { Scenario } from '../../scenario/schema/scenario-schema.ts';
import type { StudyData } from '../file/study-schema.ts';
import { codeVersion } from '../generated/code-version.ts';

/** One run that a study asks for: plain data, so that it can travel to another thread or machine. */
export interface RunTask {
  /** What it is known by: SHA-256 (hex) of everything that decides the answer. The same key, the same outcome. */
  readonly key: string;
  /** The settled scenario, with the seed of this run. */
  readonly scenario: Scenario;
  /** File that paths in the scenario are relative to. */
  readonly file: string;
  readonly warmUp: StudyData['warmUp'];
  /** Metrics to be measured, as written. */
  readonly metrics: readonly string[];
}

/** What a run answers to a study. Plain data; the same bytes whoever ran it. */
export interface RunOutcome {
  readonly key: string;
  readonly fingerprint: string;
  /** Simulated time, s. */
  readonly endS: number;
  /** Values by metric; null where the run leaves one open. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Length of the warm-up that was cut off, s; null where it was not over. */
  readonly warmUpS: number | null;
  /** Jobs that wait, as averages over equal buckets from first to last submission: for trends. */
  readonly backlog: { readonly bucketS: number; readonly jobs: readonly number[] };
  readonly faults: number;
  readonly warnings: readonly string[];
}

/** A task with its key. `inputs` are hashes of the files that the scenario names. */
export function taskOf(parts: Omit<RunTask, 'key'>, scenarioHash: string, inputs: readonly string[]): RunTask {
  const { scenario, warmUp, metrics } = parts;
  const key = canonicalHash([codeVersion, scenarioHash, scenario.seed, inputs, warmUp, [...metrics].sort()]);
  return { key, ...parts };
}
