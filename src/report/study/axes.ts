import { duration } from '../../scenario/quantities/duration.ts';
import { parseQuantity } from '../../scenario/quantities/quantity.ts';
import type { PlainValue } from '../../scenario/document/plain-data.ts';
import { textOf } from '../../study/plan/settings.ts';
import type { PointResult } from '../../study/results/point-result.ts';
import type { StudyResult } from '../../study/results/write-results.ts';
import { axisLabels } from '../names.ts';

/** A value on an axis: how it is called and, on an axis of numbers, where it stands. */
export interface AxisValue {
  readonly label: string;
  /** In the axis's unit; NaN where values are names. */
  readonly at: number;
}

/** Something in which the points of a study differ. */
export interface StudyAxis {
  readonly name: string;
  /** Numbers and durations have places on a line, names only an order. */
  readonly isNumber: boolean;
  readonly isLog: boolean;
  /** Of `at`: "h" for durations that are drawn in hours, '' for plain numbers. */
  readonly unit: string;
  /** Each once; numbers ascending, names in the order of the study. */
  readonly values: readonly AxisValue[];
  readonly of: (point: PointResult) => AxisValue;
}

/** Numbers over a wider range than this, each some times the one before, stand on a logarithmic axis. */
const WIDE_RATIO = 50;
const LABEL_LENGTH_MAX = 40;

/** The axes of a study that have two values or more; its named scenarios are one. */
export function axesOf({ axes, points, made }: StudyResult): StudyAxis[] {
  const logs = new Set(made.axes.filter(({ isLog }) => isLog).map(({ name }) => name));
  const all = [
    axisOf('scenario', points, (point) => point.variant, false),
    ...axes.map((name) => axisOf(name, points, (point) => point.values[name] ?? null, logs.has(name))),
  ];
  return all.filter(({ values }) => values.length > 1);
}

/** One axis over the points; `isLog` where the study says so. */
export function axisOf<P>(
  name: string,
  points: readonly P[],
  read: (point: P) => PlainValue,
  isLog: boolean,
): Omit<StudyAxis, 'of'> & { readonly of: (point: P) => AxisValue } {
  const keyed = new Map(points.map((point) => [JSON.stringify(read(point)), read(point)]));
  const raw = [...keyed.values()];
  const seconds = raw.map(secondsOf);
  const isDuration = seconds.every((value) => value !== undefined);
  const isNumber = isDuration || raw.every((value) => typeof value === 'number');
  const unit = isDuration ? unitOf(Math.max(...seconds)) : { name: '', seconds: 1 };
  const places = isDuration ? seconds.map((value) => value / unit.seconds) : (raw as number[]);
  const labels = axisLabels(raw.map(textOf), '(none)', LABEL_LENGTH_MAX);
  const entries = raw.map((value, index) => {
    return [JSON.stringify(value), { label: labels[index]!, at: isNumber ? places[index]! : NaN }] as const;
  });
  if (isNumber) entries.sort(([, a], [, b]) => a.at - b.at);
  const byKey = new Map(entries);
  const values = [...byKey.values()];
  return {
    name,
    isNumber,
    isLog: isNumber && values[0]!.at > 0 && (isLog || isGeometric(values)),
    unit: unit.name,
    values,
    of: (point) => byKey.get(JSON.stringify(read(point)))!,
  };
}

/** "policy fifo, nodes 64": a point in words; "the scenario as it is" for a study that varies nothing. */
export function settingText(point: PointResult, axes: readonly StudyAxis[]): string {
  if (axes.length === 0) return 'the scenario as it is';
  return axes.map((axis) => `${axis.name} ${axis.of(point).label}`).join(', ');
}

function secondsOf(value: PlainValue): number | undefined {
  if (typeof value !== 'string') return undefined;
  const parsed = parseQuantity(duration, value);
  return 'reason' in parsed ? undefined : parsed.value / 1e6;
}

const UNITS = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
] as const;

/** The largest unit of which the longest duration has two. */
function unitOf(longestS: number): { readonly name: string; readonly seconds: number } {
  return UNITS.find(({ seconds }) => longestS >= 2 * seconds) ?? UNITS[3];
}

function isGeometric(values: readonly AxisValue[]): boolean {
  if (values.length < 3 || values.at(-1)!.at / values[0]!.at < WIDE_RATIO) return false;
  const ratios = values.slice(1).map(({ at }, index) => at / values[index]!.at);
  return Math.max(...ratios) <= 3 * Math.min(...ratios);
}
