/** A unit of a quantity: how people write it and what one of it is in the quantity's base unit. */
export interface Unit {
  readonly names: readonly string[];
  readonly size: number;
  /** Read, but never written: 30d is clearer than 4w2d. */
  readonly readOnly?: boolean;
}

/** A kind of quantity: durations, sizes, rates. Units from largest to smallest. */
export interface QuantityKind {
  readonly name: string;
  /** What the parsed number counts, for messages. */
  readonly base: string;
  readonly units: readonly Unit[];
  /** Size of the unit that a plain number stands for; left out when a plain number is refused. */
  readonly plainNumber?: { readonly unit: string; readonly size: number };
  /** Several units in a row, as in "1h30m". */
  readonly compound: boolean;
  readonly example: string;
}

/** Either the number, in whole base units, or a sentence that says why not and the mend. */
export type ParsedQuantity = { readonly value: number } | { readonly reason: string };

const PART = /\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*([A-Za-zµ/]+)/y;

/** Reads a quantity as people write it. The value is rounded to whole base units and may be negative. */
export function parseQuantity(kind: QuantityKind, written: string | number): ParsedQuantity {
  if (typeof written === 'number') return parsePlain(kind, written);
  const text = written.trim();
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (/^\d+(\.\d+)?([eE][+-]?\d+)?$/.test(body)) return parsePlain(kind, sign * Number(body));
  const parsed = parseParts(kind, body);
  return 'value' in parsed ? inWholeUnits(kind, sign * parsed.value) : parsed;
}

/** A quantity that is known to be well written: the schema's bounds, or canonical text. RangeError otherwise. */
export function amount(kind: QuantityKind, text: string | number): number {
  const parsed = parseQuantity(kind, text);
  if ('reason' in parsed) throw new RangeError(`${text}: ${parsed.reason}`);
  return parsed.value;
}

/** The shortest exact way to write whole base units; parseQuantity reads it back to the same number. */
export function formatQuantity(kind: QuantityKind, value: number): string {
  const smallest = kind.units[kind.units.length - 1]!;
  if (value === 0) return `0${(kind.plainNumber?.unit ?? smallest.names[0])!}`;
  if (!kind.compound) {
    const unit = kind.units.find(({ size }) => value % size === 0) ?? smallest;
    return `${value / unit.size}${unit.names[0]!}`;
  }
  let left = Math.abs(value);
  let text = value < 0 ? '-' : '';
  for (const { names, size, readOnly = false } of kind.units) {
    if (readOnly) continue;
    const whole = Math.floor(left / size);
    if (whole > 0) text += `${whole}${names[0]!}`;
    left -= whole * size;
  }
  return text;
}

/** The units a kind accepts, for messages and the reference page. */
export function unitNames(kind: QuantityKind): string {
  return kind.units.flatMap(({ names }) => names).join(', ');
}

function parsePlain(kind: QuantityKind, number: number): ParsedQuantity {
  if (kind.plainNumber === undefined) {
    return { reason: `a ${kind.name} needs a unit; write it like ${kind.example} (units: ${unitNames(kind)})` };
  }
  return inWholeUnits(kind, number * kind.plainNumber.size);
}

function parseParts(kind: QuantityKind, body: string): ParsedQuantity {
  const malformed = { reason: `not a ${kind.name}; write it like ${kind.example} (units: ${unitNames(kind)})` };
  let sum = 0;
  let last = Number.POSITIVE_INFINITY;
  PART.lastIndex = 0;
  while (PART.lastIndex < body.length) {
    const match = PART.exec(body);
    if (match === null) return malformed;
    const unit = kind.units.find(({ names }) => names.includes(match[2]!));
    if (unit === undefined) {
      return { reason: `"${match[2]!.slice(0, 20)}" is not a unit of a ${kind.name}; use one of ${unitNames(kind)}` };
    }
    if (last !== Number.POSITIVE_INFINITY && !kind.compound) return malformed;
    if (unit.size >= last) return { reason: `units must go from large to small, each once, like ${kind.example}` };
    last = unit.size;
    sum += Number(match[1]) * unit.size;
  }
  return last === Number.POSITIVE_INFINITY ? malformed : { value: sum };
}

function inWholeUnits(kind: QuantityKind, value: number): ParsedQuantity {
  const rounded = Math.round(value);
  if (!Number.isSafeInteger(rounded)) return { reason: `more ${kind.base} than can be counted exactly (2^53)` };
  return { value: rounded === 0 ? 0 : rounded };
}
