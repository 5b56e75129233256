import { power } from '../../sim/kernel/portable-math.ts';
import type { DataSetEntry, Scenario, SyntheticEntry } from '../schema/scenario-schema.ts';

/** The names of the sets that an entry stands for. */
export function setNames({ name, number }: DataSetEntry): string[] {
  return number === undefined ? [name] : Array.from({ length: number }, (_, index) => `${name}-${index + 1}`);
}

/** The names of all data sets of a scenario, in its order. */
export function dataSetNames({ data }: Pick<Scenario, 'data'>): string[] {
  return data === undefined ? [] : data.sets.flatMap(setNames);
}

/** What synthetic jobs read, set by set. `entries` are those of data.sets, and each name of the mix is one of theirs. */
export function weightedSets(
  mix: NonNullable<SyntheticEntry['dataSets']>,
  entries: readonly DataSetEntry[],
): { readonly name: string; readonly weight: number }[] {
  return mix.flatMap(({ name, weight, zipf }) => {
    const names = setNames(entries.find((entry) => entry.name === name) ?? { name, size: '1B' });
    const parts = names.map((_, index) => power(index + 1, -zipf));
    const whole = parts.reduce((sum, part) => sum + part, 0);
    return names.map((one, index) => ({ name: one, weight: (weight * parts[index]!) / whole }));
  });
}
