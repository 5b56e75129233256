import { writeToString } from 'fast-csv';
import { rankPoints, type MetricRanking } from '../comparison/ranking.ts';
import { textField } from '../output/csv-fields.ts';
import { codeVersion } from '../generated/code-version.ts';
import type { Study } from '../file/load-study.ts';
import { makingOf, type Making } from './making.ts';
import type { SweptPoint } from '../sweep.ts';
import { plimsollVersion } from '../version.ts';
import type { PointResult } from './point-result.ts';
import { makeWritable, writeWhole } from './study-folder.ts';

/** study.json: what a study has to say, without its single runs. Plain data, the same bytes whoever made the runs. */
export interface StudyResult {
  readonly schema: 'plimsoll.study/1';
  readonly plimsollVersion: string;
  readonly name: string;
  readonly description: string;
  readonly confidence: number;
  readonly axes: readonly string[];
  readonly metrics: readonly { readonly text: string; readonly unit: string; readonly better: 'less' | 'more' }[];
  readonly made: Making;
  readonly points: readonly PointResult[];
  /** From best to worst by each metric, and how certain the first place is. */
  readonly rankings: readonly MetricRanking[];
}

/** What results are made of beside the runs. */
type StudyPart = Pick<Study, 'data' | 'metrics'>;

function studyResult(study: StudyPart, swept: readonly SweptPoint[], runsOf: string): StudyResult {
  const { name, description, confidence, axes } = study.data;
  return {
    schema: 'plimsoll.study/1',
    plimsollVersion,
    name,
    description,
    confidence,
    axes: Object.keys(axes),
    metrics: study.metrics.map(({ text, unit, better }) => ({ text, unit, better })),
    made: makingOf(study.data, runsOf),
    points: swept.map(({ result }) => result),
    rankings: rankPoints(study.metrics, swept, confidence),
  };
}

/**
 * Writes study.json, points.csv (a row a point) and runs.csv (a row a run), each under another name first. `runsOf` is the
 * version of the code that made the runs.
 */
export async function writeResults(
  folder: string,
  study: StudyPart,
  swept: readonly SweptPoint[],
  runsOf = codeVersion,
): Promise<StudyResult> {
  makeWritable(folder);
  const result = studyResult(study, swept, runsOf);
  const files = {
    'runs.csv': await writeToString(runRows(study, swept), { headers: true, includeEndRowDelimiter: true }),
    'points.csv': await writeToString(pointRows(study, swept), { headers: true, includeEndRowDelimiter: true }),
    'study.json': `${JSON.stringify(result, null, 1)}\n`,
  };
  for (const [name, text] of Object.entries(files)) writeWhole(folder, name, text);
  return result;
}

function settingFields({ axes }: Study['data'], { variant, values }: PointResult): Record<string, string> {
  const fields = Object.keys(axes).map((name) => {
    const value = values[name];
    return [name, typeof value === 'string' ? textField(value) : JSON.stringify(value)];
  });
  return { scenario: textField(variant), ...(Object.fromEntries(fields) as Record<string, string>) };
}

function pointRows({ data }: StudyPart, swept: readonly SweptPoint[]): Record<string, unknown>[] {
  return swept.map(({ result }) => ({
    point: result.index,
    ...settingFields(data, result),
    replications: result.replications,
    ...Object.fromEntries(
      data.metrics.flatMap((text) => {
        const { mean, low, high } = result.metrics[text]!;
        return [
          [text, mean ?? ''],
          [`${text} low`, low ?? ''],
          [`${text} high`, high ?? ''],
        ];
      }),
    ),
    warnings: textField(result.warnings.join('; ')),
  }));
}

function runRows({ data }: StudyPart, swept: readonly SweptPoint[]): Record<string, unknown>[] {
  return swept.flatMap(({ result, outcomes }) =>
    outcomes.map(({ fingerprint, endS, warmUpS, metrics, key }, replication) => ({
      point: result.index,
      ...settingFields(data, result),
      replication,
      seed: data.seed + replication,
      fingerprint,
      endS,
      warmUpS: warmUpS ?? '',
      ...Object.fromEntries(data.metrics.map((text) => [text, metrics[text] ?? ''])),
      key,
    })),
  );
}
