import { describe, it } from 'vitest';
import { expectExact, replicate } from './replication.ts';

describe('systems without a queue', () => {
  it('row 3: 100 servers offered 90 Erlang turn away what Erlang B says, whatever the law of service', async () => {
    const measured = await replicate('erlang-b', 40, (run) => ({
      blocked: run.rejections[0]! / run.arrivals[0]!,
      carried: run.busyOnAverage(),
    }));
    expectExact('3 Erlang B', measured, { blocked: 0.026957, carried: 87.573836 });
  });

  it('row 3c: with servers for all, the jobs in the system are Poisson distributed', async () => {
    const measured = await replicate('mg-infinity', 40, (run) => {
      const { mean, variance, above } = run.inSystemOverTime(65);
      return { 'mean N': mean, 'var N': variance, 'P(N > 65)': above };
    });
    expectExact('3c M/G/infinity', measured, { 'mean N': 50, 'var N': 50, 'P(N > 65)': 0.017265 });
  });
});
