const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})$/;

/**
 * "2017-10-09 07:01:55" as seconds since 1970, or undefined if it names no such instant. The traces that write it so
 * state no time zone: it is read as UTC, which shifts a whole trace alike and leaves every difference as it is.
 */
export function timestampS(text: string): number | undefined {
  const parts = TIMESTAMP.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC turns 31 February into March; what does not come back as it went in names no instant.
  const isReal = new Date(ms).getUTCMonth() === month - 1 && hour < 24 && minute < 60 && second < 60 && day > 0;
  return isReal ? ms / 1000 : undefined;
}

/** Seconds since 1970 as ISO 8601 in UTC, without fractions of a second. */
export function isoOf(unixS: number): string {
  return new Date(Math.floor(unixS) * 1000).toISOString().replace('.000Z', 'Z');
}

const DATE = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2})?(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * A date of ISO 8601 (midnight), or one with a time, seconds and zone left out as wanted, as seconds since 1970;
 * undefined if it names no such instant. Without a zone it is read as UTC.
 */
export function dateS(text: string): number | undefined {
  const parts = DATE.exec(text);
  if (parts === null) return undefined;
  const [, day, time = '00:00', seconds = ':00', fraction = '', zone = 'Z'] = parts;
  const wallS = timestampS(`${day} ${time}${seconds}`);
  if (wallS === undefined) return undefined;
  return wallS + Number(`0${fraction}`) - zoneS(zone);
}

function zoneS(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours, minutes] = zone.slice(1).split(':').map(Number) as [number, number];
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}
