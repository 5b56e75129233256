import type { SweptPoint } from '../sweep.ts';
import { differenceOf, type Difference, type Measure } from './difference.ts';

/** The points of a study from best to worst in one metric, each beside the best. Plain data. */
export interface MetricRanking {
  readonly metric: string;
  /** Best first; without points that are unstable or lack a value in some run. */
  readonly order: readonly RankedPoint[];
  /** Whether the best is certainly better than every other point that is not the same as it. */
  readonly isCertain: boolean;
}

export interface RankedPoint {
  /** Of the point in the study. */
  readonly index: number;
  /** Against the best; null for the best itself. */
  readonly behind: Difference | null;
}

/**
 * Ranks points by the mean of each metric and tells by paired differences how certain the first place is. Each interval
 * has the level for itself: of twenty that are compared, one may well be wrong at 95 %.
 */
export function rankPoints(measures: readonly Measure[], swept: readonly SweptPoint[], level: number): MetricRanking[] {
  return measures.map((measure) => {
    const meanOf = ({ result }: SweptPoint): number => result.metrics[measure.text]!.mean!;
    const sign = measure.better === 'less' ? 1 : -1;
    const ranked = swept
      .filter(({ result }) => result.unstable === null && result.metrics[measure.text]!.mean !== null)
      .sort((a, b) => sign * (meanOf(a) - meanOf(b)) || a.result.index - b.result.index);
    const best = ranked[0];
    const order = ranked.map((point) => ({
      index: point.result.index,
      behind: point === best ? null : differenceOf(measure, point, best!, level),
    }));
    const isCertain = order.every(({ behind }) => behind === null || ['worse', 'same'].includes(behind.verdict));
    return { metric: measure.text, order, isCertain: ranked.length > 1 && isCertain };
  });
}
