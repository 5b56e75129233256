import * as fc from 'fast-check';
import type { Gang } from '../../src/sim/contract/placement.ts';
import { FreeIndex } from '../../src/sim/engine/free-index.ts';
import type { NodeId } from '../../src/sim/model/brand.ts';
import { clusterOf } from '../engine/run-builder.ts';

export const NODES = 200;
const cluster = clusterOf([
  { nodes: 120, gpusPerNode: 8, gpuType: 'A', cpuMilliPerNode: 96_000 },
  { nodes: NODES - 120, gpusPerNode: 4, gpuType: 'B', cpuMilliPerNode: 64_000 },
]);
// Another order than that of the ids, as ties by an order drawn at random have it.
export const rankOf = Int32Array.from({ length: NODES }, (_, node) => (node * 77) % NODES);

interface Held {
  readonly node: number;
  readonly gang: Gang;
}

interface Change {
  readonly node: number;
  readonly gpus: number;
  readonly cpuMilli: number;
  readonly back: boolean;
  readonly at: number;
}

/** Nodes in two pools whose GPUs and cores are taken and given back. */
export class ChangingNodes {
  readonly free = new FreeIndex(cluster, {
    nodes: true,
    fullNodes: true,
    rankOf,
    keeps: { classes: true, company: false },
  });
  readonly held: Held[] = [];

  /** One of `changes`; nothing is given back by those that come before there is something to. */
  change({ node, gpus, cpuMilli, back, at }: Change, step: number): void {
    if (back && step > 80) this.giveBack(at);
    else this.take(node, gpus, cpuMilli);
  }

  take(node: number, gpus: number, cpuMilli: number): void {
    const type = cluster.nodeType[node]!;
    const { classes } = this.free;
    if (classes.idleGpus(node as NodeId) < gpus || classes.freeCpuMilli(node as NodeId) < cpuMilli) return;
    const gang = { gpus, cpuMilli, memoryMiB: 0, shareMilli: 0, typeMask: 1 << type };
    this.free.take(Int32Array.of(node, 1, gpus), 0, 1, gang);
    this.held.push({ node, gang });
  }

  giveBack(index: number): void {
    const [back] = this.held.splice(index % Math.max(1, this.held.length), 1);
    if (back !== undefined) this.free.give(Int32Array.of(back.node, 1, back.gang.gpus), 0, 1, back.gang);
  }
}

export const changes: fc.Arbitrary<Change> = fc.record({
  node: fc.nat({ max: NODES - 1 }),
  gpus: fc.integer({ min: 0, max: 4 }),
  cpuMilli: fc.integer({ min: 0, max: 30_000 }),
  back: fc.boolean(),
  at: fc.nat(),
});
export const gangs: fc.Arbitrary<Gang> = fc.record({
  gpus: fc.integer({ min: 0, max: 8 }),
  cpuMilli: fc.oneof(fc.constantFrom(0, 1000, 60_000), fc.integer({ min: 0, max: 90_000 })),
  memoryMiB: fc.constant(0),
  shareMilli: fc.constant(0),
  typeMask: fc.constantFrom(1, 2, 3),
});
