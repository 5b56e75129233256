import type { Demand, PlacementPolicy } from '../contract/placement.ts';
import type { JobTable } from '../model/job-table.ts';
import { takesShares } from './free-index.ts';
import type { RunSpec } from './run-spec.ts';
import { Shapes } from './shapes.ts';
import { Refusal } from '../contract/refusal.ts';

/** The placement of a run, told what there is to know before it begins. RangeError if it ranks at random without ranks. */
export function placementForRun(spec: RunSpec): PlacementPolicy {
  const { placement, jobs } = spec;
  if (placement.ranks === 'random' && spec.nodeRank === undefined) {
    throw new RangeError('the placement ranks nodes at random: give the run spec a nodeRank drawn for this run');
  }
  if (placement.forRun === undefined) return placement;
  const expected = spec.expectedJobs ?? jobs;
  return placement.forRun({
    demand: demandOf(expected, takesShares(expected, placement)),
    luck: spec.placementLuck ?? 0,
    ...(spec.data === undefined ? {} : { data: spec.data }),
  });
}

/** What a workload asks for, in order of first arrival. */
function demandOf(jobs: JobTable, shares: boolean): Demand[] {
  const { of, gangs } = new Shapes(jobs, false, () => Refusal.None, shares);
  const counts = new Int32Array(gangs.length);
  for (const shape of of) counts[shape]!++;
  return gangs.map((gang, shape) => ({ gang, jobs: counts[shape]! }));
}
