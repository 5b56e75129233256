import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  fairDemands,
  finishTimeShares,
  isolatedShares,
  makespanShares,
  maxMinShares,
  throughputsUnder,
  type SharingAnswer,
  type SharingProblem,
} from '../../src/policies/scheduling/gavel/sharing-programs.ts';
import { waterFillingShares } from '../../src/policies/scheduling/gavel/water-filling.ts';
import type { LinearSolver } from '../../src/sim/contract/solver.ts';
import { loadHighs } from '../../src/solver/highs-solver.ts';
import { yalpsSolver } from '../../src/solver/yalps-solver.ts';
import { groundtruth, groundtruthFiles, hasShared, needsShared } from '../traces/shared-data.ts';

/** One of the programs of ../shared/groundtruth/lp with its optima. */
interface Golden {
  readonly throughputs: readonly (readonly number[])[];
  readonly scale: readonly number[];
  readonly gpus: readonly number[];
  readonly remainingSteps: readonly number[];
  readonly elapsed: readonly number[];
  readonly weights: readonly number[];
  readonly isolatedThroughput: readonly number[];
  readonly maxMin: { readonly highs: number; readonly yalps: number };
  readonly minMaxFinishTimeRatio: number;
  readonly makespan: number;
}

const files = groundtruthFiles('lp', /\.json$/);
const goldens = files.flatMap((file) => JSON.parse(readFileSync(groundtruth('lp', file), 'utf8')) as Golden[]);
const TOLERANCE = 1e-6;

function problemOf({ throughputs, scale, gpus }: Golden): SharingProblem {
  return {
    groups: throughputs.map((throughput, job) => ({ jobs: 1, gpus: scale[job]!, throughput })),
    gpusOfType: gpus,
  };
}

function maxMin(solver: LinearSolver, golden: Golden): SharingAnswer {
  const problem = problemOf(golden);
  const isolated = throughputsUnder(isolatedShares(problem), problem);
  return maxMinShares(solver, problem, fairDemands(problem, golden.weights, isolated));
}

function finishTime(solver: LinearSolver, golden: Golden): SharingAnswer {
  const { elapsed, remainingSteps: remaining, isolatedThroughput } = golden;
  const isolatedTotal = elapsed.map((time, job) => time + remaining[job]! / isolatedThroughput[job]!);
  return finishTimeShares(solver, problemOf(golden), { elapsed, remaining, isolatedTotal }, 1e-9);
}

/** |found / expected - 1|. */
const relative = (found: number, expected: number): number => Math.abs(found / expected - 1);

/** The most that any bound of the problem is overstepped. */
function excess({ shares }: Pick<SharingAnswer, 'shares'>, { groups, gpusOfType }: SharingProblem): number {
  const inTime = shares.map((ofJob) => ofJob.reduce((sum, share) => sum + share, 0) - 1);
  const onType = gpusOfType.map((there, type) => {
    return groups.reduce((sum, { gpus }, job) => sum + gpus * shares[job]![type]!, -there);
  });
  return Math.max(...inTime, ...onType, ...shares.flat().map((share) => -share));
}

describe.skipIf(!hasShared)(`allocation programs with known optima${needsShared}`, () => {
  let solvers: LinearSolver[] = [];
  beforeAll(async () => {
    solvers = [await loadHighs(), yalpsSolver];
  });

  test('are there', () => {
    expect(files).toContain('gavel_lp_golden.json');
    expect(goldens.length).toBeGreaterThanOrEqual(6);
  });

  const titled = goldens.flatMap((golden) => [0, 1].map((solver) => ({ golden, solver, jobs: golden.scale.length })));
  describe.each(titled)('$jobs jobs, solver $solver', ({ golden, solver }) => {
    test('the isolated throughput is the n-th part of each type', () => {
      const problem = problemOf(golden);
      throughputsUnder(isolatedShares(problem), problem).forEach((found, job) => {
        expect(relative(found, golden.isolatedThroughput[job]!)).toBeLessThan(TOLERANCE);
      });
    });

    test('max-min fairness', () => {
      const answer = maxMin(solvers[solver]!, golden);
      expect(relative(answer.value, golden.maxMin.highs)).toBeLessThan(TOLERANCE);
      expect(excess(answer, problemOf(golden))).toBeLessThan(TOLERANCE);
    });

    // The simplex goes round in circles on the largest: its programs are degenerate where many groups are held.
    test.skipIf(solver === 1 && golden.scale.length > 60)(
      'water filling begins at the max-min optimum and keeps to the bounds',
      () => {
        const problem = problemOf(golden);
        const isolated = throughputsUnder(isolatedShares(problem), problem);
        const demands = fairDemands(problem, golden.weights, isolated);
        const { levels, shares } = waterFillingShares(solvers[solver]!, problem, demands);
        expect(relative(Math.min(...levels), golden.maxMin.highs)).toBeLessThan(TOLERANCE);
        expect(excess({ shares }, problem)).toBeLessThan(TOLERANCE);
      },
    );

    test('makespan', () => {
      const answer = makespanShares(solvers[solver]!, problemOf(golden), golden.remainingSteps);
      expect(relative(answer.value, golden.makespan)).toBeLessThan(TOLERANCE);
      expect(excess(answer, problemOf(golden))).toBeLessThan(TOLERANCE);
      const slowest = Math.max(
        ...throughputsUnder(answer.shares, problemOf(golden)).map((rate, job) => golden.remainingSteps[job]! / rate),
      );
      expect(relative(slowest, golden.makespan)).toBeLessThan(TOLERANCE);
    });

    test('finish-time fairness', () => {
      const answer = finishTime(solvers[solver]!, golden);
      expect(relative(answer.value, golden.minMaxFinishTimeRatio)).toBeLessThan(TOLERANCE);
      expect(excess(answer, problemOf(golden))).toBeLessThan(TOLERANCE);
    });
  });
});
