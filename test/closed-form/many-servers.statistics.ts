import { describe, it } from 'vitest';
import { expectExact, meanOf, partAbove, quantileOf, replicate } from './replication.ts';

describe('many servers', () => {
  it('row 2: M/M/100 at load 0.9 waits as Erlang C says', async () => {
    const measured = await replicate('mm100', 60, (run) => {
      const waitsS = run.waitsS[0]!;
      return {
        C: partAbove(waitsS, 0),
        'Wq s': meanOf(waitsS),
        L: run.inSystemOverTime().mean,
        'P(Wq > 0.1 s)': partAbove(waitsS, 0.1),
        'p99 Wq s': quantileOf(waitsS, 0.99),
      };
    });
    expectExact('2 M/M/100', measured, {
      C: 0.21694,
      'Wq s': 0.021694,
      L: 91.952464,
      'P(Wq > 0.1 s)': 0.079808,
      'p99 Wq s': 0.307704,
    });
  });

  it('row 2: M/M/8 at load 0.9 waits as Erlang C says', async () => {
    const measured = await replicate('mm8', 30, (run) => {
      const waitsS = run.waitsS[0]!;
      return {
        C: partAbove(waitsS, 0),
        'Wq s': meanOf(waitsS),
        L: run.inSystemOverTime().mean,
        'P(Wq > 0.5 s)': partAbove(waitsS, 0.5),
      };
    });
    expectExact('2 M/M/8', measured, { C: 0.701533, 'Wq s': 0.876916, L: 13.513797, 'P(Wq > 0.5 s)': 0.470252 });
  });
});
