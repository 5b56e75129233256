import type { Scenario } from '../../scenario/schema/scenario-schema.ts';

/** Objectives that follow from what is bought, without a run. */
export const capacityObjectives = ['nodes', 'gpus', 'gpu-hours', 'cost'] as const;

export type Objective =
  { readonly kind: (typeof capacityObjectives)[number] } | { readonly kind: 'metric'; readonly text: string };

const HOURS_A_YEAR = 8760;

/** What `plan.objective` asks for; any other text is a metric, whether there is such a one or not. */
export function objectiveOf(text: string): Objective {
  const kind = capacityObjectives.find((one) => one === text);
  return kind === undefined ? { kind: 'metric', text: text.trim() } : { kind };
}

/** What a scenario's pools are and cost. */
export interface Capacity {
  readonly nodes: number;
  readonly gpus: number;
  /** Provided in a year of 8,760 h. */
  readonly gpuHours: number;
  /** Of an hour, in the currency of the prices; null where some pool has none. */
  readonly costPerHour: number | null;
  /** GPU types with their GPUs, in the order of the pools. */
  readonly gpuTypes: readonly { readonly type: string; readonly gpus: number; readonly nodes: number }[];
  /** Nodes of these that are spares. */
  readonly spares: number;
}

/** Capacity of a settled scenario. Nodes that come from a list are not counted: nothing of them can be chosen. */
export function capacityOf({ cluster, failures }: Scenario): Capacity {
  const pools = cluster.pools ?? [];
  const types = new Map<string, { gpus: number; nodes: number }>();
  let nodes = 0;
  let gpus = 0;
  let costPerHour: number | null = pools.length > 0 ? 0 : null;
  for (const pool of pools) {
    nodes += pool.nodes;
    gpus += pool.nodes * pool.gpusPerNode;
    const of = types.get(pool.gpuType) ?? { gpus: 0, nodes: 0 };
    types.set(pool.gpuType, { gpus: of.gpus + pool.nodes * pool.gpusPerNode, nodes: of.nodes + pool.nodes });
    const each = nodeCostPerHour(pool, cluster.network);
    costPerHour = costPerHour === null || each === null ? null : costPerHour + pool.nodes * each;
  }
  return {
    nodes,
    gpus,
    gpuHours: gpus * HOURS_A_YEAR,
    costPerHour,
    gpuTypes: [...types].map(([type, of]) => ({ type, ...of })),
    spares: (failures?.spares ?? []).reduce((sum, spare) => sum + spare.nodes, 0),
  };
}

type Pool = NonNullable<Scenario['cluster']['pools']>[number];

/** Price of a node-hour, or that of its GPUs, its power at the tariff and its uplinks; null where it has no price at all. */
function nodeCostPerHour(
  { pricePerNodeHour, pricePerGpuHour, gpusPerNode, powerPerNodeKW, tariffPerKWh }: Pool,
  network: Scenario['cluster']['network'],
): number | null {
  const uplinks = (network?.uplinkPricePerNodeHour ?? 0) / (network?.oversubscription ?? 1);
  const price = pricePerNodeHour ?? (pricePerGpuHour === undefined ? undefined : pricePerGpuHour * gpusPerNode);
  if (price === undefined && (powerPerNodeKW === undefined || tariffPerKWh === undefined)) return null;
  return (price ?? 0) + (powerPerNodeKW ?? 0) * (tariffPerKWh ?? 0) + uplinks;
}

/** How much a capacity objective is; null for a cost that is not known, and for a metric. */
export function amountOf({ kind }: Objective, { nodes, gpus, gpuHours, costPerHour }: Capacity): number | null {
  switch (kind) {
    case 'nodes':
      return nodes;
    case 'gpus':
      return gpus;
    case 'gpu-hours':
      return gpuHours;
    case 'cost':
      return costPerHour;
    case 'metric':
      return null;
    default:
      return kind satisfies never;
  }
}
