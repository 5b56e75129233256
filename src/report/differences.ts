import type { Difference } from '../study/comparison/difference.ts';
import { estimate } from './estimates.ts';
import { MISSING, NO_BREAK, type Quantity } from './quantities.ts';

/** "+3.1 ± 0.4 h": a paired difference of means with half of its interval; exactly, its bounds. Shares differ by points. */
export function differenceQuantity({ mean, low, high }: Difference, unit: string): Quantity {
  if (mean === null) return { text: MISSING, exact: null };
  const text = estimate({ mean, low, high }, unit).text.replace(/\u00a0%$/u, `${NO_BREAK}points`);
  return { text: mean > 0 ? `+${text}` : text, exact: low === null ? null : `${mean} (${low} to ${high})` };
}

/** What a difference means. */
export function differenceWords({ verdict }: Difference): string {
  switch (verdict) {
    case 'better':
      return 'certainly better';
    case 'worse':
      return 'certainly worse';
    case 'unsure':
      return 'not certain';
    case 'same':
      return 'the same in every run';
    case 'unstable':
      return 'cannot be compared: one is unstable';
    case 'none':
      return 'too few values to compare';
    default:
      return verdict satisfies never;
  }
}
