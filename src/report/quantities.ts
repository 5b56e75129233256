import { html, type Html } from './html.ts';

/** A number as people read it, and exactly. `exact` is null when there is nothing more to say. */
export interface Quantity {
  readonly text: string;
  readonly exact: string | null;
}

/** Shown where there is no value (no job, nothing measured). */
export const MISSING = '–';

/** Keeps a number and its unit on one line. */
export const NO_BREAK = '\u00a0';

/** A figure that may be missing; NaN and infinities count as missing, since JSON cannot hold them. */
export type Measured = number | null;

/** Seconds in the largest unit of which there is at least one: 250 ms, 12.3 s, 4.2 min, 1.7 h, 3.2 d. */
export function duration(seconds: Measured): Quantity {
  return durationIn(seconds, { ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' });
}

/** The same for sentences: 1.7 hours, 30.4 days. */
export function durationInWords(seconds: Measured): Quantity {
  return durationIn(seconds, { ms: 'milliseconds', s: 'seconds', min: 'minutes', h: 'hours', d: 'days' });
}

/** A whole number of things: 12,345. */
export function count(value: Measured): Quantity {
  if (!isMeasured(value)) return missing();
  return { text: grouped(value, 0), exact: Number.isInteger(value) ? null : String(value) };
}

/** A figure without a unit, to three digits or the whole part: 0.42, 6.53, 31.2, 6,536. */
export function decimal(value: Measured): Quantity {
  if (!isMeasured(value)) return missing();
  const text = threeDigits(value);
  return { text, exact: text === String(value) ? null : String(value) };
}

/** A fraction as per cent: 0.8123 is 81.2 %. */
export function percent(fraction: Measured): Quantity {
  if (!isMeasured(fraction)) return missing();
  return { text: `${grouped(fraction * 100, 1)}${NO_BREAK}%`, exact: `${fraction * 100} %` };
}

/** Hours times GPUs (or times jobs): 1,234 GPU-hours. */
export function hours(value: Measured, unit: 'GPU-hours' | 'job-hours' | 'node-hours'): Quantity {
  if (!isMeasured(value)) return missing();
  return { text: threeDigits(value), exact: `${value} ${unit}` };
}

/** "1 job", "2 jobs", "12,345 jobs". */
export function countOf(value: number, singular: string, plural = `${singular}s`): string {
  return `${count(value).text} ${value === 1 ? singular : plural}`;
}

/** A quantity in running text; the exact figure shows when the pointer rests on it. */
export function shown(quantity: Quantity): Html {
  return quantity.exact === null
    ? html`${quantity.text}`
    : html`<span title="${quantity.exact}">${quantity.text}</span>`;
}

function isMeasured(value: Measured): value is number {
  return value !== null && Number.isFinite(value);
}

function missing(): Quantity {
  return { text: MISSING, exact: null };
}

type UnitNames = Readonly<Record<'ms' | 's' | 'min' | 'h' | 'd', string>>;

/** Each unit's length in seconds, and the value (in the unit) that rounds to one of the next: 59.95 s is 1.0 min. */
const UNITS = [
  { name: 'ms', seconds: 0.001, below: 999.5 },
  { name: 's', seconds: 1, below: 59.95 },
  { name: 'min', seconds: 60, below: 59.95 },
  { name: 'h', seconds: 3600, below: 23.95 },
  { name: 'd', seconds: 86_400, below: Infinity },
] as const;

function durationIn(seconds: Measured, names: UnitNames): Quantity {
  if (!isMeasured(seconds)) return missing();
  const exact = `${seconds} s`;
  if (seconds === 0) return { text: `0${NO_BREAK}${names.s}`, exact: null };
  const unit = UNITS.find((candidate) => Math.abs(seconds) / candidate.seconds < candidate.below) ?? UNITS[4];
  const value = seconds / unit.seconds;
  const text = unit.name === 'ms' ? threeDigits(value) : grouped(value, Math.abs(value) < 99.95 ? 1 : 0);
  return { text: `${text}${NO_BREAK}${names[unit.name]}`, exact };
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001) return value.toExponential(1);
  if (size < 0.9995) return value.toFixed(3).replace(/0+$/, '');
  if (size < 9.995) return grouped(value, 2);
  return grouped(value, size < 99.95 ? 1 : 0);
}

const FORMATS = [0, 1, 2].map(
  (digits) => new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
);

/** A number with commas between thousands and a fixed number of decimals. */
export function grouped(value: number, digits: 0 | 1 | 2): string {
  const format = FORMATS[digits];
  if (format === undefined) throw new RangeError(`${digits} digits; 0 to 2 are known`);
  return format.format(value);
}
