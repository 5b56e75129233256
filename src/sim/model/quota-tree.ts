/** Parent of a queue that stands at the top: what it has, it has of the cluster itself. */
export const NO_PARENT = -1;

/** A queue as the scenario states it. */
export interface QuotaDraft {
  readonly name: string;
  /** Name of another queue. */
  readonly parent?: string;
  /** Tenants whose jobs stand in it. '*' takes every tenant that no other queue names. Empty for a group of queues. */
  readonly tenants: readonly string[];
  /** GPUs that are its own; left out, those of its children together, and 0 without children. */
  readonly quota?: number;
  /** GPUs that it may hold at most; left out, no limit. */
  readonly limit?: number;
  /** GPUs of its quota that others may use while it does not; left out, all of them. */
  readonly lendingLimit?: number;
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
  /** Share of what is divided among siblings, relative to theirs, >= 0. */
  readonly weight: Float64Array;
  /** Larger comes first where siblings are served by priority. */
  readonly priority: Int32Array;
}

/**
 * Columns out of drafts. Every tenant must be in one queue, every parent must exist, and parents must not go in a
 * circle: RangeError otherwise (the scenario's checks say so in the user's words before).
 */
export function buildQuotaTree(drafts: readonly QuotaDraft[], tenants: readonly string[]): QuotaTree {
  const ordered = parentsFirst(drafts);
  const placeOf = new Map(ordered.map(({ name }, place) => [name, place]));
  const queueOf = new Map(ordered.flatMap((draft, place) => draft.tenants.map((tenant) => [tenant, place] as const)));
  const tree: QuotaTree = {
    count: ordered.length,
    names: ordered.map(({ name }) => name),
    parent: Int32Array.from(ordered, ({ parent }) => (parent === undefined ? NO_PARENT : placeOf.get(parent)!)),
    queueOfTenant: Int32Array.from(tenants, (tenant) => {
      const queue = queueOf.get(tenant) ?? queueOf.get('*');
      if (queue === undefined) throw new RangeError(`tenant "${tenant}" is in no queue`);
      return queue;
    }),
    quota: new Float64Array(ordered.length),
    limit: Float64Array.from(ordered, ({ limit }) => limit ?? Infinity),
    lendingLimit: new Float64Array(ordered.length),
    weight: Float64Array.from(ordered, ({ weight }) => weight),
    priority: Int32Array.from(ordered, ({ priority }) => priority),
  };
  const ofChildren = new Float64Array(ordered.length);
  for (let queue = ordered.length - 1; queue >= 0; queue--) {
    const { quota, lendingLimit } = ordered[queue]!;
    tree.quota[queue] = quota ?? ofChildren[queue]!;
    tree.lendingLimit[queue] = lendingLimit ?? tree.quota[queue]!;
    const parent = tree.parent[queue]!;
    if (parent !== NO_PARENT) ofChildren[parent]! += tree.quota[queue]!;
  }
  return tree;
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
