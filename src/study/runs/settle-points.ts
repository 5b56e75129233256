import { canonicalHash } from '../../scenario/canonical-hash.ts';
import { placeOf } from '../../scenario/origins.ts';
import { ScenarioError, type Problem } from '../../scenario/problems.ts';
import { settleDocument, type SettledScenario } from '../../scenario/settle.ts';
import type { Change, Point } from '../design/points.ts';
import type { Study } from '../file/load-study.ts';

const PROBLEMS_MAX = 20;

/** What decides the runs of a point; plain data. */
export type PlainPoint = Pick<SettledPoint, 'point' | 'hash'> & {
  readonly settled: Pick<SettledScenario, 'file' | 'data'>;
};

/** A point and the scenario that it stands for. */
export interface SettledPoint {
  readonly point: Point;
  readonly settled: SettledScenario;
  /** Of the scenario but for its seed, which differs from replication to replication. */
  readonly hash: string;
}

/**
 * The scenario of every point, checked: a study with a mistake in its last point is refused before its first run.
 * ScenarioError with every mistake, each at the line of the study that brought it in.
 */
export function settlePoints(study: Study, points: readonly Point[]): SettledPoint[] {
  const problems = new Map<string, Problem>();
  const settled = points.flatMap((point) => {
    try {
      return [settlePoint(study, point)];
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      for (const problem of error.problems) problems.set(`${problem.place} ${problem.message}`, problem);
      return [];
    }
  });
  if (problems.size > 0) throw new ScenarioError([...problems.values()].slice(0, PROBLEMS_MAX));
  return settled;
}

/** The scenario of one point. */
function settlePoint(study: Study, point: Point): SettledPoint {
  const { scenario } = study;
  const document = { file: scenario.file, data: structuredClone(scenario.data), origins: new Map(scenario.origins) };
  try {
    const settled = settleDocument(document, { set: point.changes.map(written) });
    return { point, settled, hash: canonicalHash({ ...settled.data, seed: 0 }) };
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new ScenarioError(error.problems.map((problem) => atStudy(problem, study, point)));
  }
}

function written({ path, value }: Change): string {
  return `${path}=${JSON.stringify(value)}`;
}

/** A mistake that a change brought in is told at the line of the change. */
function atStudy(problem: Problem, { file, origins }: Study, { changes }: Point): Problem {
  const change = changes.find((one) => problem.place === `--set ${written(one)}`);
  if (change === undefined) return problem;
  const name = change.from.join('.');
  return { place: placeOf(file, origins, change.from), message: `${name}: ${problem.message}` };
}
