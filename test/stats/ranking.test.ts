import { describe, expect, it } from 'vitest';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import { KimNelson } from '../../src/stats/ranking.ts';

/** Sum of 12 uniforms less 6: mean 0, variance 1, near enough to normal. */
function noise(luck: AleaStream): number {
  let sum = -6;
  for (let draw = 0; draw < 12; draw++) sum += luck.uniform();
  return sum;
}

function select(means: readonly number[], name: string): { readonly best: number; readonly spent: number } {
  const luck = new AleaStream(name);
  const ranking = new KimNelson(means.length, 0.95, 1);
  while (ranking.survivors.length > 1)
    ranking.round(ranking.survivors.map((system) => means[system]! + 3 * noise(luck)));
  return { best: ranking.survivors[0]!, spent: ranking.spent };
}

describe('selection of the best after Kim and Nelson', () => {
  it('is right at least as often as it says where all others are worse by just the indifference', () => {
    const means = [1, 1, 1, 0, 1];
    const trials = Array.from({ length: 200 }, (_, trial) => select(means, `slippage ${trial}`));
    expect(trials.filter(({ best }) => best === 3).length).toBeGreaterThanOrEqual(187);
  });

  it('spends little on systems that are far behind', () => {
    const near = select([0, 1, 1, 1, 1], 'near');
    const far = select([0, 1, 50, 60, 70], 'far');
    expect(far.best).toBe(0);
    expect(far.spent).toBeLessThan(near.spent);
    const longest = far.spent - 3 * 10;
    expect(far.spent).toBeLessThan((5 * longest) / 2);
  });

  it('ends among equals', () => {
    const { spent } = select([0, 0, 0], 'equal');
    expect(spent).toBeGreaterThan(30);
    expect(new KimNelson(1, 0.95, 1).survivors).toEqual([0]);
  });

  it('drops all but one of systems that give the same values', () => {
    const ranking = new KimNelson(3, 0.95, 1);
    for (let round = 0; round < 10; round++) ranking.round(ranking.survivors.map(() => 7));
    expect(ranking.survivors).toEqual([0]);
  });

  it('refuses what makes no sense', () => {
    expect(() => new KimNelson(0, 0.95, 1)).toThrow('among 0 systems');
    expect(() => new KimNelson(4, 0.2, 1)).toThrow('between 1/4 and 1, not 0.2');
    expect(() => new KimNelson(4, 0.95, 0)).toThrow('above 0, not 0');
    expect(() => new KimNelson(4, 0.95, 1, 1)).toThrow('at least 2 rounds, not 1');
    expect(() => new KimNelson(4, 0.95, 1).round([1])).toThrow('each of 4 systems, not 1');
  });
});
