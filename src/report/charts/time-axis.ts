import type { Summary } from '../../sim/record/summary.ts';
import { grouped } from '../quantities.ts';

/** How instants of the run stand on the page: as dates when it has a start date, else as time since the start. */
export interface TimeAxis {
  readonly title: string;
  readonly type: 'temporal' | 'quantitative';
  /** How ticks are written, as d3-time-format or d3-format. */
  readonly format: string;
  /** Place on the axis (ms since 1970, or the unit in the title) of an instant in s since the start. */
  place(seconds: number): number;
  /** An instant in words, in UTC when it is a date. */
  describe(seconds: number): string;
}

/** RangeError when the summary's start date is not a date. */
export function timeAxisOf({ startDate, figures }: Pick<Summary, 'startDate' | 'figures'>): TimeAxis {
  return startDate === null ? elapsedAxis(figures.endS) : dateAxis(startMs(startDate), figures.endS);
}

/** A field on the axis, exactly from the first instant to the last. */
export function timeEncoding<const Field extends string>(field: Field, { type, title, format }: TimeAxis) {
  return {
    field,
    type,
    title,
    axis: { format, labelOverlap: 'parity' as const },
    scale: { type: type === 'temporal' ? ('utc' as const) : ('linear' as const), nice: false },
  };
}

function startMs(startDate: string): number {
  const ms = Date.parse(startDate);
  if (Number.isNaN(ms)) {
    throw new RangeError(`summary.startDate is "${startDate}", which is no date; write it as ISO 8601, or null`);
  }
  return ms;
}

function dateAxis(originMs: number, endS: number): TimeAxis {
  const isLong = endS > 4 * DAY_S;
  return {
    title: 'Date (UTC)',
    type: 'temporal',
    format: endS > 180 * DAY_S ? '%b %Y' : isLong ? '%-d %b' : '%-d %b %H:%M',
    place: (seconds) => originMs + seconds * 1000,
    describe: (seconds) => dateText(new Date(originMs + seconds * 1000), isLong ? 'minutes' : 'seconds'),
  };
}

/** 3 Jan 2026, 04:05 (UTC; a date beyond the calendar's range is named as such). */
export function dateText(date: Date, precision: 'days' | 'minutes' | 'seconds'): string {
  if (Number.isNaN(date.getTime())) return 'beyond the calendar';
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  if (precision === 'days') return day;
  return `${day}, ${date.toISOString().slice(11, precision === 'minutes' ? 16 : 19)}`;
}

const DAY_S = 86_400;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const ELAPSED_UNITS = [
  { name: 'Days', singular: 'day', seconds: DAY_S },
  { name: 'Hours', singular: 'hour', seconds: 3600 },
  { name: 'Minutes', singular: 'minute', seconds: 60 },
  { name: 'Seconds', singular: 'second', seconds: 1 },
] as const;

function elapsedAxis(endS: number): TimeAxis {
  const unit = ELAPSED_UNITS.find(({ seconds }) => endS >= 2 * seconds) ?? ELAPSED_UNITS[3];
  return {
    title: `${unit.name} since the start`,
    type: 'quantitative',
    format: ',~f',
    place: (seconds) => seconds / unit.seconds,
    describe: (seconds) => `${unit.singular} ${grouped(seconds / unit.seconds, 2)}`,
  };
}
