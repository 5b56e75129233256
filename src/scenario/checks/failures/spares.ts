import type { Path } from '../../problems.ts';
import type { FailuresEntry, Scenario } from '../../schema/scenario-schema.ts';
import type { Fault } from '../../schema-problems.ts';
import { checkJobSelector } from './job-selector.ts';
import { suggestion } from '../../suggestions.ts';

/** Spares are nodes of a pool, fewer than it has, and stated once. Pools of a list of nodes are known when it is read. */
export function checkSpares({ spares }: FailuresEntry, { cluster: { pools }, workload }: Scenario): Fault[] {
  const classes = workload.jobClasses.map(({ name }) => name);
  const ofJobs = spares.flatMap(({ jobs }, index) => {
    return checkJobSelector(jobs, classes, ['failures', 'spares', index, 'jobs']);
  });
  return pools === undefined ? ofJobs : [...ofJobs, ...spareFaults(spares, pools)];
}

/** The same where the pools are known, wherever they come from. */
export function spareFaults(
  spares: FailuresEntry['spares'],
  pools: readonly { readonly name: string; readonly nodes: number }[],
): Fault[] {
  const names = pools.map(({ name }) => name);
  const seen = new Set<string>();
  const kept = new Map<string, number>();
  return spares.flatMap(({ pool = names.length === 1 ? names[0]! : undefined, nodes, jobs }, index) => {
    const path: Path = ['failures', 'spares', index];
    if (pool === undefined) return [{ path, reason: `must say its pool: there are ${names.join(', ')}` }];
    const found = pools.find(({ name }) => name === pool);
    if (found === undefined)
      return [{ path: [...path, 'pool'], reason: `no pool has that name; ${suggestion(pool, names)}` }];
    const whose = `${pool} ${JSON.stringify(Object.entries(jobs).sort())}`;
    if (seen.has(whose))
      return [{ path, reason: `states spares of pool ${pool} for the same jobs a second time; add them to the first entry` }]; // prettier-ignore
    seen.add(whose);
    const before = kept.get(pool) ?? 0;
    kept.set(pool, before + nodes);
    if (before + nodes < found.nodes) return [];
    const others = before === 0 ? '' : `, with the ${before} spares before`;
    const reason = `must be below ${found.nodes}, the nodes of pool ${pool}${others}: somebody has to work`;
    return [{ path: [...path, 'nodes'], reason }];
  });
}
