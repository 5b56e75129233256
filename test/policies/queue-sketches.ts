import { buildQuotaTree, type QuotaDraft, type QuotaTree } from '../../src/sim/model/quota-tree.ts';
import type { JobSketch } from '../engine/run-builder.ts';

/** A queue as a test writes it. */
export type QueueSketch = Partial<QuotaDraft> & { readonly name: string };

/** Queues as a scenario would give them; the tenant of a queue without children has its name unless it names others. */
export function queuesOf(
  queues: readonly QueueSketch[],
  gpuTypes: readonly string[] = [],
): (tenants: readonly string[]) => QuotaTree {
  const drafts = queues.map((queue) => {
    const isParent = queues.some(({ parent }) => parent === queue.name);
    return { tenants: isParent ? [] : [queue.name], weight: 1, priority: 0, ...queue };
  });
  return (tenants) => buildQuotaTree(drafts, tenants, gpuTypes);
}

export const many = (count: number, job: JobSketch): JobSketch[] => Array.from({ length: count }, () => job);
