import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LinearProgram, LinearSolution, LinearSolver } from '../../src/sim/contract/solver.ts';
import { loadHighs } from '../../src/solver/highs-solver.ts';
import { yalpsSolver } from '../../src/solver/yalps-solver.ts';
import { seed } from '../engine/seed.ts';

/** A program in short: bounds 0 .. Infinity and rows over all columns unless said otherwise. */
function program(
  sense: LinearProgram['sense'],
  objective: readonly number[],
  rows: readonly (readonly [coefficients: readonly number[], lower: number, upper: number])[],
  rest: Partial<LinearProgram> = {},
): LinearProgram {
  return {
    sense,
    objective,
    lower: objective.map(() => 0),
    upper: objective.map(() => Infinity),
    rows: rows.map(([coefficients, lower, upper]) => {
      return { columns: coefficients.map((_, column) => column), coefficients, lower, upper };
    }),
    ...rest,
  };
}

let highs: LinearSolver;
beforeAll(async () => {
  highs = await loadHighs();
});

describe.each(['HiGHS', 'YALPS'])('%s', (name) => {
  const solve = (asked: LinearProgram): LinearSolution => (name === 'HiGHS' ? highs : yalpsSolver).solve(asked);

  test('finds the corner of a textbook program', () => {
    const furniture = program(
      'maximise',
      [1200, 1600],
      [
        [[30, 20], -Infinity, 300],
        [[5, 10], -Infinity, 110],
        [[30, 50], -Infinity, 400],
      ],
    );
    const solution = solve(furniture);
    // 30x + 50y = 400 and 30x + 20y = 300 meet at (70/9, 10/3).
    expect(solution).toMatchObject({ status: 'optimal', objective: expect.closeTo(44000 / 3, 5) as number });
    expect(solve({ ...furniture, whole: [true, true] })).toMatchObject({
      status: 'optimal',
      values: [expect.closeTo(8, 6), expect.closeTo(3, 6)],
      objective: expect.closeTo(14400, 5) as number,
    });
  });

  test('minimises over columns with bounds on either side, on one side, and on none', () => {
    const bounded = program('minimise', [1, -1, 1], [[[1, 1, 1], -7, 40]], {
      lower: [-5, -Infinity, -Infinity],
      upper: [5, 3, Infinity],
    });
    // The second is at its upper bound 3; the others cost alike, and all three together are at least -7.
    const solution = solve(bounded);
    expect(solution).toMatchObject({ status: 'optimal', objective: expect.closeTo(-13, 6) as number });
    if (solution.status !== 'optimal') return;
    expect(solution.values[1]).toBeCloseTo(3, 6);
    expect(solution.values[0]! + solution.values[2]!).toBeCloseTo(-10, 6);
  });

  test('says that nothing keeps contradicting rows', () => {
    const contradiction: LinearProgram = program(
      'maximise',
      [1],
      [
        [[1], 2, Infinity],
        [[1], -Infinity, 1],
      ],
    );
    expect(solve(contradiction)).toEqual({ status: 'infeasible' });
    expect(solve({ ...contradiction, whole: [true] })).toEqual({ status: 'infeasible' });
  });

  test('says that an objective has no end', () => {
    expect(solve(program('maximise', [1, 0], [[[1, -1], -Infinity, 1]]))).toEqual({ status: 'unbounded' });
  });

  test('a program without columns is solved by doing nothing', () => {
    expect(solve(program('minimise', [], []))).toEqual({ status: 'optimal', values: [], objective: 0 });
  });
});

const coefficient = fc.integer({ min: -9, max: 9 });
const smallProgram = fc.integer({ min: 1, max: 5 }).chain((columns) => {
  const vector = fc.array(coefficient, { minLength: columns, maxLength: columns });
  return fc
    .record({
      sense: fc.constantFrom('minimise' as const, 'maximise' as const),
      objective: vector,
      rows: fc.array(fc.tuple(vector, fc.integer({ min: -60, max: 5 }), fc.integer({ min: 0, max: 80 })), {
        minLength: 1,
        maxLength: 5,
      }),
      upper: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: columns, maxLength: columns }),
    })
    .map(({ sense, objective, rows, upper }) => {
      const ranges = rows.map(([coefficients, lower, width]) => [coefficients, lower, lower + width] as const);
      return program(sense, objective, ranges, { upper });
    });
});

/** The best objective over all whole points: the slow, obvious twin. Undefined if no whole point keeps the rows. */
function bestWholePoint({ sense, objective, upper, rows }: LinearProgram): number | undefined {
  let best: number | undefined;
  const visit = (point: readonly number[]): void => {
    if (point.length < upper.length) {
      for (let value = 0; value <= upper[point.length]!; value++) visit([...point, value]);
      return;
    }
    const keeps = rows.every(({ columns, coefficients, lower, upper: most }) => {
      const sum = columns.reduce((total, column, at) => total + coefficients[at]! * point[column]!, 0);
      return sum >= lower && sum <= most;
    });
    if (!keeps) return;
    const value = objective.reduce((total, cost, column) => total + cost * point[column]!, 0);
    if (best === undefined || (sense === 'maximise' ? value > best : value < best)) best = value;
  };
  visit([]);
  return best;
}

describe('two solvers and exhaustive search', () => {
  test('agree on random programs, fractions allowed', () => {
    let optimal = 0;
    fc.assert(
      fc.property(smallProgram, (asked) => {
        const one = highs.solve(asked);
        const other = yalpsSolver.solve(asked);
        expect(other.status).toBe(one.status);
        if (one.status !== 'optimal' || other.status !== 'optimal') return;
        optimal++;
        expect(other.objective).toBeCloseTo(one.objective, 5);
      }),
      { seed, numRuns: 120 },
    );
    expect(optimal).toBeGreaterThan(30);
  });

  test('agree on random programs in whole numbers', () => {
    let optimal = 0;
    fc.assert(
      fc.property(smallProgram, (fractional) => {
        const asked = { ...fractional, whole: fractional.objective.map(() => true) };
        const best = bestWholePoint(asked);
        for (const solver of [highs, yalpsSolver]) {
          const solution = solver.solve(asked);
          if (best === undefined) expect(solution.status).toBe('infeasible');
          else expect(solution).toMatchObject({ status: 'optimal', objective: expect.closeTo(best, 5) as number });
        }
        if (best !== undefined) optimal++;
      }),
      { seed, numRuns: 120 },
    );
    expect(optimal).toBeGreaterThan(30);
  });
});

describe('a search with a budget', () => {
  /** A knapsack that branching is needed for: 33 things whose worth is near their weight. */
  const knapsack = program(
    'maximise',
    Array.from({ length: 33 }, (_, thing) => 50 + ((thing * 37) % 41) + 10),
    [
      [Array.from({ length: 33 }, (_, thing) => 50 + ((thing * 37) % 41)), -Infinity, 1034],
      [Array.from({ length: 33 }, (_, thing) => 30 + ((thing * 53) % 67)), -Infinity, 911],
      [Array.from({ length: 33 }, (_, thing) => 20 + ((thing * 29) % 71)), -Infinity, 803],
    ],
    { upper: Array.from({ length: 33 }, () => 1), whole: Array.from({ length: 33 }, () => true) },
  );

  test('HiGHS stops after its nodes with the best it has, and the same each time', () => {
    const short = highs.solve(knapsack, { nodesMax: 1 });
    expect(short.status).toBe('feasible');
    expect(highs.solve(knapsack, { nodesMax: 1 })).toEqual(short);
    const full = highs.solve(knapsack);
    if (short.status !== 'feasible' || full.status !== 'optimal') throw new Error('no solution');
    expect(short.objective).toBeLessThanOrEqual(full.objective);
  });

  test('a gap that any solution keeps ends the search at once, and its answer counts as optimal', () => {
    const solution = highs.solve(knapsack, { gap: 1 });
    expect(solution.status).toBe('optimal');
  });

  test('YALPS stops after its nodes too', () => {
    expect(['feasible', 'gave-up']).toContain(yalpsSolver.solve(knapsack, { nodesMax: 2 }).status);
  });
});
