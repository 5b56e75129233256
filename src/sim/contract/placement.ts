import type { NodeId } from '../model/brand.ts';
import type { Cluster } from '../model/cluster.ts';
import type { DataSets, Locality } from '../model/data-sets.ts';
import type { DomainLevel } from '../model/domains.ts';
import type { TimeUs } from '../kernel/clock.ts';
import type { PolicyDefinition } from './definition.ts';
import type { Refusal } from './refusal.ts';

/** What a placement may know of a gang. */
export interface Gang {
  /** Whole GPUs, >= 0; 1 for a share. */
  readonly gpus: number;
  /** A share: so many thousandths of one GPU, 1 .. 999; 0 for whole GPUs. Only a placement with `shares` meets one. */
  readonly shareMilli: number;
  /** Cores in thousandths and MiB for the whole gang; each node carries its part in proportion to its GPUs. */
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  /** Bit t set: GPU type t is allowed. */
  readonly typeMask: number;
  /** Only for a placement with `patience`, of a job that reads a data set: which one, ... */
  readonly dataSet?: number;
  /** ... and how near to it the gang must be placed at present; then it makes do with less. */
  readonly reach?: Locality;
}

/** Who is on a node already, as a gang sees it that might join them. Jobs without a GPU do not count. */
export const Company = {
  /** Nobody. */
  None: 0,
  /** Gangs of its own size alone (all shares are one size). */
  Own: 1,
  /** Gangs of its own size and others. */
  Mixed: 2,
  /** Others alone. */
  Others: 3,
} as const;
export type Company = (typeof Company)[keyof typeof Company];

/**
 * Nodes in the same state are one class: the same GPU type and size, the same GPUs free (of shared ones the same
 * thousandths), the same cores and memory there and free, and, where a placement asks for it, gangs of the same sizes
 * on them. What holds of one node of a class holds of all, so a score is worked out once a class however many nodes
 * there are. Questions about a class are asked of any of its nodes.
 */
export interface NodeClasses {
  /** Classes there are now. */
  readonly length: number;
  /** The slot of class `index`, 0 .. length-1, in no particular order. A slot is used again when its class is gone. */
  slot(index: number): number;
  /** One more than the largest slot there has been. */
  readonly slots: number;
  /** Which state a slot stands for: the number changes when the slot is used for another. */
  stamp(slot: number): number;
  /** Nodes of a class, >= 1. */
  nodes(slot: number): number;
  /** The node of a class that ranks first. */
  first(slot: number): NodeId;
  /** Node `index` of a class, 0 .. nodes-1, in no particular order. */
  member(slot: number, index: number): NodeId;
  /** Decides between nodes that are equally good: the lowest comes first. */
  rank(node: NodeId): number;
  /** Counts the changes of free capacity since the run began. */
  readonly changes: number;
  /** Touches so far: a class is touched when it comes, goes, or other nodes are in it. */
  readonly touches: number;
  /** The slot of touch `index`, of the last `touchesKept`: touches - touchesKept <= index < touches. */
  touched(index: number): number;
  readonly touchesKept: number;

  type(node: NodeId): number;
  /** GPUs that the node has, and how many of them nobody uses. */
  gpus(node: NodeId): number;
  idleGpus(node: NodeId): number;
  /** Free thousandths of all its GPUs, of the GPU of that index, and of the k-th freest GPU. */
  freeMilli(node: NodeId): number;
  gpuMilli(node: NodeId, gpu: number): number;
  kthFreest(node: NodeId, k: number): number;
  /** Cores in thousandths and MiB: there and free; Infinity where they are not modelled. */
  cpuMilli(node: NodeId): number;
  memoryMiB(node: NodeId): number;
  freeCpuMilli(node: NodeId): number;
  freeMemoryMiB(node: NodeId): number;
  /** Only for a placement that keeps `company`. */
  company(node: NodeId, gang: Gang): Company;
}

/**
 * Racks, leaves or spines: stretches of neighbouring nodes of one pool, numbered through the pools. A pool that does not
 * model the level is one domain. Ties go to the lowest domain; NO_DOMAIN where there is none (any more).
 */
export interface DomainView {
  /** The domain of a GPU type with the fewest free GPUs of those that have at least so many; then the next of them. */
  tightest(type: number, gpus: number): number;
  looser(domain: number): number;
  /** The domain of a GPU type with the most nodes wholly free; then the next. */
  mostIdle(type: number): number;
  lessIdle(domain: number): number;
  idleNodes(domain: number): number;
  /** Its nodes are firstNode .. endNode-1. */
  firstNode(domain: number): number;
  endNode(domain: number): number;
}
export const NO_DOMAIN = -1;

/**
 * Free capacity as an index: every question costs the same for ten nodes and for ten thousand.
 * Nodes are asked for by (GPU type, free GPUs); an answer is the lowest NodeId, or NO_NODE.
 * The gang's CPU and memory share for the GPUs taken there is checked on the way. A free GPU is one that nobody uses:
 * what is left of a shared one shows in `freeMilli` alone.
 */
export interface FreeView {
  /** GPU types are 0 .. typeCount-1, in the order of the cluster's pools. */
  readonly typeCount: number;
  /** Free GPUs of a type over all its nodes. */
  freeGpus(type: number): number;
  /** The same in thousandths, with what is left of shared GPUs. */
  freeMilli(type: number): number;
  /** Free cores in thousandths and free MiB over all nodes of a type; Infinity where they are not modelled. */
  freeCpuMilli(type: number): number;
  freeMemoryMiB(type: number): number;
  /** Free GPUs on one node. */
  freeGpusOn(node: NodeId): number;
  /** The largest node of a type, in GPUs. */
  nodeSize(type: number): number;
  /** Nodes of a type with exactly `free` GPUs free. */
  nodesWithFree(type: number, free: number): number;
  /** Lowest node of `type` with exactly `free` GPUs free, id >= from, that can carry `gpus` of the gang. */
  nodeWithFree(type: number, free: number, gpus: number, gang: Gang, from: number): NodeId | typeof NO_NODE;
  /** Of at most `most` neighbours from `node` on, how many of its type have as many GPUs free as it has; >= 1. */
  alike(node: NodeId, most: number): number;
  /** Nodes by state. Only for a placement that `keeps` them; RangeError otherwise. */
  readonly classes: NodeClasses;
  /** Domains of a level. Only for a placement that keeps that level; RangeError otherwise. */
  domains(level: DomainLevel): DomainView;
}
export const NO_NODE = -1;

/** Where a placement writes its answer: so many GPUs of the gang on each of `nodes` neighbours, the first being `node`. */
export interface GrantSink {
  /** A share names its GPU by its index on the node; whole GPUs are the lowest idle ones of the node. */
  add(node: NodeId, gpus: number, nodes: number, gpu?: number): void;
}

/** Gangs that ask for the same, and how many jobs of the workload do. */
export interface Demand {
  readonly gang: Gang;
  readonly jobs: number;
}

/** What a placement may know of a run before it begins. */
export interface PlacementRun {
  /** What the workload asks for, in order of first arrival. */
  readonly demand: readonly Demand[];
  /** A whole number 0 .. 2^32-1 drawn for this run: the seed of the placement's luck. */
  readonly luck: number;
  /** Where the data are that jobs read. Left out: jobs read none. */
  readonly data?: DataSets;
}

/** What the engine keeps for a placement beside the index of free GPUs, because it costs something. */
export interface PlacementKeeps {
  /** Nodes by state. */
  readonly classes: boolean;
  /** The sizes of the gangs on each node, as part of its state. */
  readonly company: boolean;
  /** Racks, leaves, spines with what is free in each. Left out: none. */
  readonly domains?: readonly DomainLevel[];
}

/**
 * How long a job waits for room at one level of locality, although it would fit farther away. Chances are decisions
 * after which it could have been placed but for its data, the wait the time it spent so; whichever comes first ends it.
 */
export interface PatienceLimit {
  /** Chances passed over, whole, >= 0. */
  readonly skips: number;
  readonly waitUs: TimeUs;
}

/** Of each job that reads a data set: first it insists on nodes that hold a copy, then on racks, then any will do. */
export interface Patience {
  readonly node: PatienceLimit;
  readonly rack: PatienceLimit;
}

/**
 * Chooses nodes for a gang. Pure: the same gang and free view give the same answer.
 * `place` writes the whole gang to `grants` and returns Refusal.None, or returns the reason (what it wrote is dropped).
 */
export interface PlacementPolicy {
  /** 'totals': only free totals decide, so CPU, memory and nodes' borders play no part. */
  readonly granularity: 'totals' | 'nodes';
  /** True if it puts jobs that ask for less than a GPU beside each other on one; without it each holds a whole GPU. */
  readonly shares?: boolean;
  /** Left out: nothing. */
  readonly keeps?: PlacementKeeps;
  /** If it looks at where data are: how long jobs wait for room near them. It then meets `dataSet` and `reach` in gangs. */
  readonly patience?: Patience;
  /** How nodes rank among equals: by id (also if left out), or in an order drawn at random once a run. */
  readonly ranks?: 'lowest-node' | 'random';
  /** Why it makes no sense on a cluster, and the mend; undefined if it does. */
  objection?(cluster: Cluster): string | undefined;
  /** The same placement made ready for a run. Left out: it needs to know nothing of it. */
  forRun?(run: PlacementRun): PlacementPolicy;
  /** What `place` would answer, without choosing nodes. */
  fits(gang: Gang, free: FreeView): Refusal;
  place(gang: Gang, free: FreeView, grants: GrantSink): Refusal;
}

export type PlacementDefinition = PolicyDefinition<PlacementPolicy>;
