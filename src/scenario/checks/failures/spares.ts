import type { Path } from '../../problems.ts';
import type { FailuresEntry, Scenario } from '../../schema/scenario-schema.ts';
import type { Fault } from '../../schema-problems.ts';
import { suggestion } from '../../suggestions.ts';

/** Spares are nodes of a pool, fewer than it has, and stated once. Pools of a list of nodes are known when it is read. */
export function checkSpares({ spares }: FailuresEntry, { pools }: Scenario['cluster']): Fault[] {
  return pools === undefined ? [] : spareFaults(spares, pools);
}

/** The same where the pools are known, wherever they come from. */
export function spareFaults(
  spares: FailuresEntry['spares'],
  pools: readonly { readonly name: string; readonly nodes: number }[],
): Fault[] {
  const names = pools.map(({ name }) => name);
  const seen = new Set<string>();
  return spares.flatMap(({ pool = names.length === 1 ? names[0]! : undefined, nodes }, index) => {
    const path: Path = ['failures', 'spares', index];
    if (pool === undefined) return [{ path, reason: `must say its pool: there are ${names.join(', ')}` }];
    const found = pools.find(({ name }) => name === pool);
    if (found === undefined)
      return [{ path: [...path, 'pool'], reason: `no pool has that name; ${suggestion(pool, names)}` }];
    if (seen.has(pool))
      return [{ path, reason: `states spares of pool ${pool} a second time; add them to the first entry` }];
    seen.add(pool);
    if (nodes < found.nodes) return [];
    const reason = `must be below ${found.nodes}, the nodes of pool ${pool}: somebody has to work`;
    return [{ path: [...path, 'nodes'], reason }];
  });
}
