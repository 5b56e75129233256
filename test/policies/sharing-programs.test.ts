import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  finishTimeShares,
  isolatedShares,
  maxMinShares,
  throughputShares,
  throughputsUnder,
  type SharingProblem,
} from '../../src/policies/scheduling/gavel/sharing-programs.ts';
import type { LinearSolver } from '../../src/sim/contract/solver.ts';
import { waterFillingShares } from '../../src/policies/scheduling/gavel/water-filling.ts';
import { loadHighs } from '../../src/solver/highs-solver.ts';
import { seed } from '../engine/seed.ts';

let solver: LinearSolver;
beforeAll(async () => {
  solver = await loadHighs();
});

/** Two jobs of one GPU on one fast and one slow GPU; the first gains by the fast one, the second hardly. */
const pair: SharingProblem = {
  groups: [
    { jobs: 1, gpus: 1, throughput: [4, 1] },
    { jobs: 1, gpus: 1, throughput: [1.2, 1] },
  ],
  gpusOfType: [1, 1],
};

describe('sharing programs by hand', () => {
  test('the most work is done with the job that gains by the fast GPU on it', () => {
    const answer = throughputShares(solver, pair, undefined, [0, 0]);
    expect(answer?.value).toBeCloseTo(5, 9);
    expect(answer?.shares).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('a promise to the second job takes time on the fast GPU from the first', () => {
    // 1.2 a + (1 - a) = 1.1 needs half of the fast GPU, and gives the first 4 / 2 + 1 / 2.
    const answer = throughputShares(solver, pair, undefined, [0, 1.1]);
    expect(answer?.value).toBeCloseTo(3.6, 6);
    expect(throughputsUnder(answer!.shares, pair)[1]).toBeCloseTo(1.1, 6);
  });

  test('a promise beyond what any GPU does cannot be kept', () => {
    expect(throughputShares(solver, pair, undefined, [0, 1.3])).toBeUndefined();
  });

  test('with prices, work per money counts: the fast GPU at ten times the price stays idle', () => {
    const answer = throughputShares(solver, pair, [10, 1], [0, 0]);
    expect(answer?.value).toBeCloseTo(1, 9);
    const onFast = answer!.shares.reduce((sum, ofJob) => sum + ofJob[0]!, 0);
    expect(onFast).toBe(0);
  });

  test('a job is never put on a type that has fewer GPUs than it needs', () => {
    const wide: SharingProblem = { groups: [{ jobs: 1, gpus: 4, throughput: [9, 1] }], gpusOfType: [3, 4] };
    expect(maxMinShares(solver, wide, [1])).toEqual({ value: 1, shares: [[0, 1]] });
  });

  test('jobs that are alike get what they would get one by one', () => {
    const alike: SharingProblem = {
      groups: [
        { jobs: 7, gpus: 2, throughput: [2, 1] },
        { jobs: 3, gpus: 1, throughput: [3, 2] },
      ],
      gpusOfType: [4, 4],
    };
    const single: SharingProblem = {
      groups: alike.groups.flatMap((group) => Array.from({ length: group.jobs }, () => ({ ...group, jobs: 1 }))),
      gpusOfType: alike.gpusOfType,
    };
    const together = maxMinShares(solver, alike, [1, 2]).value;
    const apart = maxMinShares(solver, single, [1, 1, 1, 1, 1, 1, 1, 2, 2, 2]).value;
    expect(together).toBeCloseTo(apart, 8);
  });
});

describe('water filling by hand', () => {
  test('whoever is held back by a GPU type does not hold back the others', () => {
    // Two jobs can use nothing but the only GPU of the first type; the third has two of the second for itself.
    const problem: SharingProblem = {
      groups: [
        { jobs: 2, gpus: 1, throughput: [1, 0] },
        { jobs: 1, gpus: 1, throughput: [0, 1] },
      ],
      gpusOfType: [1, 2],
    };
    const { levels, shares } = waterFillingShares(solver, problem, [1, 1]);
    expect(levels[0]).toBeCloseTo(0.5, 7);
    expect(levels[1]).toBeCloseTo(1, 7);
    expect(shares[1]![1]).toBeCloseTo(1, 7);
  });

  test('three levels: a held job keeps its level while the next ones rise', () => {
    // One GPU for four jobs, one for two, one for one; nobody can leave its own.
    const problem: SharingProblem = {
      groups: [4, 2, 1].map((jobs, own) => ({ jobs, gpus: 1, throughput: [0, 1, 2].map((t) => (t === own ? 3 : 0)) })),
      gpusOfType: [1, 1, 1],
    };
    const { levels } = waterFillingShares(solver, problem, [3, 3, 3]);
    [0.25, 0.5, 1].forEach((level, group) => expect(levels[group]).toBeCloseTo(level, 6));
  });
});

const rate = fc.integer({ min: 1, max: 50 }).map((tenths) => tenths / 10);
const someProblem = fc.integer({ min: 1, max: 3 }).chain((types) =>
  fc.record({
    gpusOfType: fc.array(fc.integer({ min: 4, max: 16 }), { minLength: types, maxLength: types }),
    groups: fc.array(
      fc.record({
        jobs: fc.integer({ min: 1, max: 4 }),
        gpus: fc.integer({ min: 1, max: 4 }),
        throughput: fc.array(rate, { minLength: types, maxLength: types }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  }),
);

/** The most throughput that a job of one group can have while the others have at least so much. */
function mostFor({ groups, gpusOfType }: SharingProblem, group: number, others: readonly number[]): number {
  const types = gpusOfType.length;
  const columnsOf = (index: number): number[] => gpusOfType.map((_, type) => index * types + type);
  const solution = solver.solve({
    sense: 'maximise',
    objective: groups.flatMap(({ throughput }, index) => throughput.map((speed) => (index === group ? speed : 0))),
    lower: groups.flatMap(() => gpusOfType.map(() => 0)),
    upper: groups.flatMap(({ gpus }) => gpusOfType.map((there) => (gpus <= there ? 1 : 0))),
    rows: [
      ...groups.map((_, index) => ({
        columns: columnsOf(index),
        coefficients: gpusOfType.map(() => 1),
        lower: -Infinity,
        upper: 1,
      })),
      ...gpusOfType.map((there, type) => ({
        columns: groups.map((_, index) => index * types + type),
        coefficients: groups.map(({ jobs, gpus }) => jobs * gpus),
        lower: -Infinity,
        upper: there,
      })),
      ...groups.map(({ throughput }, index) => ({
        columns: columnsOf(index),
        coefficients: throughput,
        lower: others[index]! * (1 - 1e-7),
        upper: Infinity,
      })),
    ],
  });
  if (solution.status !== 'optimal') throw new Error(`the solver ends with ${solution.status}`);
  return solution.objective;
}

describe('sharing programs on random problems', () => {
  test('nobody is worse off by max-min shares than by an n-th part of the cluster', () => {
    fc.assert(
      fc.property(someProblem, (problem) => {
        const isolated = throughputsUnder(isolatedShares(problem), problem);
        expect(maxMinShares(solver, problem, isolated).value).toBeGreaterThan(1 - 1e-7);
      }),
      { seed, numRuns: 60 },
    );
  });

  test('water filling: shares give the levels, the least is the max-min optimum, and nobody can rise at the cost of a higher one', () => {
    let above = 0;
    fc.assert(
      fc.property(someProblem, (problem) => {
        const demands = throughputsUnder(isolatedShares(problem), problem);
        const { levels, shares } = waterFillingShares(solver, problem, demands);
        const least = Math.min(...levels);
        expect(Math.abs(least / maxMinShares(solver, problem, demands).value - 1)).toBeLessThan(1e-6);
        throughputsUnder(shares, problem).forEach((throughput, group) => {
          expect(throughput / demands[group]!).toBeGreaterThan(levels[group]! * (1 - 1e-6));
        });
        levels.forEach((level, group) => {
          above += level > 1.001 * least ? 1 : 0;
          const others = levels.map((other, index) => (index === group ? 0 : demands[index]! * Math.min(other, level)));
          const most = mostFor(problem, group, others) / demands[group]!;
          expect(most / level).toBeLessThan(1 + 1e-4);
        });
      }),
      { seed, numRuns: 60 },
    );
    expect(above).toBeGreaterThan(30);
  });

  test('water filling: a solver that rounds up to millionths finds shares at each level, and they keep to the capacity', () => {
    const roundUp = (value: number): number => Math.ceil(value * 1e6 - 1e-6) / 1e6;
    const rounding: LinearSolver = {
      name: 'rounding',
      solve(program) {
        const solution = solver.solve(program);
        return 'values' in solution ? { ...solution, values: solution.values.map(roundUp) } : solution;
      },
    };
    fc.assert(
      fc.property(someProblem, (problem) => {
        const demands = throughputsUnder(isolatedShares(problem), problem);
        const { levels, shares } = waterFillingShares(rounding, problem, demands);
        const least = maxMinShares(solver, problem, demands).value;
        expect(Math.abs(Math.min(...levels) / least - 1)).toBeLessThan(1e-4);
        problem.gpusOfType.forEach((there, type) => {
          const used = problem.groups.map(({ jobs, gpus }, group) => jobs * gpus * shares[group]![type]!);
          expect(used.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(there * (1 + 1e-12));
        });
        for (const ofGroup of shares) {
          expect(ofGroup.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
      { seed, numRuns: 60 },
    );
  });

  test('the worst finish-time ratio is what the shares give, and nobody can do with less', () => {
    fc.assert(
      fc.property(someProblem, fc.integer({ min: 0, max: 100 }), (problem, age) => {
        const isolated = throughputsUnder(isolatedShares(problem), problem);
        const elapsed = problem.groups.map((_, group) => age * group);
        const remaining = problem.groups.map(({ gpus }) => 100 * gpus);
        const isolatedTotal = elapsed.map((time, group) => time + remaining[group]! / isolated[group]!);
        const { value, shares } = finishTimeShares(solver, problem, { elapsed, remaining, isolatedTotal }, 1e-7);
        expect(value).toBeLessThan(1 + 1e-6);
        const ratios = throughputsUnder(shares, problem).map((throughput, group) => {
          return (elapsed[group]! + remaining[group]! / throughput) / isolatedTotal[group]!;
        });
        expect(Math.max(...ratios)).toBeCloseTo(value, 6);
        // One part in ten thousand less asks for more than the max-min share can give.
        const less = value * 0.9999;
        const needs = remaining.map((work, group) => work / (less * isolatedTotal[group]! - elapsed[group]!));
        if (needs.every((need) => need > 0)) expect(maxMinShares(solver, problem, needs).value).toBeLessThan(1);
      }),
      { seed, numRuns: 40 },
    );
  });
});
