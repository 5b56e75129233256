import type { PlainValue } from '../../scenario/document/plain-data.ts';
import { parseMetric } from '../metrics/expression.ts';
import { pointResult, type PointResult } from '../results/point-result.ts';
import type { IndexedPoint, RunIndexContent } from '../results/run-index.ts';
import type { RunOutcome } from '../runs/task.ts';

/** A value of a row; `undefined` has no place in it. */
export type Cell = string | number | bigint | boolean | null;
export type Rows = Iterable<readonly Cell[]>;

/** A point with those of its runs that have been made. */
interface RanPoint {
  readonly indexed: IndexedPoint;
  readonly replications: readonly number[];
  readonly outcomes: readonly RunOutcome[];
  readonly result: PointResult;
}

/**
 * The rows of all tables of a store but `sources`, by table, in the order of each table's key. They follow from the index
 * and the outcomes alone, whoever made the runs and in whatever order.
 */
export function rowsOf(
  index: RunIndexContent,
  outcomes: ReadonlyMap<string, RunOutcome>,
): Readonly<Record<string, Rows>> {
  const points = index.points.map((point) => ranPoint(index, point, outcomes));
  const metrics = index.metrics.map((text) => parseMetric(text)).sort((one, other) => (one.text < other.text ? -1 : 1));
  const { study } = index;
  return {
    study: [
      [
        study.name,
        study.description,
        index.command,
        index.isComplete,
        BigInt(study.seed),
        study.confidence,
        index.plimsollVersion,
        index.codeVersion,
        JSON.stringify(study),
      ],
    ],
    axes: axesOf(index),
    measures: index.metrics.map((text, at) => {
      const { unit, better } = parseMetric(text);
      return [at, text, unit, better];
    }),
    points: points.map(({ result }) => [
      result.index,
      result.variant,
      result.scenarioHash,
      result.capacity.nodes,
      result.capacity.gpus,
      result.capacity.costPerHour,
      result.replications,
      result.unstable !== null,
      result.unstable?.jobsPerHour ?? null,
      result.unstable?.gpusPerHour ?? null,
    ]),
    settings: points.flatMap(({ indexed }) => settingsOf(indexed)),
    scenarios: points.map(({ indexed: { point, file, scenario } }) => [point, file, JSON.stringify(scenario)]),
    runs: points.flatMap((ran) => runsOf(ran, study.seed)),
    metrics: eachRun(points, (point, replication, outcome) =>
      metrics.map(({ text, unit }) => [point, replication, text, outcome.metrics[text] ?? null, unit]),
    ),
    intervals: points.flatMap(({ result }) =>
      metrics.map(({ text, unit, better }) => {
        const { count, mean, low, high } = result.metrics[text]!;
        return [result.index, text, count, mean, low, high, unit, better];
      }),
    ),
    series: eachRun(points, (point, replication, { backlog: { bucketS, jobs, gpus } }) =>
      jobs.map((queued, at) => [point, replication, at * bucketS, queued, gpus[at] ?? null]),
    ),
    warnings: points.flatMap(({ result }) => result.warnings.map((warning, at) => [result.index, at, warning])),
  };
}

function ranPoint(
  { study, metrics }: RunIndexContent,
  indexed: IndexedPoint,
  all: ReadonlyMap<string, RunOutcome>,
): RanPoint {
  const { point: number, variant, values, changes, hash, file, scenario, keys } = indexed;
  const replications = [...keys.keys()].filter((one) => all.has(keys.get(one)!)).sort((one, other) => one - other);
  const outcomes = replications.map((one) => all.get(keys.get(one)!)!);
  const settled = { point: { index: number, variant, values, changes }, hash, settled: { file, data: scenario } };
  return { indexed, replications, outcomes, result: pointResult(settled, outcomes, metrics, study.confidence) };
}

function runsOf({ indexed: { point }, replications, outcomes }: RanPoint, seed: number): Cell[][] {
  return outcomes.map(({ fingerprint, endS, warmUpS, faults, key }, at) => {
    const replication = replications[at]!;
    return [point, replication, BigInt(seed + replication), fingerprint, endS, warmUpS, faults, key];
  });
}

function* eachRun(
  points: readonly RanPoint[],
  rows: (point: number, replication: number, outcome: RunOutcome) => readonly (readonly Cell[])[],
): Generator<readonly Cell[]> {
  for (const { indexed, replications, outcomes } of points) {
    for (const [at, outcome] of outcomes.entries()) yield* rows(indexed.point, replications[at]!, outcome);
  }
}

/** Axes of a study, or variables of a plan, with the type of the column that holds all values of it. */
function axesOf({ study, points }: RunIndexContent): Cell[][] {
  const paths = new Map<string, string>();
  for (const { changes } of points) {
    for (const { from, path } of changes) {
      const axis = axisOf(from);
      if (axis !== null && !paths.has(axis)) paths.set(axis, path);
    }
  }
  const known = [...Object.keys(study.axes), ...paths.keys()];
  return [...new Set(known)]
    .filter((axis) => paths.has(axis))
    .map((axis, at) => [at, axis, paths.get(axis)!, typeOf(points.map(({ values }) => values[axis]))]);
}

function typeOf(values: readonly (PlainValue | undefined)[]): string {
  const given = values.filter((value) => value !== undefined && value !== null);
  if (given.every((value) => Number.isSafeInteger(value))) return 'BIGINT';
  if (given.every((value) => typeof value === 'number')) return 'DOUBLE';
  return given.every((value) => typeof value === 'boolean') ? 'BOOLEAN' : 'VARCHAR';
}

function settingsOf({ point, changes }: IndexedPoint): Cell[][] {
  return changes.map(({ path, value, from }, at) => [
    point,
    at,
    axisOf(from),
    path,
    typeof value === 'string' ? value : JSON.stringify(value),
    typeof value === 'number' ? value : null,
  ]);
}

/** The axis, or the variable of a plan, that a change is the value of; null for any other. */
function axisOf(from: readonly string[]): string | null {
  if (from[0] === 'axes') return from[1] ?? null;
  return from[0] === 'plan' && from[1] === 'variables' ? (from[2] ?? null) : null;
}
