import { parseText } from '../../src/scenario/document/load.ts';
import { prepareRun } from '../../src/scenario/resolve/prepare.ts';
import { settleDocument } from '../../src/scenario/settle.ts';
import type { FailureFigures } from '../../src/sim/record/failure-figures.ts';
import { runScenario } from '../../src/study/run-scenario.ts';

/** What a scenario, written as plain data, gives by each of the seeds: the way of a real run, but for the file. */
export async function failuresBySeed(scenario: object, seeds: readonly number[]): Promise<FailureFigures[]> {
  const figures: FailureFigures[] = [];
  for (const seed of seeds) {
    const document = parseText('scenario of a test', JSON.stringify(scenario));
    const { summary } = await runScenario(await prepareRun(settleDocument(document, { seed })));
    figures.push(summary.figures.failures!);
  }
  return figures;
}

export function seedsTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Mean of a sample and its standard error. */
export function meanAndError(sample: readonly number[]): { readonly mean: number; readonly error: number } {
  const mean = sample.reduce((sum, x) => sum + x, 0) / sample.length;
  const variance = sample.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (sample.length - 1);
  return { mean, error: Math.sqrt(variance / sample.length) };
}
