import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { prepareRun } from '../../src/scenario/resolve/prepare.ts';
import { settleScenario } from '../../src/scenario/settle.ts';
import { runScenario } from '../../src/study/run-scenario.ts';

const FAULTS_PER_NODE_HOUR = 1 / 3692.3;

describe('scenarios/rsc1.yaml', () => {
  it('hits the jobs and the work that were published, and the jobs of each size as often as the rate implies', async () => {
    const file = fileURLToPath(new URL('../../scenarios/rsc1.yaml', import.meta.url));
    const found = new Map<number, { interruptions: number; expected: number }>();
    let [jobs, hit, hitPart] = [0, 0, 0];
    const seeds = [1, 2, 3];
    for (const seed of seeds) {
      const { figures } = (await runScenario(await prepareRun(await settleScenario(file, { seed })))).summary;
      const failures = figures.failures!;
      jobs += figures.jobs.submitted;
      hit += failures.hitJobs;
      hitPart += failures.hitJobsUsefulPart! / seeds.length;
      for (const { gpusMin, gpusMax, interruptions, heldGpuHours } of failures.bySize) {
        if (gpusMin <= 8) continue;
        const size = found.get(gpusMax) ?? { interruptions: 0, expected: 0 };
        size.interruptions += interruptions;
        size.expected += (heldGpuHours / 8) * FAULTS_PER_NODE_HOUR;
        found.set(gpusMax, size);
      }
    }
    console.log(
      `${((100 * hit) / jobs).toFixed(3)} % of jobs hit, ${(100 * hitPart).toFixed(1)} % of the useful GPU-time`,
    );
    // Published: 0.2 % of jobs, 18.7 % of the running time.
    expect(hit / jobs).toBeGreaterThan(0.0015);
    expect(hit / jobs).toBeLessThan(0.0025);
    expect(hitPart).toBeGreaterThan(0.12);
    expect(hitPart).toBeLessThan(0.26);
    expect(found.size).toBe(9);
    for (const [gpus, { interruptions, expected }] of found) {
      const off = (interruptions - expected) / Math.sqrt(expected);
      console.log(
        `${gpus} GPUs: ${interruptions} interruptions, ${expected.toFixed(1)} expected, ${off.toFixed(1)} off`,
      );
      expect(Math.abs(off)).toBeLessThan(3.5);
    }
  });
});
