import type { NodeId } from '../model/brand.ts';
import type { PolicyDefinition } from './definition.ts';
import type { Refusal } from './refusal.ts';

/** What a placement may know of a gang. */
export interface Gang {
  /** Whole GPUs, >= 0. */
  readonly gpus: number;
  /** Cores in thousandths and MiB for the whole gang; each node carries its part in proportion to its GPUs. */
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  /** Bit t set: GPU type t is allowed. */
  readonly typeMask: number;
}

/**
 * Free capacity as an index: every question costs the same for ten nodes and for ten thousand.
 * Nodes are asked for by (GPU type, free GPUs); an answer is the lowest NodeId, or NO_NODE.
 * The gang's CPU and memory share for the GPUs taken there is checked on the way.
 */
export interface FreeView {
  /** GPU types are 0 .. typeCount-1, in the order of the cluster's pools. */
  readonly typeCount: number;
  /** Free GPUs of a type over all its nodes. */
  freeGpus(type: number): number;
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
}
export const NO_NODE = -1;

/** Where a placement writes its answer: so many GPUs of the gang on each of `nodes` neighbours, the first being `node`. */
export interface GrantSink {
  add(node: NodeId, gpus: number, nodes: number): void;
}

/**
 * Chooses nodes for a gang. Pure: the same gang and free view give the same answer.
 * `place` writes the whole gang to `grants` and returns Refusal.None, or returns the reason (what it wrote is dropped).
 */
export interface PlacementPolicy {
  /** 'totals': only free totals decide, so CPU, memory and nodes' borders play no part. */
  readonly granularity: 'totals' | 'nodes';
  /** What `place` would answer, without choosing nodes. */
  fits(gang: Gang, free: FreeView): Refusal;
  place(gang: Gang, free: FreeView, grants: GrantSink): Refusal;
}

export type PlacementDefinition = PolicyDefinition<PlacementPolicy>;
