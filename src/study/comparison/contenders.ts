import { basename, extname } from 'node:path';
import { canonicalHash } from '../../scenario/canonical-hash.ts';
import { loadDocument } from '../../scenario/document/load.ts';
import type { PlainObject } from '../../scenario/document/plain-data.ts';
import { plainText, pointerOf, ScenarioError } from '../../scenario/problems.ts';
import { settleScenario } from '../../scenario/settle.ts';
import { pointsOf } from '../design/points.ts';
import { studyOf, type Study } from '../file/load-study.ts';
import { settlePoints, type SettledPoint } from '../runs/settle-points.ts';

/** What the command line says of a comparison; what is left out is as in a study. */
export interface ComparisonOptions {
  readonly metrics?: readonly string[];
  readonly replications?: number;
  readonly seed?: number;
  /** "path=value", applied to every scenario. */
  readonly set?: readonly string[];
  readonly root?: string;
}

/** What is to be compared: a study that says how, and its points, the first being the one that others are held against. */
export interface Contenders {
  readonly study: Study;
  readonly points: readonly SettledPoint[];
  /** Of each point, by its place; no two alike. */
  readonly labels: readonly string[];
}

/**
 * Scenarios, or the points of one study, made ready to be compared. ScenarioError with the first file's mistakes, and
 * where there is only one scenario.
 */
export async function contendersOf(files: readonly string[], options: ComparisonOptions): Promise<Contenders> {
  const studies = files.filter((file) => isStudy(loadDocument(file, options.root).data));
  if (studies.length === 0) return fromScenarios(files, options);
  const [file] = studies;
  if (files.length > 1) {
    const message = 'is a study; compare one study by itself (all its points), or scenario files with each other';
    throw new ScenarioError([{ place: plainText(file!), message }]);
  }
  return fromStudy(file!, options);
}

/** A scenario has no key of this name, a study must have it. */
function isStudy(data: PlainObject): boolean {
  return Object.hasOwn(data, 'scenario') && !Object.hasOwn(data, 'cluster');
}

function fromStudy(file: string, options: ComparisonOptions): Contenders {
  if (options.set !== undefined) {
    const message = `is for scenarios; write it into ${plainText(file)} under "set"`;
    throw new ScenarioError([{ place: `--set ${plainText(options.set[0]!)}`, message }]);
  }
  const document = loadDocument(file, options.root);
  applyOptions(document, options);
  const study = studyOf(document, options.root);
  const points = pointsOf(study.data);
  requireTwo(file, points.length, 'point');
  const labels = points.map(({ variant, values }) =>
    [
      ...(variant === '' ? [] : [variant]),
      ...Object.entries(values).map(
        ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      ),
    ].join(', '),
  );
  return { study, points: settlePoints(study, points), labels };
}

async function fromScenarios(files: readonly string[], options: ComparisonOptions): Promise<Contenders> {
  requireTwo(files[0]!, files.length, 'scenario');
  const settled = await Promise.all(
    files.map((file) => settleScenario(file, options.set === undefined ? {} : { set: options.set }, options.root)),
  );
  const labels = labelsOf(
    files,
    settled.map(({ data }) => data.name),
  );
  const document = { file: 'plimsoll compare', data: { name: 'compare', scenario: files[0]! }, origins: new Map() };
  applyOptions(document, options);
  const points = settled.map((one, index) => ({
    point: { index, variant: labels[index]!, values: {}, changes: [] },
    settled: one,
    hash: canonicalHash({ ...one.data, seed: 0 }),
  }));
  return { study: studyOf(document, options.root), points, labels };
}

/** Options take the place of what the study says; a mistake in one is told as the option's. */
function applyOptions(
  { data, origins }: ReturnType<typeof loadDocument>,
  { metrics, replications, seed }: ComparisonOptions,
): void {
  if (metrics !== undefined) {
    data['metrics'] = [...metrics];
    metrics.forEach((text, index) =>
      origins.set(pointerOf(['metrics', index]), { kind: 'option', option: `--metric ${text}` }),
    );
  }
  if (seed !== undefined) data['seed'] = seed;
  if (replications !== undefined) {
    data['replications'] = { atLeast: replications };
    origins.set(pointerOf(['replications']), { kind: 'option', option: `--replications ${replications}` });
  }
}

function requireTwo(file: string, count: number, what: string): void {
  if (count > 1) return;
  const message = `is the only ${what}; a comparison needs two or more`;
  throw new ScenarioError([{ place: plainText(file), message }]);
}

/** Names of the scenarios, or of their files, or these with a number: whichever tells them apart. */
function labelsOf(files: readonly string[], names: readonly string[]): readonly string[] {
  const stems = files.map((file) => basename(file, extname(file)));
  const known = [names, stems, files].find((labels) => new Set(labels).size === labels.length);
  return known ?? files.map((file, index) => `${file} (${index + 1})`);
}
