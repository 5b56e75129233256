import type { PlainValue } from '../../scenario/document/plain-data.ts';
import { duration } from '../../scenario/quantities/duration.ts';
import { formatQuantity, parseQuantity } from '../../scenario/quantities/quantity.ts';
import { rangeValues } from '../design/axis-values.ts';
import type { PlanData } from '../file/study-schema.ts';

const VALUES_MAX = 1_000_000;

export type VariableData = PlanData['variables'][string];

/** Something that may be chosen, with its values in the order of what they do for the targets: the last helps most. */
export interface Variable {
  readonly name: string;
  readonly path: string;
  readonly values: readonly PlainValue[];
  /** Whether each value does at least as well as the one before it. */
  readonly isMonotone: boolean;
  /** Whether neighbouring values do alike, as those of a range do. */
  readonly isRange: boolean;
}

/** A variable whose mistakes have been told. */
export function variableOf(name: string, data: VariableData): Variable {
  const values = valuesOf(data);
  if ('reason' in values) throw new RangeError(values.reason);
  const monotone = data.monotone ?? (data.values === undefined ? 'more-is-better' : 'none');
  const ordered = monotone === 'less-is-better' ? values.values.toReversed() : values.values;
  return {
    name,
    path: data.path,
    values: ordered,
    isMonotone: monotone !== 'none',
    isRange: data.values === undefined,
  };
}

type Values = { readonly values: readonly PlainValue[] } | { readonly reason: string };

/** The values of a variable, ascending, or what is wrong with them. */
export function valuesOf(data: VariableData): Values {
  const { values, from, to, step, points } = data;
  if (values !== undefined) {
    if (from !== undefined || to !== undefined)
      return { reason: 'has values and a range; give either values, or from and to' };
    return { values: values as readonly PlainValue[] };
  }
  if (from === undefined || to === undefined) return { reason: 'has no values; give values, or from and to' };
  if (points !== undefined) {
    if (step !== undefined) return { reason: 'has points and a step; give one of them' };
    return rangeValues({ path: data.path, from, to, points, scale: data.scale, whole: false });
  }
  if (data.scale === 'log') return { reason: 'has a logarithmic scale, so it needs points' };
  return steppedValues(from, to, step);
}

function steppedValues(from: number | string, to: number | string, step: number | string | undefined): Values {
  const isText = typeof from === 'string';
  if (isText !== (typeof to === 'string')) return { reason: 'has one end with a unit and one without' };
  if (isText && step === undefined) return { reason: 'needs a step, like step: 30m, or points' };
  const numbers: number[] = [];
  for (const part of [from, to, step ?? 1]) {
    if (typeof part === 'number' && !isText) numbers.push(part);
    else {
      const parsed = isText ? parseQuantity(duration, part) : { reason: `is ${JSON.stringify(part)}, no number` };
      if ('reason' in parsed) return { reason: `has an end or a step that ${parsed.reason}` };
      numbers.push(parsed.value);
    }
  }
  const [low, high, each] = numbers as [number, number, number];
  if (!(low <= high)) return { reason: `goes from ${from} to ${to}; write the smaller value first` };
  if (!(each > 0)) return { reason: `has a step of ${step}; it must be above 0` };
  const count = Math.floor((high - low) / each + 1e-9) + 1;
  if (count > VALUES_MAX) return { reason: `has ${count} values; make the step larger` };
  const write = (value: number): PlainValue =>
    isText ? formatQuantity(duration, value) : Number(value.toPrecision(12));
  return { values: Array.from({ length: count }, (_, index) => write(low + index * each)) };
}
