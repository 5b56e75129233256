import { describe, it } from 'vitest';
import { expectExact, replicate } from './replication.ts';

describe('gangs that are turned away', () => {
  it('row 3b: gangs of three sizes are turned away as Kaufman and Roberts say', async () => {
    const measured = await replicate('kaufman-roberts', 30, (run) => {
      const blocked = (tenant: string): number => {
        const index = run.tenants.indexOf(tenant);
        return run.rejections[index]! / run.arrivals[index]!;
      };
      return {
        'blocked 1 GPU': blocked('small'),
        'blocked 8 GPUs': blocked('node'),
        'blocked 32 GPUs': blocked('large'),
        utilisation: run.busyOnAverage() / 64,
      };
    });
    expectExact('3b Kaufman–Roberts', measured, {
      'blocked 1 GPU': 0.018316,
      'blocked 8 GPUs': 0.151694,
      'blocked 32 GPUs': 0.704013,
      utilisation: 0.637532,
    });
  });
});
