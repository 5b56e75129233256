import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasShared, needsShared, SHARED } from '../traces/shared-data.ts';
import { runShipped } from './complete-run.ts';

/** Published completion time of each job in s. */
function published(trace: string): Map<string, number> {
  const [header, ...rows] = readFileSync(trace, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const [name, completion] = ['name', 'jct_tiresias'].map((column) => header!.indexOf(column));
  return new Map(rows.map((row) => [row[name!]!, Number(row[completion!])]));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.skipIf(!hasShared)(`what the Pollux simulator published for its policy tiresias${needsShared}`, () => {
  it.each([
    { workload: 'workload-1', meanS: 2473.65, sameShare: 0.85 },
    { workload: 'workload-6', meanS: 3469.69375, sameShare: 0.75 },
  ])('$workload: the average completion time is within 1 % of $meanS s', async ({ workload, meanS, sameShare }) => {
    const trace = join(SHARED, 'groundtruth/pollux', `${workload}.csv`);
    const completions = published(trace);
    expect(mean([...completions.values()])).toBeCloseTo(meanS, 2);
    const { metrics, prepared } = await runShipped('compat/pollux_tiresias', { trace });
    const { ids, submitUs } = prepared.spec.jobs;
    const ours = ids.map((_, job) => (metrics.outcomes.endUs[job]! - submitUs[job]!) / 1e6);
    expect(ours.length).toBe(160);
    expect(Math.abs(mean(ours) / meanS - 1)).toBeLessThan(0.01);
    // Not by luck of a mean: most jobs are within 2 % one by one.
    const close = ids.filter((id, job) => Math.abs(ours[job]! / completions.get(id)! - 1) < 0.02);
    expect(close.length / ids.length).toBeGreaterThan(sameShare);
  });
});
