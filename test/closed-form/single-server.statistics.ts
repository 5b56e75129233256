import { describe, it } from 'vitest';
import { expectExact, meanOf, quantileOf, replicate } from './replication.ts';

describe('one server', () => {
  it('row 1: M/M/1 at load 0.9 has the exact lengths, times and tail', async () => {
    const measured = await replicate('mm1', 40, (run) => {
      const { mean } = run.inSystemOverTime();
      return {
        L: mean,
        Lq: mean - run.busyOnAverage(),
        'W s': meanOf(run.sojournsS),
        'Wq s': meanOf(run.waitsS[0]!),
        'p99 W s': quantileOf(run.sojournsS, 0.99),
      };
    });
    expectExact('1 M/M/1', measured, { L: 9, Lq: 8.1, 'W s': 10, 'Wq s': 9, 'p99 W s': 46.051702 });
  });

  it.each([
    ['mg1-deterministic', 2],
    ['mg1-lognormal', 10],
    ['mg1-hyperexponential', 13],
  ])('row 4: %s waits %d s on average (Pollaczek–Khinchine)', async (scenario, waitS) => {
    const measured = await replicate(scenario, 30, (run) => ({ 'Wq s': meanOf(run.waitsS[0]!) }));
    expectExact(`4 ${scenario}`, measured, { 'Wq s': waitS });
  });

  it('row 15: batches of geometric size with mean 4 fill the system to 16 jobs', async () => {
    const measured = await replicate('batches', 30, (run) => ({
      L: run.inSystemOverTime().mean,
      'W s': meanOf(run.sojournsS),
    }));
    expectExact('15 M^X/M/1', measured, { L: 16, 'W s': 20 });
  });
});
