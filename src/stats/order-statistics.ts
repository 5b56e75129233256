import { quantileSorted } from 'd3-array';

/** Order statistics of a sample; quantiles by linear interpolation (type 7). All null when count is 0. */
export interface OrderStatistics {
  readonly count: number;
  readonly mean: number | null;
  readonly median: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Statistics of a sample of finite numbers. Sorts `values` in place: one sort serves all quantiles. */
export function orderStatistics(values: Float64Array): OrderStatistics {
  const count = values.length;
  if (count === 0) return { count, mean: null, median: null, p90: null, p95: null, p99: null, max: null };
  values.sort();
  let sum = 0;
  for (let index = 0; index < count; index++) sum += values[index]!;
  // d3 indexes its input and no more; its types ask for a plain array.
  const sorted = values as unknown as number[];
  const at = (p: number): number => quantileSorted(sorted, p)!;
  return {
    count,
    mean: sum / count,
    median: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: values[count - 1]!,
  };
}

/** Counts of values between ascending edges; bin i is [edges[i], edges[i+1]), the last one closed. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/**
 * Histogram of times >= 0 with edges in the 1-2-5 series: 0, 1, 2, 5, 10, ... up to the first edge above the largest
 * value. `sorted` ascending; no bins when it is empty.
 */
export function timeHistogram(sorted: Float64Array): Histogram {
  if (sorted.length === 0) return { edges: [0, 1], counts: [0] };
  const edges = [0];
  const largest = sorted[sorted.length - 1]!;
  for (let decade = 1; edges[edges.length - 1]! <= largest; decade *= 10) {
    for (const step of [1, 2, 5]) {
      if (edges[edges.length - 1]! <= largest) edges.push(step * decade);
    }
  }
  const counts = new Array<number>(edges.length - 1).fill(0);
  let bin = 0;
  for (const value of sorted) {
    while (value >= edges[bin + 1]!) bin++;
    counts[bin]!++;
  }
  return { edges, counts };
}
