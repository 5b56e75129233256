import { describe, it } from 'vitest';
import { expectExact, meanOf, replicate } from './replication.ts';

/** Rows of ../shared/reference/closed-forms.md that need few jobs; the others are in *.statistics.ts. */
describe('queues with an exact answer', () => {
  it('row 4: M/D/1 at load 0.8 waits 2 s on average (Pollaczek–Khinchine)', async () => {
    const measured = await replicate('mg1-deterministic', 30, (run) => ({ 'Wq s': meanOf(run.waitsS[0]!) }));
    expectExact('4 M/D/1', measured, { 'Wq s': 2 });
  });
});
