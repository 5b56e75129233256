import { ANY_GPU_TYPE, UNKNOWN_US, type JobTable } from './job-table.ts';

/** One job as its source states it, before the cluster is known. */
export interface JobDraft {
  readonly id: string;
  readonly name?: string;
  /** Whole us since the start of the run, >= 0. */
  readonly submitUs: number;
  /** Whole us, >= 0. */
  readonly runUs: number;
  /** Whole us; left out when the source does not say. */
  readonly requestedUs?: number;
  /** Thousandths of a GPU for the whole gang. A share (below 1000) is rounded up to a GPU when it is placed. */
  readonly gpuMilli: number;
  readonly cpuMilli?: number;
  readonly memoryMiB?: number;
  /** Allowed GPU types; left out or empty allows all. */
  readonly gpuTypes?: readonly string[];
  readonly tenant?: string;
  readonly priority?: number;
  /** Line (1-based) of the source it came from, for messages. */
  readonly line?: number;
}

/** Jobs in the order of their source, as growing columns; a million drafts leave no million objects behind. */
export class JobList {
  /** Where the jobs came from, for messages: a path as the user wrote it, or "workload.jobs". */
  readonly source: string;
  readonly ids: string[] = [];
  readonly names: string[] = [];
  readonly tenants: string[] = [];
  /** Distinct constraints, each a list of allowed types; entry 0 allows all. */
  readonly constraints: (readonly string[])[] = [[]];
  count = 0;
  submitUs = new Float64Array(1024);
  runUs = new Float64Array(1024);
  requestedUs = new Float64Array(1024);
  gpuMilli = new Int32Array(1024);
  cpuMilli = new Float64Array(1024);
  memoryMiB = new Float64Array(1024);
  constraint = new Int32Array(1024);
  tenant = new Int32Array(1024);
  priority = new Int32Array(1024);
  line = new Int32Array(1024);
  readonly #tenantIndex = new Map<string, number>();
  readonly #constraintIndex = new Map<string, number>([['', 0]]);

  constructor(source: string) {
    this.source = source;
  }

  add(draft: JobDraft): void {
    const at = this.count;
    if (at === this.submitUs.length) this.#grow();
    this.ids.push(draft.id);
    if (draft.name !== undefined) this.names[at] = draft.name;
    this.submitUs[at] = draft.submitUs;
    this.runUs[at] = draft.runUs;
    this.requestedUs[at] = draft.requestedUs ?? UNKNOWN_US;
    this.gpuMilli[at] = draft.gpuMilli;
    this.cpuMilli[at] = draft.cpuMilli ?? 0;
    this.memoryMiB[at] = draft.memoryMiB ?? 0;
    this.constraint[at] = this.#constraintOf(draft.gpuTypes);
    this.tenant[at] = this.#tenantOf(draft.tenant ?? '');
    this.priority[at] = draft.priority ?? 0;
    this.line[at] = draft.line ?? 0;
    this.count++;
  }

  #tenantOf(name: string): number {
    const known = this.#tenantIndex.get(name);
    if (known !== undefined) return known;
    this.#tenantIndex.set(name, this.tenants.length);
    return this.tenants.push(name) - 1;
  }

  #constraintOf(types: readonly string[] | undefined): number {
    if (types === undefined || types.length === 0) return 0;
    const key = types.join('|');
    const known = this.#constraintIndex.get(key);
    if (known !== undefined) return known;
    this.#constraintIndex.set(key, this.constraints.length);
    return this.constraints.push([...types]) - 1;
  }

  #grow(): void {
    const double = <T extends Float64Array | Int32Array>(old: T): T => {
      const wider = new (old.constructor as new (length: number) => T)(old.length * 2);
      wider.set(old);
      return wider;
    };
    this.submitUs = double(this.submitUs);
    this.runUs = double(this.runUs);
    this.requestedUs = double(this.requestedUs);
    this.gpuMilli = double(this.gpuMilli);
    this.cpuMilli = double(this.cpuMilli);
    this.memoryMiB = double(this.memoryMiB);
    this.constraint = double(this.constraint);
    this.tenant = double(this.tenant);
    this.priority = double(this.priority);
    this.line = double(this.line);
  }
}

/**
 * One table out of several lists, sorted by (submit time, list, order in the list). Types named in a constraint that
 * the cluster does not have are left out of its mask; a job none of whose types exists gets an empty mask (0).
 */
export function tableOf(lists: readonly JobList[], gpuTypes: readonly string[]): JobTable {
  const count = lists.reduce((sum, list) => sum + list.count, 0);
  const submit = new Float64Array(count);
  const listOf = new Uint16Array(count);
  const rowOf = new Int32Array(count);
  let at = 0;
  lists.forEach((list, index) => {
    for (let row = 0; row < list.count; row++, at++) {
      submit[at] = list.submitUs[row]!;
      listOf[at] = index;
      rowOf[at] = row;
    }
  });
  const order = new Uint32Array(count).map((_, index) => index);
  if (!isSorted(submit)) order.sort((a, b) => submit[a]! - submit[b]! || a - b);

  const tenants = [...new Set(lists.flatMap((list) => list.tenants))];
  const tenantIndex = new Map(tenants.map((name, index) => [name, index]));
  const tenantMaps = lists.map((list) => list.tenants.map((name) => tenantIndex.get(name)!));
  const maskMaps = lists.map((list) => list.constraints.map((allowed) => maskOf(allowed, gpuTypes)));
  const hasNames = lists.some((list) => list.names.length > 0);
  const ids = new Array<string>(count);
  const names = hasNames ? new Array<string>(count) : [];
  const table = {
    count,
    ids,
    names,
    submitUs: new Float64Array(count),
    runUs: new Float64Array(count),
    requestedUs: new Float64Array(count),
    gpus: new Int32Array(count),
    gpuMilli: new Int32Array(count),
    cpuMilli: new Float64Array(count),
    memoryMiB: new Float64Array(count),
    typeMask: new Uint32Array(count),
    tenant: new Int32Array(count),
    tenants,
    priority: new Int32Array(count),
  };
  for (let job = 0; job < count; job++) {
    const from = order[job]!;
    const index = listOf[from]!;
    const list = lists[index]!;
    const row = rowOf[from]!;
    ids[job] = list.ids[row]!;
    if (hasNames) names[job] = list.names[row] ?? '';
    table.submitUs[job] = list.submitUs[row]!;
    table.runUs[job] = list.runUs[row]!;
    table.requestedUs[job] = list.requestedUs[row]!;
    table.gpuMilli[job] = list.gpuMilli[row]!;
    table.gpus[job] = Math.ceil(list.gpuMilli[row]! / 1000);
    table.cpuMilli[job] = list.cpuMilli[row]!;
    table.memoryMiB[job] = list.memoryMiB[row]!;
    table.typeMask[job] = maskMaps[index]![list.constraint[row]!]!;
    table.tenant[job] = tenantMaps[index]![list.tenant[row]!]!;
    table.priority[job] = list.priority[row]!;
  }
  return table;
}

function isSorted(values: Float64Array): boolean {
  for (let index = 1; index < values.length; index++) {
    if (values[index]! < values[index - 1]!) return false;
  }
  return true;
}

function maskOf(allowed: readonly string[], gpuTypes: readonly string[]): number {
  if (allowed.length === 0) return ANY_GPU_TYPE;
  let mask = 0;
  gpuTypes.forEach((type, bit) => {
    if (allowed.includes(type)) mask |= 1 << bit;
  });
  return mask >>> 0;
}
