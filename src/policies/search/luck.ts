/** Where a search draws its luck: uniform in (0, 1). */
export interface Luck {
  uniform(): number;
}

/** A whole number in 0 .. count-1. */
export function drawBelow(luck: Luck, count: number): number {
  return Math.floor(luck.uniform() * count);
}
