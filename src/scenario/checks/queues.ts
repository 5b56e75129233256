import { pathText, valueText, type Path } from '../problems.ts';
import { tenantsOf } from '../resolve/queue-tenants.ts';
import type { Fault } from '../schema-problems.ts';
import type { QueueEntry } from '../schema/scenario-schema.ts';
import { suggestion } from '../suggestions.ts';

/** What is wrong with the queues among themselves: parents, circles, tenants named twice, limits that contradict. */
export function checkQueues(queues: readonly QueueEntry[]): Fault[] {
  const parentFaults = queues.flatMap((queue, index) => checkParent(queue, index, queues));
  return [
    ...parentFaults,
    ...checkTenants(queues),
    ...queues.flatMap((queue, index) => checkAmounts(queue, index)),
    // Sums go up the tree, which must be one.
    ...(parentFaults.length > 0 ? [] : checkSums(queues)),
  ];
}

function checkParent({ name, parent }: QueueEntry, index: number, queues: readonly QueueEntry[]): Fault[] {
  if (parent === undefined) return [];
  const path = ['queues', index, 'parent'];
  const parentOf = new Map(queues.map((queue) => [queue.name, queue.parent]));
  if (!parentOf.has(parent)) {
    return [{ path, reason: `no queue has that name; ${suggestion(parent, [...parentOf.keys()])}` }];
  }
  const way = [name];
  for (let above: string | undefined = parent; above !== undefined; above = parentOf.get(above)) {
    way.push(above);
    if (above === name) {
      return [{ path, reason: `the parents go in a circle (${way.join(' → ')}); let one of them have no parent` }];
    }
    // Another circle further up is told where it is.
    if (way.length > queues.length) return [];
  }
  return [];
}

function checkTenants(queues: readonly QueueEntry[]): Fault[] {
  const parents = new Set(queues.map(({ parent }) => parent));
  const firstAt = new Map<string, Path>();
  return queues.flatMap((queue, index) => {
    if (parents.has(queue.name) && queue.tenants !== undefined && queue.tenants.length > 0) {
      const path = ['queues', index, 'tenants'];
      const reason = `${pathText(path)} stand in a queue that is the parent of others; put them into a child of it`;
      return [{ path, reason, whole: true }];
    }
    return tenantsOf(queue, queues).flatMap((tenant, at) => {
      const path = queue.tenants === undefined ? ['queues', index, 'name'] : ['queues', index, 'tenants', at];
      const first = firstAt.get(tenant);
      if (first === undefined) {
        firstAt.set(tenant, path);
        return [];
      }
      return [{ path, reason: `the tenant is in ${pathText(first)} already; let each be in one queue` }];
    });
  });
}

function checkAmounts({ quota = 0, limit, lendingLimit }: QueueEntry, index: number): Fault[] {
  const faults: Fault[] = [];
  if (limit !== undefined && limit < quota) {
    faults.push({ path: ['queues', index, 'limit'], reason: `less than its quota of ${quota}; write at least that` });
  }
  if (lendingLimit !== undefined && lendingLimit > quota) {
    const reason = `more than its quota of ${quota}; write at most that, or leave it out to lend all`;
    faults.push({ path: ['queues', index, 'lendingLimit'], reason });
  }
  return faults;
}

/** A parent's own quota must cover its children's: they are promised out of it. */
function checkSums(queues: readonly QueueEntry[]): Fault[] {
  const quotaOf = (queue: QueueEntry): number => queue.quota ?? ofChildren(queue.name);
  const ofChildren = (name: string): number =>
    queues.reduce((sum, queue) => (queue.parent === name ? sum + quotaOf(queue) : sum), 0);
  return queues.flatMap(({ name, quota }, index) => {
    if (quota === undefined) return [];
    const needed = ofChildren(name);
    if (quota >= needed) return [];
    const reason = `the queues of which ${valueText(name)} is the parent have ${needed} together; raise it to that or leave it out`;
    return [{ path: ['queues', index, 'quota'], reason }];
  });
}
