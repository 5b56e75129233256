import type { QueueEntry } from '../schema/scenario-schema.ts';

/** Tenants of a queue: those it names, or the one of its own name if it is nobody's parent. */
export function tenantsOf({ name, tenants }: QueueEntry, queues: readonly QueueEntry[]): readonly string[] {
  return tenants ?? (queues.some(({ parent }) => parent === name) ? [] : [name]);
}
