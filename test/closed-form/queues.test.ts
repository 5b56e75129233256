import { describe, it } from 'vitest';
import { expectExact, meanOf, replicate } from './replication.ts';

/** Rows of ../shared/reference/closed-forms.md that need few jobs; the others are in *.statistics.ts. */
describe('queues with an exact answer', () => {
  it('row 4: M/D/1 at load 0.8 waits 2 s on average (Pollaczek–Khinchine)', async () => {
    const measured = await replicate('mg1-deterministic', 30, (run) => ({ 'Wq s': meanOf(run.waitsS[0]!) }));
    expectExact('4 M/D/1', measured, { 'Wq s': 2 });
  });

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
