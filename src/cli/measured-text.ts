import type { PointMetric } from '../study/results/point-result.ts';

/** A mean with half the width of its interval: "12.3 ± 0.4 s". */
export function measuredText({ mean, low, high, count }: PointMetric, unit: string): string {
  if (mean === null) return count === 0 ? 'none' : `none in some runs`;
  const half = low === null || high === null ? undefined : (high - low) / 2;
  const scale = unit === 'share' ? 100 : 1;
  const spread = half === undefined ? '' : ` ± ${digits(half * scale)}`;
  return `${digits(mean * scale)}${spread}${suffixOf(unit)}`;
}

/** A difference with its interval: "-3.1 (-4 to -2.2) s". */
export function differenceText(mean: number, low: number, high: number, unit: string): string {
  const scale = unit === 'share' ? 100 : 1;
  const [middle, least, most] = [mean, low, high].map((value) => digits(value * scale)) as [string, string, string];
  return `${mean > 0 ? '+' : ''}${middle} (${least} to ${most})${unit === 'share' ? ' points' : suffixOf(unit)}`;
}

/** Four digits. */
function digits(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(4)));
}

function suffixOf(unit: string): string {
  return unit === 'share' ? ' %' : unit === 's' ? ' s' : '';
}
