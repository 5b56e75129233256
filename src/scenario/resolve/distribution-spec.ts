import type { DistributionSpec } from '../../sim/kernel/distributions/registry.ts';
import type { SyntheticEntry } from '../schema/scenario-schema.ts';
import { secondsOf } from './seconds.ts';

type DurationEntry = SyntheticEntry['run'];
type NumberEntry = NonNullable<SyntheticEntry['requestedFactor']>;

/** Parameters that are times, which a scenario writes as durations. */
const TIMES: ReadonlySet<string> = new Set(['value', 'mean', 'min', 'max', 'scale', 'median', 'values']);

/** A distribution of durations, its times in s. */
export function durationSpec(entry: DurationEntry): DistributionSpec {
  return inSeconds(entry) as DistributionSpec;
}

/** A duration or a distribution of durations, as a distribution in s. */
export function durationOrDistributionSpec(entry: string | number | object): DistributionSpec {
  if (typeof entry === 'object') return inSeconds(entry) as DistributionSpec;
  return { kind: 'deterministic', value: secondsOf(entry) };
}

/** A distribution of plain numbers: it is written as the kernel takes it. */
export function numberSpec(entry: NumberEntry): DistributionSpec {
  return entry as DistributionSpec;
}

function inSeconds(entry: object): object {
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]: [string, unknown]) => [
      key,
      TIMES.has(key) ? secondsIn(value) : deeper(value),
    ]),
  );
}

function secondsIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(secondsIn);
  return typeof value === 'string' || typeof value === 'number' ? secondsOf(value) : value;
}

function deeper(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown) => (typeof item === 'object' && item !== null ? inSeconds(item) : item));
}
