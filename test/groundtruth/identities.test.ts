import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import { RunMetrics } from '../../src/sim/record/run-metrics.ts';
import { CAUSES } from '../../src/sim/record/wait-cause-times.ts';
import { IdleTime } from '../engine/idle-time.ts';
import { hasShared, needsShared } from '../traces/shared-data.ts';
import { prepareShipped, runShipped } from './complete-run.ts';

describe.skipIf(!hasShared)(`identities on real traces${needsShared}`, () => {
  it.each(['kth-easy', 'philly'])(
    '%s: busy and idle GPU time of every node fill the run to the microsecond',
    async (name) => {
      const { spec } = await prepareShipped(name);
      const { cluster } = spec;
      const metrics = new RunMetrics(cluster, spec.jobs);
      const idle = new IdleTime(cluster);
      const simulation = new Simulation(spec, [...metrics.folds, idle]);
      while (simulation.advance(1e6));
      const endUs = simulation.nowUs;
      let busyNodes = 0;
      for (let node = 0; node < cluster.nodeCount; node++) {
        const busyUs = metrics.nodeTime.busyUs[node]!;
        if (busyUs > 0) busyNodes++;
        expect(busyUs + idle.idleUs[node]!).toBe(cluster.nodeGpus[node]! * endUs);
      }
      expect(busyNodes).toBeGreaterThan(cluster.nodeCount / 2);
    },
  );

  it.each(['kth-easy', 'philly'])(
    '%s: jobs in the system over time are the sum of all sojourns (Little)',
    async (name) => {
      const { metrics, prepared, summary } = await runShipped(name);
      const { jobs } = prepared.spec;
      const { outcomes, occupancy } = metrics;
      let sojournsUs = 0;
      for (let job = 0; job < jobs.count; job++) sojournsUs += outcomes.endUs[job]! - jobs.submitUs[job]!;
      const [, , queuedUs, runningUs] = occupancy.totals;
      expect(summary.figures.jobs.finished).toBe(jobs.count);
      expect(Math.abs((queuedUs! + runningUs!) / sojournsUs - 1)).toBeLessThan(1e-12);
    },
  );

  it('kth-easy: the causes of each wait add up to the wait', async () => {
    const { metrics, prepared } = await runShipped('kth-easy');
    const { waitedUs } = metrics.causes;
    for (let job = 0; job < prepared.spec.jobs.count; job++) {
      const causes = waitedUs.subarray(CAUSES * job, CAUSES * (job + 1)).reduce((sum, us) => sum + us, 0);
      expect(causes).toBe(metrics.outcomes.waitUs[job]);
    }
  });
});
