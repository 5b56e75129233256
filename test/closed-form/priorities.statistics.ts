import { describe, it } from 'vitest';
import { expectExact, meanOf, replicate } from './replication.ts';

describe('a queue with two priority classes', () => {
  it('row 4b: two priority classes wait as Cobham says, and together as one class would', async () => {
    const measured = await replicate('priority', 30, (run) => {
      const waitS = (tenant: string): number => meanOf(run.waitsS[run.tenants.indexOf(tenant)]!);
      return {
        'Wq urgent s': waitS('urgent'),
        'Wq normal s': waitS('normal'),
        'sum lambda Wq': 0.3 * waitS('urgent') + 0.5 * waitS('normal'),
      };
    });
    expectExact('4b priority', measured, {
      'Wq urgent s': 0.8 / (1 * 0.7),
      'Wq normal s': 0.8 / (0.7 * 0.2),
      'sum lambda Wq': 3.2,
    });
  });
});
