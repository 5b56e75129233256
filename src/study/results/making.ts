import { duration } from '../../scenario/quantities/duration.ts';
import { amount } from '../../scenario/quantities/quantity.ts';
import type { StudyData } from '../file/study-schema.ts';

/** How the runs of a study were made: what somebody needs to know who was not there. Plain data. */
export interface Making {
  /** File that all settings begin with, as the study names it. */
  readonly scenario: string;
  /** Version of the code that made the runs. */
  readonly codeVersion: string;
  /** Of replication 0; replication r has seed + r. */
  readonly seed: number;
  readonly replications: {
    readonly atLeast: number;
    readonly atMost: number;
    /** Whose interval asks for more runs, and half of its width as a share of the mean that is enough. */
    readonly metric: string;
    readonly relativeHalfWidth: number;
    /** Whether intervals come from batches of one long run. */
    readonly batchMeans: boolean;
  };
  /** `lengthS` of a fixed one; null for the others. */
  readonly warmUp: { readonly method: StudyData['warmUp']['method']; readonly lengthS: number | null };
  readonly design: StudyData['design'];
  readonly axes: readonly { readonly name: string; readonly path: string; readonly isLog: boolean }[];
}

export function makingOf(data: StudyData, codeVersion: string): Making {
  const { scenario, seed, replications, warmUp, design, axes, metrics } = data;
  const { atLeast, atMost = atLeast, metric = metrics[0]!, relativeHalfWidth, batchMeans } = replications;
  const lengthS = warmUp.length === undefined ? null : amount(duration, warmUp.length) / 1e6;
  return {
    scenario,
    codeVersion,
    seed,
    replications: { atLeast, atMost, metric, relativeHalfWidth, batchMeans },
    warmUp: { method: warmUp.method, lengthS: warmUp.method === 'fixed' ? lengthS : null },
    design,
    axes: Object.entries(axes).map(([name, { path, scale }]) => ({ name, path, isLog: scale === 'log' })),
  };
}
