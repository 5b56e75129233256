import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import { duration } from '../quantities/duration.ts';
import { amount } from '../quantities/quantity.ts';
import { size } from '../quantities/size.ts';

/** A duration of a settled scenario in whole us. */
export function microsecondsOf(text: string | number): number {
  return amount(duration, text);
}

/** A duration of a settled scenario in s. */
export function secondsOf(text: string | number): number {
  return amount(duration, text) / US_PER_SECOND;
}

/** A size of a settled scenario in MiB. */
export function mebibytesOf(text: string): number {
  return amount(size, text) / 2 ** 20;
}
