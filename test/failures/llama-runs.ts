import { fileURLToPath } from 'node:url';
import { prepareRun } from '../../src/scenario/resolve/prepare.ts';
import { settleScenario } from '../../src/scenario/settle.ts';
import type { FailureFigures } from '../../src/sim/record/failure-figures.ts';
import { runScenario } from '../../src/study/run-scenario.ts';

/** Unexpected interruptions in 54 days by root cause. Source: The Llama 3 Herd of Models (arXiv 2407.21783), table 5. */
export const publishedCounts: Readonly<Record<string, number>> = {
  'Faulty GPU': 148,
  'GPU HBM3 memory': 72,
  'Software bug': 54,
  'Network switch or cable': 35,
  'Host maintenance': 32,
  'GPU SRAM memory': 19,
  'GPU system processor': 17,
  NIC: 7,
  'NCCL watchdog timeout': 7,
  'Silent data corruption': 6,
  'GPU thermal interface or sensor': 6,
  SSD: 3,
  'Power supply': 3,
  'Server chassis': 2,
  'IO expansion board': 2,
  Dependency: 2,
  CPU: 2,
  'System memory': 2,
};

export const publishedTotal = 419;

/** scenarios/llama3-54-days.yaml by each of the seeds. */
export async function llamaRuns(seeds: readonly number[]): Promise<FailureFigures[]> {
  const file = fileURLToPath(new URL('../../scenarios/llama3-54-days.yaml', import.meta.url));
  const figures: FailureFigures[] = [];
  for (const seed of seeds) {
    const { summary } = await runScenario(await prepareRun(await settleScenario(file, { seed })));
    figures.push(summary.figures.failures!);
  }
  return figures;
}

/** How far the interruptions of a component, added up over runs, are from what was published; in standard errors. */
export function offByComponent(runs: readonly FailureFigures[]): Map<string, number> {
  const off = new Map<string, number>();
  for (const [component, count] of Object.entries(publishedCounts)) {
    const expected = count * runs.length;
    const found = runs.reduce(
      (sum, { byClass }) => sum + byClass.find((entry) => entry.component === component)!.interruptions,
      0,
    );
    // Faults of thousands of nodes are as good as Poisson: the variance is the mean.
    off.set(component, (found - expected) / Math.sqrt(expected));
  }
  return off;
}
