import { describe, expect, it } from 'vitest';
import { hasShared, needsShared } from '../traces/shared-data.ts';
import { runShipped } from './complete-run.ts';

/** Jobs, policy, mean wait in s and mean bounded slowdown, worked out independently for the same rules. */
const table = [
  ['kth-easy', 27_992, 'easy-backfill', 6556.3, 87.03],
  ['kth-easy', 27_992, 'fifo', 218_980.6, 4297.07],
  ['sdsc-blue-easy', 243_306, 'easy-backfill', 8054.1, 86.19],
  ['sdsc-blue-easy', 243_306, 'fifo', 598_267.6, 6536.03],
  ['gaia-easy', 51_987, 'easy-backfill', 250.7, 2.09],
  ['gaia-easy', 51_987, 'fifo', 448.1, 3.42],
] as const;

describe.skipIf(!hasShared)(`real logs of the Parallel Workloads Archive${needsShared}`, () => {
  it.each(table)('%s: %d jobs under %s wait %d s on average', async (scenario, jobs, policy, waitS, slowdown) => {
    const { summary } = await runShipped(scenario, { set: [`policies.scheduling.name=${policy}`] });
    const { all } = summary.figures;
    expect(all.finished).toBe(jobs);
    expect(all.waitS.mean!.toFixed(1)).toBe(waitS.toFixed(1));
    expect(all.boundedSlowdown.mean!.toFixed(2)).toBe(slowdown.toFixed(2));
  });
});
