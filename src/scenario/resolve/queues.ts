import type { Cluster } from '../../sim/model/cluster.ts';
import { buildQuotaTree, equalQuotas, NO_PARENT, type QuotaTree } from '../../sim/model/quota-tree.ts';
import { placeOf } from '../origins.ts';
import { ScenarioError, valueText, type Problem } from '../problems.ts';
import type { QueueEntry } from '../schema/scenario-schema.ts';
import type { SettledScenario } from '../settle.ts';
import { suggestion } from '../suggestions.ts';
import { tenantsOf } from './queue-tenants.ts';

/** Stands for every tenant that no queue names. */
const OTHERS = '*';

export interface ResolvedQueues {
  readonly quotas: QuotaTree;
  readonly warnings: readonly string[];
}

/**
 * The queues of a scenario for the tenants that its jobs have; without `queues`, equal quotas. ScenarioError for
 * tenants that are in no queue. `usesQueues`: whether the scheduling policy looks at them.
 */
export function resolveQueues(
  settled: SettledScenario,
  tenants: readonly string[],
  cluster: Cluster,
  usesQueues: boolean,
): ResolvedQueues {
  const { queues, policies } = settled.data;
  const gpus = cluster.nodeGpus.reduce((sum, count) => sum + count, 0);
  if (queues === undefined) return { quotas: equalQuotas(tenants, gpus), warnings: [] };
  requireQueues(settled, queues, tenants);
  const quotas = buildQuotaTree(
    queues.map(({ parent, quota, limit, lendingLimit, ...rest }) => ({
      name: rest.name,
      weight: rest.weight,
      priority: rest.priority,
      tenants: tenantsOf({ parent, ...rest } as QueueEntry, queues),
      ...(parent === undefined ? {} : { parent }),
      ...(quota === undefined ? {} : { quota }),
      ...(limit === undefined ? {} : { limit }),
      ...(lendingLimit === undefined ? {} : { lendingLimit }),
    })),
    tenants,
  );
  const warnings = [...overbookingWarnings(quotas, gpus), ...emptyQueueWarnings(queues, tenants)];
  if (!usesQueues) warnings.unshift(`queues are given, but ${policies.scheduling.name} does not look at them`);
  return { quotas, warnings };
}

function requireQueues(
  { file, origins }: SettledScenario,
  queues: readonly QueueEntry[],
  tenants: readonly string[],
): void {
  const known = new Set(queues.flatMap((queue) => tenantsOf(queue, queues)));
  if (known.has(OTHERS)) return;
  const place = placeOf(file, origins, ['queues']);
  const problems: Problem[] = tenants
    .filter((tenant) => !known.has(tenant))
    .map((tenant) => {
      const who = tenant === '' ? 'jobs without tenant are' : `tenant ${valueText(tenant)} is`;
      const mend = tenant === '' ? '' : `; ${suggestion(tenant, [...known])}`;
      return {
        place,
        message: `${who} in no queue; name it in the tenants of one, or let one have tenants: ["*"]${mend}`,
      };
    });
  if (problems.length > 0) throw new ScenarioError(problems);
}

function overbookingWarnings({ count, parent, quota }: QuotaTree, gpus: number): string[] {
  let promised = 0;
  for (let queue = 0; queue < count; queue++) if (parent[queue] === NO_PARENT) promised += quota[queue]!;
  if (promised <= gpus) return [];
  return [
    `queues have quotas of ${promised} GPUs together, and the cluster has ${gpus}: not all can have theirs at once`,
  ];
}

/** Not a mistake (a team may have nothing to run), but perhaps a name mistyped. */
function emptyQueueWarnings(queues: readonly QueueEntry[], tenants: readonly string[]): string[] {
  const missing = queues
    .flatMap((queue) => tenantsOf(queue, queues))
    .filter((tenant) => tenant !== OTHERS && !tenants.includes(tenant));
  if (missing.length === 0) return [];
  const shown = missing
    .slice(0, 5)
    .map((tenant) => valueText(tenant))
    .join(', ');
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
  return [`no job belongs to ${missing.length === 1 ? 'tenant' : 'tenants'} ${shown}${more} of queues`];
}
