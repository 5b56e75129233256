import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FactKind } from '../../src/sim/record/fact.ts';
import { checkIdentities } from './exact-identities.ts';
import { anyRun, placements, schedulings, titleOf, type PlacementChoice } from './random-runs.ts';
import { runOf, type FinishedRun } from './run-builder.ts';
import { seed } from './seed.ts';

const met = {
  queueMax: 0,
  cutOff: 0,
  schedulings: new Set<string>(),
  placements: new Set<string>(),
  causes: [0, 0, 0],
};

function note(run: FinishedRun): void {
  met.queueMax = Math.max(met.queueMax, run.metrics.occupancy.queueLengthMax);
  met.cutOff += run.log.of(FactKind.CutOff).length;
  run.metrics.causes.waitedUs.forEach((us, at) => (met.causes[at % 3]! += us));
}

describe('on random runs of every scheduling policy with every placement', () => {
  it('GPU-time, sojourns and causes of waiting add up exactly, gangs are whole and no GPU is used twice', () => {
    fc.assert(
      fc.property(anyRun, (sketch) => {
        const run = runOf(sketch);
        checkIdentities(run);
        note(run);
        met.schedulings.add(sketch.scheduling as string);
        met.placements.add(titleOf(sketch.placement as PlacementChoice));
      }),
      { numRuns: 400, seed },
    );
    expect(met.queueMax).toBeGreaterThanOrEqual(5);
    expect(met.cutOff).toBeGreaterThan(0);
    expect(Math.min(...met.causes)).toBeGreaterThan(0);
    expect([...met.schedulings].sort()).toEqual([...schedulings].sort());
    expect([...met.placements].sort()).toEqual(placements.map(titleOf).sort());
  });
});
