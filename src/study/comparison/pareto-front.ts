import type { PointResult } from '../results/point-result.ts';
import type { Measure } from './difference.ts';

/**
 * For each point, by its place: null for one on the Pareto front, else the place of one that is at least as good in every
 * metric and better in one; undefined for a point that is unstable or lacks a value, which has no place on any front. By
 * the means; quadratic in the points.
 */
export function dominatedBy(
  measures: readonly Measure[],
  points: readonly PointResult[],
): readonly (number | null | undefined)[] {
  const costs = points.map(({ metrics, unstable }) => {
    const means = measures.map(({ text, better }) => {
      const mean = metrics[text]?.mean ?? null;
      return mean === null ? NaN : better === 'less' ? mean : -mean;
    });
    return unstable !== null || means.some(Number.isNaN) ? undefined : means;
  });
  return costs.map((cost) => {
    if (cost === undefined) return undefined;
    const by = costs.findIndex((other) => other !== undefined && isDominatedBy(cost, other));
    return by < 0 ? null : by;
  });
}

function isDominatedBy(cost: readonly number[], other: readonly number[]): boolean {
  return other.every((value, index) => value <= cost[index]!) && other.some((value, index) => value < cost[index]!);
}
