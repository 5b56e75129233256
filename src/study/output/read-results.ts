import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FileRefusal, readTextFile } from '../../scenario/document/source-file.ts';
import { plainText, ScenarioError } from '../../scenario/problems.ts';
import type { Summary } from '../../sim/record/summary.ts';
import type { Comparison } from '../comparison/comparison.ts';
import type { PlanResult } from '../plan/plan-result.ts';
import type { StudyResult } from '../results/write-results.ts';

/** More is not one of ours: a study of 100,000 points has some hundred million bytes. */
const BYTES_MAX = 500_000_000;

/** Files that a page can be drawn from, what wrote them, and how they say what they are. */
const sources = {
  'plan.json': { schema: 'plimsoll.plan/1', again: 'make the plan again' },
  'study.json': { schema: 'plimsoll.study/1', again: 'make the sweep again' },
  'compare.json': { schema: 'plimsoll.compare/1', again: 'make the comparison again' },
  'summary.json': { schema: 'plimsoll.summary/2', again: 'run the scenario again' },
} as const;

type Source = keyof typeof sources;

/** What an output folder holds, by the name of its file. */
export type Results =
  | { readonly from: 'plan.json'; readonly data: PlanResult }
  | { readonly from: 'study.json'; readonly data: StudyResult }
  | { readonly from: 'compare.json'; readonly data: Comparison }
  | { readonly from: 'summary.json'; readonly data: Summary };

/** The results in an output folder; a plan before the sweep that it may lie beside. ScenarioError as for `readSummary`. */
export function readResults(folder: string): Results {
  const names = Object.keys(sources) as Source[];
  const from = names.find((name) => existsSync(join(folder, name))) ?? 'summary.json';
  return { from, data: readResult(folder, from) } as Results;
}

/** The summary of an output folder. ScenarioError if there is none, or it is not one that this version writes. */
export function readSummary(folder: string): Summary {
  return readResult(folder, 'summary.json') as Summary;
}

/** What to do about a file that is damaged. */
export function mendOf(from: Source): string {
  return sources[from].again;
}

function readResult(folder: string, from: Source): unknown {
  const file = join(folder, from);
  const { schema, again } = sources[from];
  const refuse = (message: string): never => {
    throw new ScenarioError([{ place: plainText(file), message }]);
  };
  let text: string;
  try {
    text = readTextFile(file, BYTES_MAX);
  } catch (error) {
    if (error instanceof FileRefusal)
      return refuse(`${error.message.replace(/;.*/, '')}; name a folder that plimsoll run --out wrote`);
    throw error;
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return refuse(`is not JSON (${plainText(String(error))}); ${again}`);
  }
  const found = typeof data === 'object' && data !== null && 'schema' in data ? data.schema : undefined;
  if (found !== schema) {
    const what = from.replace('.json', '');
    return refuse(`is no ${what} that this version reads (schema ${JSON.stringify(found)}); ${again}`);
  }
  return data;
}
