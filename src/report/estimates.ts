import { figureText } from '../study/plan/sentence.ts';
import { decimal, duration, MISSING, NO_BREAK, type Quantity } from './quantities.ts';
import type { Estimate } from './value-scale.ts';

/** "99.46 ± 0.26 %": a mean with half the width of its interval; exactly, its bounds. */
export function estimate({ mean, low, high }: Estimate, unit: string): Quantity {
  if (mean === null) return { text: MISSING, exact: null };
  const half = low === null || high === null ? undefined : (high - low) / 2;
  const name = unit === 'share' || unit === 'number' ? '' : ` ${unit}`;
  const bounds = half === undefined ? 'no interval' : `${low} to ${high}`;
  return { text: unbroken(figureText(mean, half, unit)), exact: `${mean} (${bounds})${name}` };
}

/** A value without an interval, to some three digits, in the unit that reads best. */
export function valueText(value: number, unit: string): string {
  if (unit === 's') return duration(value).text;
  if (unit === 'share') return `${decimal(100 * value).text}${NO_BREAK}%`;
  return unbroken(unit === 'number' ? decimal(value).text : `${decimal(value).text} ${unit}`);
}

/** "95 %" */
export function levelText(confidence: number): string {
  return `${Number((100 * confidence).toPrecision(4))}${NO_BREAK}%`;
}

function unbroken(text: string): string {
  return text.replaceAll(' ', NO_BREAK);
}
