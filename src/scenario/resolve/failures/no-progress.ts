import type { RunSpec } from '../../../sim/engine/run-spec.ts';
import { loneStorage } from '../../../sim/engine/failures/storage-share.ts';
import { NEVER } from '../../../sim/kernel/clock.ts';
import { componentsOf, strikesNodes } from '../../../sim/model/components.ts';
import { duration } from '../../quantities/duration.ts';
import { formatQuantity } from '../../quantities/quantity.ts';

/** A warning where the largest job is stopped by faults, on average, before it can write a checkpoint or has come back. */
export function progressWarnings({
  jobs,
  cluster,
  failures,
}: Pick<RunSpec, 'jobs' | 'cluster' | 'failures'>): string[] {
  if (failures === undefined || jobs.count === 0) return [];
  const gpus = jobs.gpus.reduce((most, each) => Math.max(most, each), 0);
  const gpusPerNode = cluster.nodeGpus.reduce((most, each) => Math.max(most, each), 1);
  const nodes = Math.max(1, Math.ceil(gpus / gpusPerNode));
  // As if it stood on the first nodes: where it will stand is not known yet.
  const rate = componentsOf(failures.model, cluster)
    .filter((one) => strikesNodes(one, 0, nodes) && one.kind.meanTimeToFaultUs !== NEVER)
    .reduce((sum, { kind }) => sum + 1 / kind.meanTimeToFaultUs, 0);
  if (rate === 0) return [];
  const meanUs = 1 / rate;
  const storage = loneStorage(failures.model, nodes);
  const { everyUs, stallUs, persistUs } = failures.recovery.checkpoints({
    gpus,
    nodes,
    meanTimeToFaultUs: meanUs,
    ...storage,
  });
  const struck = { nodesLost: 1, gpusLeft: 0, gpusMin: gpus, interruptions: 1, holdsWork: false, hasSpares: false };
  const { loadUs, warmUpUs } = failures.recovery.recover({ gpus, nodes, ...struck, ...storage });
  const often = `a job of ${gpus} GPUs is stopped by a fault every ${written(meanUs)} on average`;
  const expected = 'no progress is expected';
  if (everyUs !== NEVER && stallUs + persistUs >= meanUs)
    return [`${often}, but a checkpoint takes ${written(stallUs + persistUs)}: ${expected}`];
  if (loadUs + warmUpUs >= meanUs)
    return [`${often}, but coming back takes ${written(loadUs + warmUpUs)}: ${expected}`];
  return [];
}

function written(us: number): string {
  return String(formatQuantity(duration, Math.round(us / 1e6) * 1e6));
}
