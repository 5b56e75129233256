import { canonicalHash } from '../../scenario/canonical-hash.ts';
import type { Scenario } from '../../scenario/schema/scenario-schema.ts';
import { codeVersion } from '../generated/code-version.ts';

/** One run that a study asks for: plain data, so that it can travel to another thread or machine. */
export interface RunTask {
  /** What it is known by: SHA-256 (hex) of everything that decides the answer. The same key, the same outcome. */
  readonly key: string;
  /** The settled scenario, with the seed of this run. */
  readonly scenario: Scenario;
  /** File that paths in the scenario are relative to. */
  readonly file: string;
  /** SHA-256 (hex) of each file that the scenario names, in its order; empty for one that cannot be read. */
  readonly inputs: readonly string[];
  /** How much is cut off at the beginning, whole us; null where the warm-up was looked for and is not over. */
  readonly warmUpUs: number | null;
  /** Metrics to be measured, as written. */
  readonly metrics: readonly string[];
  /** Level of the intervals by batch means within the run; left out, there are none. */
  readonly batchLevel?: number;
  /** The outcome holds the jobs in system over time: by it the warm-up of other runs is judged. */
  readonly isPilot?: true;
}

/** What a run answers to a study. Plain data; the same bytes whoever ran it. */
export interface RunOutcome {
  readonly key: string;
  readonly fingerprint: string;
  /** Simulated time, s. */
  readonly endS: number;
  /** Values by metric; null where the run leaves one open. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** By metric, for those that are means over time or over jobs: its interval by batch means, if that was asked for. */
  readonly batches?: Readonly<Record<string, BatchInterval>>;
  /** Of a pilot: jobs that wait or run, as averages over equal buckets from first to last submission. */
  readonly inSystem?: { readonly bucketS: number; readonly jobs: readonly number[] };
  /** Length of the warm-up that was cut off, s; null where it was not over. */
  readonly warmUpS: number | null;
  /** Jobs that wait, and the GPUs that they ask for, as averages over equal buckets from first to last submission. */
  readonly backlog: { readonly bucketS: number; readonly jobs: readonly number[]; readonly gpus: readonly number[] };
  readonly faults: number;
  readonly warnings: readonly string[];
}

export interface BatchInterval {
  readonly low: number;
  readonly high: number;
  /** False when batches still follow each other: the run is too short for a sound interval. */
  readonly areIndependent: boolean;
}

/** A task with its key. */
export function taskOf(parts: Omit<RunTask, 'key'>, scenarioHash: string): RunTask {
  const { scenario, inputs, warmUpUs, metrics, batchLevel = null, isPilot = false } = parts;
  const asked = [...metrics].sort();
  const key = canonicalHash([codeVersion, scenarioHash, scenario.seed, inputs, warmUpUs, asked, batchLevel, isPilot]);
  return { key, ...parts };
}
