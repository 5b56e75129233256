/**
 * Simulated time is a whole number of microseconds held in a double: exact up to 2^53 us, about 285 years.
 * Everything that enters the simulation is rounded once, here; inside it only whole numbers are added and compared.
 */
export type TimeUs = number;

export const US_PER_SECOND = 1_000_000;

/** A time that never comes; larger than every clock reading. */
export const NEVER: TimeUs = Number.POSITIVE_INFINITY;

/** Seconds to whole microseconds, rounded to the nearest. RangeError if not finite or beyond +-2^53 us. */
export function secondsToUs(seconds: number): TimeUs {
  const us = Math.round(seconds * US_PER_SECOND);
  if (!Number.isSafeInteger(us)) throw new RangeError(`${seconds} s is not a time the clock can hold`);
  return us;
}

/** Whole microseconds to seconds (at most 6 decimals carry meaning). */
export function usToSeconds(us: TimeUs): number {
  return us / US_PER_SECOND;
}
