const INSTANT = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * Reads a date (midnight UTC) or a date with time and zone, ISO 8601, 1970 to 2200.
 * Answers the instant in its one canonical form, or a sentence that says why not and the mend.
 */
export function parseInstant(text: string): { readonly iso: string } | { readonly reason: string } {
  const match = INSTANT.exec(text.trim());
  if (match === null) return { reason: 'not a date; write it like 2026-01-05 or 2026-01-05T08:00:00Z' };
  const [, year, month, day, hour, minute, second, zone] = match;
  if (hour !== undefined && zone === undefined) {
    return { reason: 'has a time but no zone; end it with Z (UTC) or an offset like +01:00' };
  }
  const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const inRange =
    between(Number(year), 1970, 2200) &&
    between(Number(month), 1, 12) &&
    between(Number(day), 1, daysInMonth) &&
    between(Number(hour ?? 0), 0, 23) &&
    between(Number(minute ?? 0), 0, 59) &&
    between(Number(second ?? 0), 0, 59);
  const date = new Date(hour === undefined ? `${text.trim()}T00:00:00Z` : text.trim().replace(' ', 'T'));
  if (!inRange || Number.isNaN(date.getTime())) return { reason: 'no such date between 1970 and 2200' };
  return { iso: date.toISOString().replace('.000Z', 'Z') };
}

function between(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
