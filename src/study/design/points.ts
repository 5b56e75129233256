import type { PlainValue } from '../../scenario/document/plain-data.ts';
import { AleaStream } from '../../sim/kernel/random.ts';
import { axisValues, valueAlong } from './axis-values.ts';
import type { StudyData } from '../file/study-schema.ts';

/** One setting of everything that a study varies. */
export interface Point {
  readonly index: number;
  /** The named variant; '' where the study has none. */
  readonly variant: string;
  /** Value of each axis, by its name. */
  readonly values: Readonly<Record<string, PlainValue>>;
  /** Changes to the scenario in the order in which they are made: path, value, and where in the study it stands. */
  readonly changes: readonly Change[];
}

export interface Change {
  readonly path: string;
  readonly value: PlainValue;
  readonly from: readonly string[];
}

/** All points of a study, variant by variant, the last axis fastest. */
export function pointsOf(data: StudyData): Point[] {
  const variants = Object.keys(data.scenarios);
  const settings = settingsOf(data).filter((values) => !isExcluded(values, data));
  const points: Point[] = [];
  for (const variant of variants.length === 0 ? [''] : variants) {
    for (const values of settings) {
      const changes = [
        ...changesOf(data.set, ['set']),
        ...variantChanges(data, variant),
        ...Object.entries(data.axes).map(([name, { path }]) => ({ path, value: values[name]!, from: ['axes', name] })),
      ];
      points.push({ index: points.length, variant, values, changes });
    }
  }
  return points;
}

type Values = Readonly<Record<string, PlainValue>>;

function settingsOf(data: StudyData): Values[] {
  const axes = Object.entries(data.axes);
  if (data.design === 'latin-hypercube') return hypercube(data);
  const columns = axes.map(([name, axis]) => ({ name, values: axisValues(axis) }));
  if (data.design === 'list') {
    const rows = columns[0]?.values.length ?? 1;
    return Array.from({ length: rows }, (_, row) =>
      Object.fromEntries(columns.map(({ name, values }) => [name, values[row]!])),
    );
  }
  let settings: Values[] = [{}];
  for (const { name, values } of columns) {
    settings = settings.flatMap((setting) => values.map((value) => ({ ...setting, [name]: value })));
  }
  return settings;
}

/** McKay, Beckman and Conover (1979): each axis is cut into as many slices as there are points, and each slice has one. */
function hypercube({ axes, points = 2, seed }: StudyData): Values[] {
  const columns = Object.entries(axes).map(([name, axis]) => {
    const luck = new AleaStream(JSON.stringify([seed, 'latin hypercube', name]));
    const slices = Array.from({ length: points }, (_, slice) => slice);
    for (let left = points; left > 1; left--) {
      const other = Math.floor(luck.uniform() * left);
      [slices[left - 1], slices[other]] = [slices[other]!, slices[left - 1]!];
    }
    return { name, values: slices.map((slice) => valueAlong(axis, (slice + luck.uniform()) / points)) };
  });
  return Array.from({ length: points }, (_, point) =>
    Object.fromEntries(columns.map(({ name, values }) => [name, values[point]!])),
  );
}

function isExcluded(values: Values, { exclude }: StudyData): boolean {
  return exclude.some((excluded) =>
    Object.entries(excluded).every(([name, value]) => JSON.stringify(values[name]) === JSON.stringify(value)),
  );
}

/** Those of what it extends come first. */
function variantChanges({ scenarios }: StudyData, name: string): Change[] {
  const variant = scenarios[name];
  if (variant === undefined) return [];
  const base = variant.extends === undefined ? [] : variantChanges({ scenarios } as StudyData, variant.extends);
  return [...base, ...changesOf(variant.set, ['scenarios', name, 'set'])];
}

function changesOf(set: StudyData['set'], from: readonly string[]): Change[] {
  return Object.entries(set).map(([path, value]) => ({ path, value: value as PlainValue, from: [...from, path] }));
}
