import { count, decimal, duration, percent, type Quantity } from '../../src/report/quantities.ts';
import type { BenchMetric } from './metrics.ts';
import type { PolicyQuality } from './quality.ts';

/** A policy's place by one metric. */
export interface Ranked {
  /** 1 is best; equal values share a place. */
  readonly place: number;
  readonly quality: PolicyQuality;
  readonly value: number;
}

/** The policies that have a value, the best first, ties by name. */
export function rankingBy(metric: BenchMetric, qualities: readonly PolicyQuality[]): Ranked[] {
  const sign = metric.better === 'less' ? 1 : -1;
  const valued = qualities.flatMap((quality) => {
    const value = quality.values[metric.key] ?? null;
    return value === null ? [] : [{ quality, value }];
  });
  valued.sort((a, b) => sign * (a.value - b.value) || (a.quality.policy < b.quality.policy ? -1 : 1));
  const ranked: Ranked[] = [];
  for (const [index, { quality, value }] of valued.entries()) {
    const before = ranked[index - 1];
    ranked.push({ place: before?.value === value ? before.place : index + 1, quality, value });
  }
  return ranked;
}

/** Whether the metric tells any two policies apart. */
export function tellsApart(metric: BenchMetric, qualities: readonly PolicyQuality[]): boolean {
  return new Set(qualities.map(({ values }) => values[metric.key] ?? null)).size > 1;
}

export function quantityOf({ kind }: BenchMetric, value: number | null): Quantity {
  switch (kind) {
    case 'duration':
      return duration(value);
    case 'decimal':
      return decimal(value);
    case 'percent':
      return percent(value);
    case 'count':
      return count(value);
    default:
      return kind satisfies never;
  }
}

export function textOf(metric: BenchMetric, value: number | null): string {
  return quantityOf(metric, value).text;
}

/** Of points (x, y), both better when less, those that no other betters in one without losing in the other. */
export function bestTradeOffs<P extends { readonly x: number; readonly y: number }>(points: readonly P[]): P[] {
  return points.filter(
    (point) =>
      !points.some((other) => other.x <= point.x && other.y <= point.y && (other.x < point.x || other.y < point.y)),
  );
}
