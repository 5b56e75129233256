import { NEVER } from '../kernel/clock.ts';
import { classOnCluster, ordinaryClass, type ClassDraft, type JobClass } from './job-class.ts';
import { NO_DATA_SET } from './data-sets.ts';
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
  /** Fewest and most whole GPUs it can run with; left out, it runs with what it asks for and nothing else. */
  readonly gpusMin?: number;
  readonly gpusMax?: number;
  /** Name of its job class; left out or empty, it is an ordinary job. */
  readonly jobClass?: string;
  /** Name of the data set that it reads; left out or empty, none. */
  readonly dataSet?: string;
  /** Whole us since the start of the run; left out, it has none. */
  readonly deadlineUs?: number;
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
  /** Distinct job classes by name; entry 0 is the ordinary one. */
  readonly classes: string[] = [''];
  /** Those of them that the source itself brings along; they are known in this list alone. */
  readonly ownClasses: ClassDraft[] = [];
  /** Distinct data sets by name; entry 0 stands for none. */
  readonly dataSets: string[] = [''];
  count = 0;
  submitUs = new Float64Array(1024);
  runUs = new Float64Array(1024);
  requestedUs = new Float64Array(1024);
  gpuMilli = new Int32Array(1024);
  gpusMin = new Int32Array(1024);
  gpusMax = new Int32Array(1024);
  jobClass = new Int32Array(1024);
  dataSet = new Int32Array(1024);
  deadlineUs = new Float64Array(1024);
  cpuMilli = new Float64Array(1024);
  memoryMiB = new Float64Array(1024);
  constraint = new Int32Array(1024);
  tenant = new Int32Array(1024);
  priority = new Int32Array(1024);
  line = new Int32Array(1024);
  readonly #tenantIndex = new Map<string, number>();
  readonly #classIndex = new Map<string, number>([['', 0]]);
  readonly #dataSetIndex = new Map<string, number>([['', 0]]);
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
    this.gpusMin[at] = draft.gpusMin ?? wholeGpus(draft.gpuMilli);
    this.gpusMax[at] = draft.gpusMax ?? wholeGpus(draft.gpuMilli);
    this.jobClass[at] = nameIndex(draft.jobClass ?? '', this.classes, this.#classIndex);
    this.dataSet[at] = nameIndex(draft.dataSet ?? '', this.dataSets, this.#dataSetIndex);
    this.deadlineUs[at] = draft.deadlineUs ?? NEVER;
    this.cpuMilli[at] = draft.cpuMilli ?? 0;
    this.memoryMiB[at] = draft.memoryMiB ?? 0;
    this.constraint[at] = this.#constraintOf(draft.gpuTypes);
    this.tenant[at] = nameIndex(draft.tenant ?? '', this.tenants, this.#tenantIndex);
    this.priority[at] = draft.priority ?? 0;
    this.line[at] = draft.line ?? 0;
    this.count++;
  }

  /** A row as it could be added to another list. */
  draft(row: number): JobDraft {
    const name = this.names[row];
    const requestedUs = this.requestedUs[row]!;
    return {
      id: this.ids[row]!,
      ...(name === undefined ? {} : { name }),
      submitUs: this.submitUs[row]!,
      runUs: this.runUs[row]!,
      ...(requestedUs === UNKNOWN_US ? {} : { requestedUs }),
      gpuMilli: this.gpuMilli[row]!,
      gpusMin: this.gpusMin[row]!,
      gpusMax: this.gpusMax[row]!,
      jobClass: this.classes[this.jobClass[row]!]!,
      dataSet: this.dataSets[this.dataSet[row]!]!,
      deadlineUs: this.deadlineUs[row]!,
      cpuMilli: this.cpuMilli[row]!,
      memoryMiB: this.memoryMiB[row]!,
      gpuTypes: this.constraints[this.constraint[row]!]!,
      tenant: this.tenants[this.tenant[row]!]!,
      priority: this.priority[row]!,
      line: this.line[row]!,
    };
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
    this.gpusMin = double(this.gpusMin);
    this.gpusMax = double(this.gpusMax);
    this.jobClass = double(this.jobClass);
    this.dataSet = double(this.dataSet);
    this.deadlineUs = double(this.deadlineUs);
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
 * the cluster does not have, and types on which the job's class cannot run, are left out of its mask; a job without any
 * type left gets an empty mask (0). `namedClasses` are those that jobs name, beside the ordinary one and those that a
 * list brings along, and `dataSets` the names of all data sets; RangeError if one is missing.
 */
export function tableOf(
  lists: readonly JobList[],
  gpuTypes: readonly string[],
  namedClasses: readonly JobClass[] = [],
  dataSets: readonly string[] = [],
): JobTable {
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
  const { classes, classMaps } = classesOf(lists, gpuTypes, namedClasses);
  const setMaps = dataSetMaps(lists, dataSets);
  const classMasks = classes.map(maskOfClass);
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
    gpusMin: new Int32Array(count),
    gpusMax: new Int32Array(count),
    jobClass: new Int32Array(count),
    dataSet: new Int32Array(count),
    classes,
    deadlineUs: new Float64Array(count),
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
    table.gpus[job] = wholeGpus(list.gpuMilli[row]!);
    table.gpusMin[job] = list.gpusMin[row]!;
    table.gpusMax[job] = list.gpusMax[row]!;
    const jobClass = classMaps[index]![list.jobClass[row]!]!;
    table.jobClass[job] = jobClass;
    table.dataSet[job] = setMaps[index]![list.dataSet[row]!]!;
    table.deadlineUs[job] = list.deadlineUs[row]!;
    table.cpuMilli[job] = list.cpuMilli[row]!;
    table.memoryMiB[job] = list.memoryMiB[row]!;
    const mask = maskMaps[index]![list.constraint[row]!]!;
    table.typeMask[job] = list.gpusMax[row] === 0 ? mask : mask & classMasks[jobClass]!;
    table.tenant[job] = tenantMaps[index]![list.tenant[row]!]!;
    table.priority[job] = list.priority[row]!;
  }
  return table;
}

/** The classes of all lists, and for each list the index of each of its classes among them. */
function classesOf(
  lists: readonly JobList[],
  gpuTypes: readonly string[],
  namedClasses: readonly JobClass[],
): { readonly classes: JobClass[]; readonly classMaps: number[][] } {
  const shared = [ordinaryClass(gpuTypes.length), ...namedClasses];
  const classes = [...shared];
  const classMaps = lists.map((list) => {
    const indexOf = new Map(shared.map(({ name }, index) => [name, index]));
    for (const draft of list.ownClasses) {
      indexOf.set(draft.name, classes.length);
      classes.push(classOnCluster(draft, gpuTypes));
    }
    return list.classes.map((name) => classOf(name, indexOf));
  });
  return { classes, classMaps };
}

/** Whole GPUs that a gang holds: a share is rounded up. */
function wholeGpus(gpuMilli: number): number {
  return Math.ceil(gpuMilli / 1000);
}

function classOf(name: string, indexOf: ReadonlyMap<string, number>): number {
  const index = indexOf.get(name);
  if (index === undefined)
    throw new RangeError(`there is no job class ${JSON.stringify(name)}; give tableOf its speeds`);
  return index;
}

/** For each list the place of each of its data sets among all. */
function dataSetMaps(lists: readonly JobList[], dataSets: readonly string[]): number[][] {
  const placeOf = new Map([['', NO_DATA_SET], ...dataSets.map((name, place) => [name, place] as const)]);
  return lists.map((list) =>
    list.dataSets.map((name) => {
      const place = placeOf.get(name);
      if (place !== undefined) return place;
      throw new RangeError(`there is no data set ${JSON.stringify(name)}; give tableOf its name`);
    }),
  );
}

/** The place of a name in a list that grows with each new one. */
function nameIndex(name: string, names: string[], known: Map<string, number>): number {
  const index = known.get(name);
  if (index !== undefined) return index;
  known.set(name, names.length);
  return names.push(name) - 1;
}

function maskOfClass({ speedByType }: JobClass): number {
  let mask = ANY_GPU_TYPE;
  speedByType.forEach((speed, type) => {
    if (speed === 0) mask &= ~(1 << type);
  });
  return mask >>> 0;
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
