import type { PlainValue } from '../../scenario/document/plain-data.ts';
import { duration } from '../../scenario/quantities/duration.ts';
import { formatQuantity, parseQuantity } from '../../scenario/quantities/quantity.ts';
import type { AxisData } from '../file/study-schema.ts';

const POINTS = 5;

/** The values of an axis whose mistakes have been told. */
export function axisValues(axis: AxisData): readonly PlainValue[] {
  if (axis.values !== undefined) return axis.values as readonly PlainValue[];
  const values = rangeValues(axis);
  if ('reason' in values) throw new RangeError(values.reason);
  return values.values;
}

/** The value at a share (0..1) of the way along an axis: one of its values, or between from and to. */
export function valueAlong(axis: AxisData, share: number): PlainValue {
  if (axis.values !== undefined) {
    const { values } = axis;
    return values[Math.min(values.length - 1, Math.floor(share * values.length))] as PlainValue;
  }
  const ends = endsOf(axis);
  if ('reason' in ends) throw new RangeError(ends.reason);
  return ends.write(between(axis, ends.from, ends.to, share));
}

/** The values from..to, or what is wrong with these. */
export function rangeValues(axis: AxisData): { readonly values: readonly PlainValue[] } | { readonly reason: string } {
  const ends = endsOf(axis);
  if ('reason' in ends) return ends;
  const count = axis.points ?? POINTS;
  const values = Array.from({ length: count }, (_, index) =>
    ends.write(between(axis, ends.from, ends.to, index / (count - 1))),
  );
  return { values: [...new Set(values)] };
}

interface Ends {
  readonly from: number;
  readonly to: number;
  readonly write: (value: number) => PlainValue;
}

function endsOf({ from, to, scale, whole }: AxisData): Ends | { readonly reason: string } {
  const isText = typeof from === 'string';
  if (isText !== (typeof to === 'string')) return { reason: 'has one end with a unit and one without' };
  const ends = [from!, to!].map((end) => (typeof end === 'number' ? { value: end } : parseQuantity(duration, end)));
  for (const end of ends) if ('reason' in end) return { reason: `has an end that ${end.reason}` };
  const [low, high] = ends.map((end) => ('value' in end ? end.value : NaN)) as [number, number];
  if (!(low < high)) return { reason: `goes from ${from} to ${to}; write the smaller value first` };
  if (scale === 'log' && low <= 0) return { reason: `has a logarithmic scale, so it begins above 0, not at ${from}` };
  const write = (value: number): PlainValue =>
    isText
      ? formatQuantity(duration, value === low || value === high ? value : readable(value))
      : whole
        ? Math.round(value)
        : rounded(value);
  return { from: low, to: high, write };
}

function between({ scale }: AxisData, from: number, to: number, share: number): number {
  if (share === 1) return to;
  return scale === 'log' ? from * (to / from) ** share : from + share * (to - from);
}

/** A duration between the ends, whole us, with four digits: 48m44s, and not 48m44s108ms627us. */
function readable(us: number): number {
  return Math.round(Number(us.toPrecision(4)));
}

/** 12 digits: 0.1 + 0.2 is written as 0.3. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
