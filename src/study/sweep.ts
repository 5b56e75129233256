import { relativeHalfWidth } from '../stats/interval.ts';
import { pointsOf } from './design/points.ts';
import type { Study } from './file/load-study.ts';
import { metricInterval, pointResult, type PointResult } from './results/point-result.ts';
import type { Runner } from './runs/runner.ts';
import { settlePoints, type SettledPoint } from './runs/settle-points.ts';
import { settledAll } from './runs/settled-all.ts';
import type { RunOutcome } from './runs/task.ts';

/** A point with all its runs, in the order of the replications. */
export interface SweptPoint {
  readonly settled: SettledPoint;
  readonly outcomes: readonly RunOutcome[];
  readonly result: PointResult;
}

/** How far a sweep is. */
export interface SweepProgress {
  readonly runsDone: number;
  /** So far known to be needed: points that are still uncertain ask for more. */
  readonly runs: number;
  /** Points that have all their runs. */
  readonly pointsDone: number;
  readonly points: number;
}

/**
 * Runs every point of a study as often as its replications say. The runs that a point gets follow from its own outcomes
 * alone, so the answer is the same whoever made them and in whatever order. `points` stand in for the study's own.
 */
export async function sweep(
  study: Study,
  runner: Runner,
  onProgress: (progress: SweepProgress) => void = () => undefined,
  points: readonly SettledPoint[] = settlePoints(study, pointsOf(study.data)),
): Promise<SweptPoint[]> {
  const progress = { runsDone: 0, runs: points.length * study.data.replications.atLeast, pointsDone: 0 };
  const tell = (): void => onProgress({ ...progress, points: points.length });
  tell();
  const runTo = async (settled: SettledPoint, outcomes: RunOutcome[], count: number): Promise<void> => {
    const from = outcomes.length;
    const more = Array.from({ length: count - from }, async (_, index) => {
      const outcome = await runner.run(settled, from + index);
      progress.runsDone++;
      tell();
      return outcome;
    });
    outcomes.push(...(await settledAll(more)));
  };
  const sweepPoint = async (settled: SettledPoint): Promise<SweptPoint> => {
    const outcomes: RunOutcome[] = [];
    await runTo(settled, outcomes, study.data.replications.atLeast);
    for (let count = nextCount(study, outcomes); count > outcomes.length; count = nextCount(study, outcomes)) {
      progress.runs += count - outcomes.length;
      await runTo(settled, outcomes, count);
    }
    progress.pointsDone++;
    tell();
    const { metrics, confidence } = study.data;
    const result = pointResult(settled, outcomes, metrics, confidence);
    return { settled, outcomes, result };
  };
  return settledAll(points.map(sweepPoint));
}

/** Runs that a point needs as far as can be told from those it has: the half-width shrinks with the root of their number. */
function nextCount({ data }: Study, outcomes: readonly RunOutcome[]): number {
  const { atLeast, atMost = atLeast, metric = data.metrics[0]!, relativeHalfWidth: wanted } = data.replications;
  const have = outcomes.length;
  if (have >= atMost) return have;
  const interval = metricInterval(metric, outcomes, data.confidence);
  if (interval === undefined) return have;
  const ratio = relativeHalfWidth(interval) / wanted;
  if (ratio <= 1) return have;
  // Never more than twice as many at once: the first few runs judge the spread badly.
  return Math.min(atMost, 2 * have, Math.max(have + 1, Math.ceil(have * ratio * ratio)));
}
