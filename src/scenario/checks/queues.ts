import type { GpuAmount } from '../../sim/model/quota-tree.ts';
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
    ...checkForms(queues),
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

/** Quotas are all plain or all by GPU type, and what is lent is written like the quota that it is part of. */
function checkForms(queues: readonly QueueEntry[]): Fault[] {
  const first = queues.find(({ quota }) => quota !== undefined);
  const areByType = typeof first?.quota === 'object';
  return queues.flatMap(({ quota, lendingLimit }, index) => {
    const faults: Fault[] = [];
    if (quota !== undefined && (typeof quota === 'object') !== areByType) {
      const reason = `that of ${valueText(first!.name)} is ${areByType ? 'by GPU type' : 'one number'}, and this is not; write all quotas alike`;
      faults.push({ path: ['queues', index, 'quota'], reason });
    }
    if (lendingLimit !== undefined && (typeof lendingLimit === 'object') !== (typeof quota === 'object')) {
      const reason = `its quota is ${typeof quota === 'object' ? 'by GPU type' : 'not by GPU type'}; write both alike`;
      faults.push({ path: ['queues', index, 'lendingLimit'], reason });
    }
    return faults;
  });
}

function checkAmounts({ quota = 0, limit, lendingLimit }: QueueEntry, index: number): Fault[] {
  const at = (field: string, type: string | undefined): Path => {
    return ['queues', index, field, ...(type === undefined ? [] : [type])];
  };
  const faults: Fault[] = [];
  // A limit for all types together holds for the sum of the quotas.
  const limited = typeof limit === 'number' ? totalOf(quota) : quota;
  for (const [type, most, own] of pairsOf(limit, limited)) {
    if (most >= own) continue;
    faults.push({ path: at('limit', type), reason: `less than its quota of ${own}; write at least that` });
  }
  for (const [type, lent, own] of pairsOf(lendingLimit, quota)) {
    if (lent <= own) continue;
    const reason = `more than its quota of ${own}; write at most that, or leave it out to lend all`;
    faults.push({ path: at('lendingLimit', type), reason });
  }
  return faults;
}

/** The numbers of an amount with the quota that each is to be compared with; none where the two are written otherwise. */
function pairsOf(amount: GpuAmount | undefined, quota: GpuAmount): [string | undefined, number, number][] {
  if (amount === undefined) return [];
  if (typeof amount === 'number') return typeof quota === 'number' ? [[undefined, amount, quota]] : [];
  return typeof quota === 'number' ? [] : Object.entries(amount).map(([type, gpus]) => [type, gpus, quota[type] ?? 0]);
}

function totalOf(amount: GpuAmount): number {
  return typeof amount === 'number' ? amount : Object.values(amount).reduce((sum, gpus) => sum + gpus, 0);
}

/** A parent's own quota must cover its children's, of each type: they are promised out of it. */
function checkSums(queues: readonly QueueEntry[]): Fault[] {
  const types = new Set(queues.flatMap(({ quota }) => (typeof quota === 'object' ? Object.keys(quota) : [])));
  return types.size === 0 ? checkSumsOf(queues, undefined) : [...types].flatMap((type) => checkSumsOf(queues, type));
}

function checkSumsOf(queues: readonly QueueEntry[], type: string | undefined): Fault[] {
  const stated = ({ quota }: QueueEntry): number | undefined => {
    return typeof quota === 'object' ? (type === undefined ? undefined : (quota[type] ?? 0)) : quota;
  };
  const quotaOf = (queue: QueueEntry): number => stated(queue) ?? ofChildren(queue.name);
  const ofChildren = (name: string): number =>
    queues.reduce((sum, queue) => (queue.parent === name ? sum + quotaOf(queue) : sum), 0);
  return queues.flatMap((queue, index) => {
    const own = stated(queue);
    const needed = ofChildren(queue.name);
    if (own === undefined || own >= needed) return [];
    const what = type === undefined ? '' : ` of ${type}`;
    const reason = `the queues of which ${valueText(queue.name)} is the parent have ${needed}${what} together; raise it to that or leave it out`;
    return [{ path: ['queues', index, 'quota'], reason }];
  });
}
