import type { DownTimeIntake } from './down-time-intake.ts';

/** So many instances were there from this instant on, us. */
export interface InstanceCount {
  readonly fromUs: number;
  readonly count: number;
}

/** Nodes of a trace that counts instances: beyond these a count is a slip of the pen. */
export const INSTANCES_MAX = 100_000;

/** How many nodes a trace of counts stands for, as an option of its format. */
export const NODES_OPTION = {
  type: 'integer',
  minimum: 0,
  maximum: INSTANCES_MAX,
  default: 0,
  description: 'Nodes that the trace stands for; 0: as many as it ever shows at once.',
} as const;

/**
 * Turns counts into down times of nodes "0", "1", ...: while n are there, nodes 0 to n-1 are, so that the one with the
 * highest number leaves first. Counts ascend in time; the last holds to `endUs`.
 */
export function takeCounts(
  intake: DownTimeIntake,
  counts: readonly InstanceCount[],
  endUs: number,
  nodesWanted: number,
): void {
  const most = counts.reduce((max, { count }) => Math.max(max, count), 0);
  const nodes = nodesWanted === 0 ? most : nodesWanted;
  if (most === 0) intake.problems.fail(0, 'never shows an instance; say how many nodes it stands for (nodes)');
  if (most > nodes)
    intake.tally.warnings.push(`shows up to ${most} instances; those beyond ${nodes} (nodes) are not used`);
  const downSinceUs = new Float64Array(nodes).fill(-1);
  for (let node = 0; node < nodes; node++) intake.mention(String(node));
  let there = nodes;
  for (const { fromUs, count } of counts) {
    const now = Math.min(count, nodes);
    for (let node = now; node < there; node++) downSinceUs[node] = fromUs;
    for (let node = there; node < now; node++) intake.add(String(node), downSinceUs[node]!, fromUs);
    there = now;
  }
  for (let node = there; node < nodes; node++) intake.add(String(node), downSinceUs[node]!, endUs);
}
