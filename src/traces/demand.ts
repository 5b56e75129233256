import { US_PER_SECOND } from '../sim/kernel/clock.ts';
import type { JobId } from '../sim/model/brand.ts';
import type { Cluster } from '../sim/model/cluster.ts';
import { ANY_GPU_TYPE, type JobTable } from '../sim/model/job-table.ts';

/** A job that no policy could ever start on this cluster. */
export interface TooLargeJob {
  readonly job: JobId;
  readonly reason: string;
}

/**
 * Jobs that would not fit the empty cluster by totals: a gang stays within one GPU type, and no type that it may use has
 * that many GPUs in all. Totals only: whether a node's shape, cores or memory can hold it is for the placement to say.
 */
export function tooLarge(jobs: JobTable, cluster: Cluster): readonly TooLargeJob[] {
  const gpusOf = gpusByType(cluster);
  const present = cluster.gpuTypes.map((_, type) => type).filter((type) => cluster.nodeType.includes(type));
  const found: TooLargeJob[] = [];
  const largestOf = new Map<number, { readonly gpus: number; readonly type: number }>();
  for (let job = 0; job < jobs.count; job++) {
    const mask = jobs.typeMask[job]!;
    let largest = largestOf.get(mask);
    if (largest === undefined) {
      largest = { gpus: -1, type: -1 };
      for (const type of present) {
        if (((mask >>> type) & 1) === 1 && gpusOf[type]! > largest.gpus) largest = { gpus: gpusOf[type]!, type };
      }
      largestOf.set(mask, largest);
    }
    const gpus = jobs.gpus[job]!;
    if (largest.type < 0) {
      found.push({ job: job as JobId, reason: 'the cluster has no GPU type that it may use' });
    } else if (gpus > largest.gpus) {
      const name = cluster.gpuTypes[largest.type]!;
      const most = name === '' ? `${largest.gpus} GPUs` : `${largest.gpus} GPUs of type ${name}`;
      found.push({ job: job as JobId, reason: `it needs ${gpus} GPUs; the most it may use are ${most}` });
    }
  }
  return found;
}

/**
 * Sentences on where demand exceeds capacity, overall and for each set of GPU types that some jobs are confined to.
 * Demand is sum(GPUs x run) / (last submission - first submission), in whole GPUs, as the jobs hold them: the load that
 * arrivals offer. Above capacity the queue grows for as long as they come. Nothing is said of a single burst (no span).
 */
export function demandWarnings(jobs: JobTable, cluster: Cluster): string[] {
  if (jobs.count === 0) return [];
  const spanUs = jobs.submitUs[jobs.count - 1]! - jobs.submitUs[0]!;
  if (spanUs <= 0) return [];
  const days = (spanUs / US_PER_SECOND / 86_400).toPrecision(3);
  const workOf = workByMask(jobs);
  const gpusOf = gpusByType(cluster);
  const warnings: string[] = [];

  const warn = (who: string, demand: number, capacity: number, what: string): void => {
    if (demand <= capacity) return;
    const percent = capacity > 0 ? `, ${Math.round((100 * demand) / capacity).toLocaleString('en')} % of it` : '';
    warnings.push(
      `${who} over ${days} days of arrivals ask for ${demand.toFixed(1)} GPUs on average; ${what} ` +
        `${capacity.toLocaleString('en')}${percent}, so the queue grows for as long as jobs arrive`,
    );
  };

  const total = [...workOf.values()].reduce((sum, work) => sum + work, 0);
  warn('all jobs', total / spanUs, cluster.gpuCount, 'the cluster has');
  for (const set of confiningSets(workOf, cluster)) {
    let work = 0;
    for (const [mask, maskWork] of workOf) if ((mask & ~set) === 0) work += maskWork;
    const types = cluster.gpuTypes.filter((_, type) => ((set >>> type) & 1) === 1);
    const capacity = cluster.gpuTypes.reduce(
      (sum, _, type) => sum + (((set >>> type) & 1) === 1 ? gpusOf[type]! : 0),
      0,
    );
    warn(`jobs confined to ${types.join(', ')}`, work / spanUs, capacity, 'of these the cluster has');
  }
  return warnings;
}

/** A table may hold as many type sets as jobs; the heaviest few hundred say all there is to say. */
const SETS_MAX = 256;

/** Type sets to check: those some jobs are confined to, heaviest first, and less than the whole cluster. */
function confiningSets(workOf: ReadonlyMap<number, number>, { gpuTypes }: Cluster): readonly number[] {
  const everything = gpuTypes.reduce((mask, _, type) => (mask | (1 << type)) >>> 0, 0);
  return [...workOf]
    .filter(([mask]) => mask !== 0 && mask !== ANY_GPU_TYPE && (everything & ~mask) !== 0)
    .toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, SETS_MAX)
    .map(([mask]) => mask);
}

/** GPU-us by allowed types. Jobs that may use no type of the cluster (mask 0) are `tooLarge`, not demand. */
function workByMask(jobs: JobTable): ReadonlyMap<number, number> {
  const workOf = new Map<number, number>();
  for (let job = 0; job < jobs.count; job++) {
    const mask = jobs.typeMask[job]!;
    if (mask === 0) continue;
    workOf.set(mask, (workOf.get(mask) ?? 0) + jobs.gpus[job]! * jobs.runUs[job]!);
  }
  return workOf;
}

function gpusByType({ gpuTypes, nodeType, nodeGpus }: Cluster): Float64Array {
  const gpus = new Float64Array(gpuTypes.length);
  nodeType.forEach((type, node) => {
    gpus[type]! += nodeGpus[node]!;
  });
  return gpus;
}
