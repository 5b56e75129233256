import type { Metric } from '../metrics/expression.ts';
import type { PointMetric, PointResult } from '../results/point-result.ts';
import type { SweptPoint } from '../sweep.ts';
import { plimsollVersion } from '../version.ts';
import type { Contenders } from './contenders.ts';
import { differenceOf, type Difference } from './difference.ts';
import { dominatedBy } from './pareto-front.ts';
import { rankPoints, type MetricRanking } from './ranking.ts';
import { changesBetween, type ScenarioChange } from './scenario-changes.ts';

/** compare.json: how scenarios differ, in themselves and in what they lead to. Plain data. */
export interface Comparison {
  readonly schema: 'plimsoll.compare/1';
  readonly plimsollVersion: string;
  readonly confidence: number;
  readonly seed: number;
  readonly metrics: readonly Pick<Metric, 'text' | 'unit' | 'better'>[];
  /** The first is the one that the others are held against. */
  readonly scenarios: readonly ComparedScenario[];
  readonly rankings: readonly MetricRanking[];
}

export interface ComparedScenario {
  readonly label: string;
  readonly file: string;
  readonly scenarioHash: string;
  readonly replications: number;
  /** From the first scenario to this one. */
  readonly changes: readonly ScenarioChange[];
  readonly metrics: Readonly<Record<string, PointMetric>>;
  /** From the first scenario, by metric; empty for the first itself. */
  readonly differences: Readonly<Record<string, Difference>>;
  readonly unstable: PointResult['unstable'];
  /** Whether every run gave the same values: nothing in it is left to luck, so that its intervals have no width. */
  readonly isDeterministic: boolean;
  /** Where on or off the Pareto front of all metrics it is, by the means. */
  readonly pareto: 'front' | 'dominated' | 'unknown';
  /** Label of one that is at least as good in every metric and better in one. */
  readonly dominatedBy: string | null;
  readonly warnings: readonly string[];
}

/** What the runs of contenders say of each other. */
export function comparisonOf({ study, points, labels }: Contenders, swept: readonly SweptPoint[]): Comparison {
  const { metrics: measures, data } = study;
  const [first] = swept;
  const dominators = dominatedBy(
    measures,
    swept.map(({ result }) => result),
  );
  const scenarios = swept.map((point, index): ComparedScenario => {
    const { result, settled, outcomes } = point;
    const by = dominators[index];
    return {
      label: labels[index]!,
      file: settled.settled.file,
      scenarioHash: result.scenarioHash,
      replications: result.replications,
      changes: changesBetween(points[0]!.settled.data, settled.settled.data),
      metrics: result.metrics,
      differences:
        point === first
          ? {}
          : Object.fromEntries(
              measures.map((measure) => [measure.text, differenceOf(measure, point, first!, data.confidence)]),
            ),
      unstable: result.unstable,
      isDeterministic: outcomes.length > 1 && new Set(outcomes.map(({ fingerprint }) => fingerprint)).size === 1,
      pareto: by === undefined ? 'unknown' : by === null ? 'front' : 'dominated',
      dominatedBy: typeof by === 'number' ? labels[by]! : null,
      warnings: result.warnings,
    };
  });
  return {
    schema: 'plimsoll.compare/1',
    plimsollVersion,
    confidence: data.confidence,
    seed: data.seed,
    metrics: measures.map(({ text, unit, better }) => ({ text, unit, better })),
    scenarios,
    rankings: rankPoints(measures, swept, data.confidence),
  };
}
