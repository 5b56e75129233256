import { schedulingPolicies } from '../../policies/registry.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import type { Gang, PlacementPolicy } from '../../sim/contract/placement.ts';
import { ANY_TYPE } from '../../sim/contract/scheduling.ts';
import { FreeIndex, indexScope } from '../../sim/engine/free-index.ts';
import { Shapes } from '../../sim/engine/shapes.ts';
import type { Cluster } from '../../sim/model/cluster.ts';
import type { JobTable } from '../../sim/model/job-table.ts';
import { sparesAtFirst, type SpareNodes } from '../../sim/model/spare-nodes.ts';
import { tooLarge } from '../../traces/demand.ts';

/** The policies that are to start the jobs, as far as it matters here. */
export interface Starters {
  readonly placement: PlacementPolicy;
  readonly placementName: string;
  readonly schedulingName: string;
  /** Whether the scheduling policy may start an elastic job with the fewest GPUs it can run with. */
  readonly sizesJobs: boolean;
  /** Nodes that they are not given. */
  readonly spares: readonly SpareNodes[];
}

/**
 * Jobs that could not start even if the whole cluster were free, by id, with the reason: more GPUs than there are, or
 * a shape (GPUs, cores, memory a node) that the placement cannot find room for. An elastic job needs to fit with its
 * fewest GPUs alone if the scheduling policy sizes jobs. The placement is asked once a shape.
 */
export function neverFitting(
  jobs: JobTable,
  cluster: Cluster,
  { placement, placementName, schedulingName, sizesJobs, spares }: Starters,
): ReadonlyMap<string, string> {
  const reasons = new Map(tooLarge(jobs, cluster).map(({ job, reason }) => [jobs.ids[job]!, reason]));
  const countOnly = placement.granularity === 'totals';
  const scope = indexScope(jobs, placement);
  const empty = new FreeIndex(cluster, scope);
  for (const [from, to] of sparesAtFirst(spares, cluster)) for (let node = from; node < to; node++) empty.close(node);
  const whenFree = `even when all nodes${spares.length > 0 ? ' but the spares' : ''} are free`;
  const shapes = new Shapes(jobs, countOnly, (gang) => placement.fits(gang, empty), scope.shares);
  for (let job = 0; job < jobs.count; job++) {
    const shape = shapes.of[job]!;
    if (shapes.refusalNow(shape) === Refusal.None || reasons.has(jobs.ids[job]!)) continue;
    const needs = needsOf(shapes.gangs[shape]!);
    reasons.set(jobs.ids[job]!, `${placementName} finds no place for ${needs} ${whenFree}`);
  }
  for (let job = 0; job < jobs.count; job++) {
    const fewest = jobs.gpusMin[job]!;
    const reason = reasons.get(jobs.ids[job]!);
    if (reason === undefined || fewest === jobs.gpus[job]) continue;
    if (placement.fits(shapes.gangFor(job, fewest, ANY_TYPE), empty) !== Refusal.None) continue;
    if (sizesJobs) reasons.delete(jobs.ids[job]!);
    else reasons.set(jobs.ids[job]!, `${reason}; ${couldShrink(fewest, schedulingName)}`);
  }
  return reasons;
}

function couldShrink(fewest: number, schedulingName: string): string {
  const others = schedulingPolicies.filter((one) => one.sizesJobs === true).map(({ name }) => name);
  return (
    `with ${fewest}, its fewest, it would fit, but ${schedulingName} starts jobs with the GPUs they ask for ` +
    `(${others.join(', ')} size them)`
  );
}

function needsOf({ gpus, shareMilli, cpuMilli, memoryMiB }: Gang): string {
  const parts = [`${shareMilli > 0 ? shareMilli / 1000 : gpus} GPUs`];
  if (cpuMilli > 0) parts.push(`${cpuMilli / 1000} cores`);
  if (memoryMiB > 0) parts.push(`${Math.round((memoryMiB / 1024) * 100) / 100} GiB`);
  return parts.join(', ');
}
