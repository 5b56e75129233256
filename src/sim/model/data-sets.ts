import type { Cluster } from './cluster.ts';
import type { DataKeep } from './data-keep.ts';
import { domainsOf } from './domains.ts';

/** How near a gang is to its data: what its farthest node has of them. Larger is farther. */
export const Locality = {
  /** Every node of the gang holds a copy. */
  Node: 0,
  /** Every node of the gang holds a copy or shares a rack with one. */
  Rack: 1,
  /** Some node reads from another rack. */
  Any: 2,
} as const;
export type Locality = (typeof Locality)[keyof typeof Locality];

/** Localities there are; `readUs` has so many figures for each set. */
export const LOCALITIES = 3;

/** `JobTable.dataSet` of a job that reads none. */
export const NO_DATA_SET = -1;

/** Neighbouring nodes: stretch k is values[2k] .. values[2k + 1] - 1, ascending and apart from each other. */
export type NodeStretches = Int32Array;

/** Where the data are that jobs read, and what reading costs. */
export interface DataSets {
  readonly names: readonly string[];
  /** Nodes that hold a copy of each set; at least one. */
  readonly copies: readonly NodeStretches[];
  /** All nodes of the racks in which those are. */
  readonly racks: readonly NodeStretches[];
  /** Time to read set s at locality l, at 3s + l: whole us. */
  readonly readUs: Float64Array;
  /** How each set is kept, where faults may destroy copies; undefined for one that is not asked for it. */
  readonly keeps: readonly (DataKeep | undefined)[];
}

/** A data set with the nodes that hold a copy of it, distinct and at least one. */
export interface DataSetDraft {
  readonly name: string;
  readonly copies: readonly number[];
  /** Time to read it by locality (node, rack, any), whole us. */
  readonly readUs: readonly [node: number, rack: number, any: number];
  /** Left out: it has no backup, and a copy is made anew in no time. */
  readonly keep?: DataKeep;
}

/** Data sets as columns. RangeError for a set without a copy, or with one on a node that is not there. */
export function buildDataSets(cluster: Cluster, drafts: readonly DataSetDraft[]): DataSets {
  const stretches = copyStretches(cluster);
  const readUs = new Float64Array(LOCALITIES * drafts.length);
  drafts.forEach((draft, set) => readUs.set(draft.readUs, LOCALITIES * set));
  const placed = drafts.map(({ name, copies }) => {
    const isThere = copies.length > 0 && copies.every((node) => node >= 0 && node < cluster.nodeCount);
    if (!isThere) throw new RangeError(`data set ${JSON.stringify(name)} needs copies on nodes of the cluster`);
    return stretches(copies);
  });
  return {
    names: drafts.map(({ name }) => name),
    copies: placed.map(({ copies }) => copies),
    racks: placed.map(({ racks }) => racks),
    readUs,
    keeps: drafts.map(({ keep }) => keep),
  };
}

/** For a cluster: the stretches of nodes that hold copies, and of the racks around them. */
export function copyStretches(
  cluster: Cluster,
): (nodes: readonly number[]) => { readonly copies: NodeStretches; readonly racks: NodeStretches } {
  const { domainOf, firstNode, endNode } = domainsOf(cluster, 'rack');
  return (nodes) => ({
    copies: stretchesOf(nodes.map((node) => [node, node + 1] as const)),
    racks: stretchesOf(nodes.map((node) => [firstNode[domainOf[node]!]!, endNode[domainOf[node]!]!] as const)),
  });
}

/** The nodes of stretches, ascending. */
export function nodesOf(stretches: NodeStretches): number[] {
  const nodes: number[] = [];
  for (let at = 0; at < stretches.length; at += 2) {
    for (let node = stretches[at]!; node < stretches[at + 1]!; node++) nodes.push(node);
  }
  return nodes;
}

/** How near a node is to a data set. */
export function localityOf(sets: DataSets, set: number, node: number): Locality {
  if (holds(sets.copies[set]!, node)) return Locality.Node;
  return holds(sets.racks[set]!, node) ? Locality.Rack : Locality.Any;
}

function holds(stretches: NodeStretches, node: number): boolean {
  for (let at = 0; at < stretches.length && stretches[at]! <= node; at += 2) if (node < stretches[at + 1]!) return true;
  return false;
}

/** Sorted, and neighbours joined. */
function stretchesOf(ranges: readonly (readonly [from: number, end: number])[]): NodeStretches {
  const joined: number[] = [];
  for (const [from, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (joined.length > 0 && from <= joined.at(-1)!) joined[joined.length - 1] = Math.max(joined.at(-1)!, end);
    else joined.push(from, end);
  }
  return Int32Array.from(joined);
}
