import type { Cluster } from '../../sim/model/cluster.ts';
import { buildQuotaTree, equalQuotas, NO_PARENT, type QuotaTree } from '../../sim/model/quota-tree.ts';
import { placeOf } from '../origins.ts';
import { pathText, ScenarioError, valueText, type Problem } from '../problems.ts';
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
 * tenants that are in no queue. `usesQueues`: whether the scheduling policy looks at them, and at quotas by GPU type.
 */
export function resolveQueues(
  settled: SettledScenario,
  tenants: readonly string[],
  cluster: Cluster,
  usesQueues: boolean | 'by-type',
): ResolvedQueues {
  const { queues, policies } = settled.data;
  const gpus = cluster.nodeGpus.reduce((sum, count) => sum + count, 0);
  if (queues === undefined) return { quotas: equalQuotas(tenants, gpus), warnings: [] };
  requireQueues(settled, queues, tenants);
  requireTypes(settled, queues, cluster.gpuTypes);
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
    cluster.gpuTypes,
  );
  const warnings = [...overbookingWarnings(quotas, cluster), ...emptyQueueWarnings(queues, tenants)];
  const { name } = policies.scheduling;
  if (usesQueues === false) warnings.unshift(`queues are given, but ${name} does not look at them`);
  else if (usesQueues === true && quotas.quotaOfType !== undefined) {
    warnings.unshift(
      `queues have quotas by GPU type, and ${name} counts GPUs of all types together: it knows their sums`,
    );
  }
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

/** Types by which queues have amounts must be the cluster's. */
function requireTypes(
  { file, origins }: SettledScenario,
  queues: readonly QueueEntry[],
  known: readonly string[],
): void {
  const problems = queues.flatMap((queue, index) => {
    return (['quota', 'limit', 'lendingLimit'] as const).flatMap((field) => {
      const amount = queue[field];
      const types = typeof amount === 'object' ? Object.keys(amount) : [];
      return types.flatMap((type) => {
        if (known.includes(type)) return [];
        const place = placeOf(file, origins, ['queues', index, field, type]);
        const path = pathText(['queues', index, field]);
        return [{ place, message: `${path} names ${valueText(type)}; no pool has that GPU type; ${suggestion(type, known)}` }]; // prettier-ignore
      });
    });
  });
  if (problems.length > 0) throw new ScenarioError(problems);
}

function overbookingWarnings({ count, parent, quota, quotaOfType }: QuotaTree, cluster: Cluster): string[] {
  const { nodeGpus, nodeType, gpuTypes } = cluster;
  const there = gpuTypes.map(() => 0);
  nodeGpus.forEach((gpus, node) => (there[nodeType[node]!]! += gpus));
  const check = (quotas: Float64Array, gpus: number, what: string): string[] => {
    let promised = 0;
    for (let queue = 0; queue < count; queue++) if (parent[queue] === NO_PARENT) promised += quotas[queue]!;
    if (promised <= gpus) return [];
    return [
      `queues have quotas of ${promised} ${what} together, and the cluster has ${gpus}: not all can have theirs at once`,
    ];
  };
  if (quotaOfType === undefined) return check(quota, cluster.gpuCount, 'GPUs');
  return quotaOfType.flatMap((quotas, type) => check(quotas, there[type]!, `GPUs of ${gpuTypes[type]!}`));
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
