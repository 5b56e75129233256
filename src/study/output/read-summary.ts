import { join } from 'node:path';
import type { Summary } from '../../sim/record/summary.ts';
import { FileRefusal, readTextFile } from '../../scenario/document/source-file.ts';
import { plainText, ScenarioError } from '../../scenario/problems.ts';

/** A summary holds at most some thousand figures; more is not one of ours. */
const SUMMARY_BYTES_MAX = 200_000_000;

/** The summary of an output folder. ScenarioError if there is none, or it is not one that this version writes. */
export function readSummary(folder: string): Summary {
  const file = join(folder, 'summary.json');
  const refuse = (message: string): never => {
    throw new ScenarioError([{ place: plainText(file), message }]);
  };
  let text: string;
  try {
    text = readTextFile(file, SUMMARY_BYTES_MAX);
  } catch (error) {
    if (error instanceof FileRefusal)
      return refuse(`${error.message.replace(/;.*/, '')}; name a folder that plimsoll run --out wrote`);
    throw error;
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return refuse(`is not JSON (${plainText(String(error))}); run the scenario again`);
  }
  const schema = typeof data === 'object' && data !== null && 'schema' in data ? data.schema : undefined;
  if (schema !== 'plimsoll.summary/2') {
    return refuse(`is no summary that this version reads (schema ${JSON.stringify(schema)}); run the scenario again`);
  }
  return data as Summary;
}
