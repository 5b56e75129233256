/** Parent of a queue that stands at the top: what it has, it has of the cluster itself. */
export const NO_PARENT = -1;

/** GPUs, whatever their type; or GPUs of each type by its name, of types left out what the use of it says. */
export type GpuAmount = number | Readonly<Record<string, number>>;

/** A queue as the scenario states it. Of all queues, either none or all that have a quota have it by type. */
export interface QuotaDraft {
  readonly name: string;
  /** Name of another queue. */
  readonly parent?: string;
  /** Tenants whose jobs stand in it. '*' takes every tenant that no other queue names. Empty for a group of queues. */
  readonly tenants: readonly string[];
  /** GPUs that are its own; left out, those of its children together, and 0 without children. By type: 0 of the others. */
  readonly quota?: GpuAmount;
  /** GPUs that it may hold at most; left out, no limit. By type: no limit for the others. */
  readonly limit?: GpuAmount;
  /** GPUs of its quota that others may use while it does not; left out, all of them. By type only where the quota is. */
  readonly lendingLimit?: GpuAmount;
  readonly weight: number;
  readonly priority: number;
}

/**
 * The queues among which tenants share the cluster, as columns; numbers are GPUs unless said otherwise. A queue has
 * either tenants or children. A parent comes before its children; siblings keep the order of the scenario.
 */
export interface QuotaTree {
  readonly count: number;
  readonly names: readonly string[];
  /** NO_PARENT at the top. */
  readonly parent: Int32Array;
  /** Queue of each tenant, always one without children. */
  readonly queueOfTenant: Int32Array;
  /** GPUs that are the queue's own, its children's among them: deserved share, nominal quota. */
  readonly quota: Float64Array;
  /** GPUs that it may hold at most; Infinity: no limit. >= quota. */
  readonly limit: Float64Array;
  /** GPUs of its quota that others may use while it does not. <= quota. */
  readonly lendingLimit: Float64Array;
  /** The same of each GPU type, in the order of the cluster's; left out where no queue has a quota by type. */
  readonly quotaOfType?: readonly Float64Array[];
  readonly lendingLimitOfType?: readonly Float64Array[];
  /** Limits of each GPU type, beside those for all; left out where no queue has one by type. */
  readonly limitOfType?: readonly Float64Array[];
  /** Share of what is divided among siblings, relative to theirs, >= 0. */
  readonly weight: Float64Array;
  /** Larger comes first where siblings are served by priority. */
  readonly priority: Int32Array;
}

/**
 * Columns out of drafts. Every tenant must be in one queue, every parent must exist, and parents must not go in a
 * circle: RangeError otherwise (the scenario's checks say so in the user's words before). `gpuTypes` are the cluster's;
 * they may be left out where no amount is by type.
 */
export function buildQuotaTree(
  drafts: readonly QuotaDraft[],
  tenants: readonly string[],
  gpuTypes: readonly string[] = [],
): QuotaTree {
  const ordered = parentsFirst(drafts);
  const placeOf = new Map(ordered.map(({ name }, place) => [name, place]));
  const queueOf = new Map(ordered.flatMap((draft, place) => draft.tenants.map((tenant) => [tenant, place] as const)));
  const parent = Int32Array.from(ordered, (draft) => {
    return draft.parent === undefined ? NO_PARENT : placeOf.get(draft.parent)!;
  });
  const isByType = (amount: 'quota' | 'limit'): boolean => ordered.some((draft) => typeof draft[amount] === 'object');
  const ofTypes = isByType('quota') ? gpuTypes.map((type) => quotasOf(ordered, parent, type)) : undefined;
  const limits = isByType('limit') ? gpuTypes.map((type) => limitsOf(ordered, type)) : undefined;
  const ofAll = ofTypes === undefined ? quotasOf(ordered, parent, undefined) : sumOf(ofTypes);
  return {
    count: ordered.length,
    names: ordered.map(({ name }) => name),
    parent,
    queueOfTenant: Int32Array.from(tenants, (tenant) => {
      const queue = queueOf.get(tenant) ?? queueOf.get('*');
      if (queue === undefined) throw new RangeError(`tenant "${tenant}" is in no queue`);
      return queue;
    }),
    quota: ofAll.quota,
    limit: Float64Array.from(ordered, ({ limit = Infinity }) => {
      return typeof limit === 'number' ? limit : gpuTypes.reduce((sum, type) => sum + (limit[type] ?? Infinity), 0);
    }),
    lendingLimit: ofAll.lendingLimit,
    ...(ofTypes === undefined
      ? {}
      : {
          quotaOfType: ofTypes.map(({ quota }) => quota),
          lendingLimitOfType: ofTypes.map(({ lendingLimit }) => lendingLimit),
        }),
    ...(limits === undefined ? {} : { limitOfType: limits }),
    weight: Float64Array.from(ordered, ({ weight }) => weight),
    priority: Int32Array.from(ordered, ({ priority }) => priority),
  };
}

interface Quotas {
  readonly quota: Float64Array;
  readonly lendingLimit: Float64Array;
}

/** Quotas of a type, or (undefined) of all together: what a queue does not state is the sum over its children. */
function quotasOf(ordered: readonly QuotaDraft[], parent: Int32Array, type: string | undefined): Quotas {
  const quota = new Float64Array(ordered.length);
  const lendingLimit = new Float64Array(ordered.length);
  const ofChildren = new Float64Array(ordered.length);
  for (let queue = ordered.length - 1; queue >= 0; queue--) {
    const draft = ordered[queue]!;
    quota[queue] = amountOf(draft.quota, type, 0) ?? ofChildren[queue]!;
    lendingLimit[queue] = amountOf(draft.lendingLimit, type, Infinity) ?? quota[queue]!;
    lendingLimit[queue] = Math.min(lendingLimit[queue]!, quota[queue]!);
    if (parent[queue] !== NO_PARENT) ofChildren[parent[queue]!]! += quota[queue]!;
  }
  return { quota, lendingLimit };
}

function limitsOf(ordered: readonly QuotaDraft[], type: string): Float64Array {
  return Float64Array.from(ordered, ({ limit }) => {
    return typeof limit === 'object' ? (limit[type] ?? Infinity) : Infinity;
  });
}

/** `unnamed`: what an amount by type means for a type that it does not name. */
function amountOf(amount: GpuAmount | undefined, type: string | undefined, unnamed: number): number | undefined {
  if (typeof amount !== 'object') return amount;
  return type === undefined ? undefined : (amount[type] ?? unnamed);
}

function sumOf(parts: readonly Quotas[]): Quotas {
  const sum = (columns: readonly Float64Array[]): Float64Array => {
    return Float64Array.from(columns[0] ?? [], (_, queue) => columns.reduce((all, column) => all + column[queue]!, 0));
  };
  return { quota: sum(parts.map(({ quota }) => quota)), lendingLimit: sum(parts.map((part) => part.lendingLimit)) };
}

/** A queue of its own for each tenant, with an equal part of the GPUs: whole ones, the first get one more if need be. */
export function equalQuotas(tenants: readonly string[], gpus: number): QuotaTree {
  const part = Math.floor(gpus / Math.max(1, tenants.length));
  const more = gpus - part * tenants.length;
  const drafts = tenants.map((name, place) => {
    return { name, tenants: [name], quota: part + (place < more ? 1 : 0), weight: 1, priority: 0 };
  });
  return buildQuotaTree(drafts, tenants);
}

function parentsFirst(drafts: readonly QuotaDraft[]): QuotaDraft[] {
  const ordered: QuotaDraft[] = [];
  const known = new Set<string | undefined>([undefined]);
  let left = drafts;
  while (left.length > 0) {
    const ready = left.filter(({ parent }) => known.has(parent));
    if (ready.length === 0) throw new RangeError(`queue "${left[0]!.name}" has no way up to the top`);
    ordered.push(...ready);
    for (const { name } of ready) known.add(name);
    left = left.filter((draft) => !ready.includes(draft));
  }
  return ordered;
}
