import { Refusal } from '../../sim/contract/refusal.ts';
import type { Gang, PlacementPolicy } from '../../sim/contract/placement.ts';
import { FreeIndex, indexScope } from '../../sim/engine/free-index.ts';
import { Shapes } from '../../sim/engine/shapes.ts';
import type { Cluster } from '../../sim/model/cluster.ts';
import type { JobTable } from '../../sim/model/job-table.ts';
import { tooLarge } from '../../traces/demand.ts';

/**
 * Jobs that could not start even if the whole cluster were free, by id, with the reason: more GPUs than there are, or
 * a shape (GPUs, cores, memory a node) that the placement cannot find room for. The placement is asked once a shape.
 */
export function neverFitting(
  jobs: JobTable,
  cluster: Cluster,
  placement: PlacementPolicy,
  placementName: string,
): ReadonlyMap<string, string> {
  const reasons = new Map(tooLarge(jobs, cluster).map(({ job, reason }) => [jobs.ids[job]!, reason]));
  const countOnly = placement.granularity === 'totals';
  const scope = indexScope(jobs, placement);
  const empty = new FreeIndex(cluster, scope);
  const shapes = new Shapes(jobs, countOnly, (gang) => placement.fits(gang, empty), scope.shares);
  for (let job = 0; job < jobs.count; job++) {
    const shape = shapes.of[job]!;
    if (shapes.refusalNow(shape) === Refusal.None || reasons.has(jobs.ids[job]!)) continue;
    const needs = needsOf(shapes.gangs[shape]!);
    reasons.set(jobs.ids[job]!, `${placementName} finds no place for ${needs} even when all nodes are free`);
  }
  return reasons;
}

function needsOf({ gpus, shareMilli, cpuMilli, memoryMiB }: Gang): string {
  const parts = [`${shareMilli > 0 ? shareMilli / 1000 : gpus} GPUs`];
  if (cpuMilli > 0) parts.push(`${cpuMilli / 1000} cores`);
  if (memoryMiB > 0) parts.push(`${Math.round((memoryMiB / 1024) * 100) / 100} GiB`);
  return parts.join(', ');
}
