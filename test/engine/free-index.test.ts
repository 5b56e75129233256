import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_NODE, type Gang } from '../../src/sim/contract/placement.ts';
import { FreeIndex } from '../../src/sim/engine/free-index.ts';
import { shareOf } from '../../src/sim/engine/share-of.ts';
import { RUN } from '../../src/sim/engine/grants.ts';
import { AleaStream, type RandomStream } from '../../src/sim/kernel/random.ts';
import type { NodeId } from '../../src/sim/model/brand.ts';
import { clusterOf, type PoolSketch } from './run-builder.ts';
import { seed } from './seed.ts';

/** Free capacity as a plain list of nodes; every question is a scan over all of them. */
interface ScannedNode {
  readonly node: number;
  readonly type: number;
  readonly gpus: number;
  free: number;
  cpu: number;
  memory: number;
}

interface Held {
  readonly gang: Gang;
  readonly data: Int32Array;
  readonly runs: number;
}

const pools: readonly PoolSketch[] = [
  { nodes: 40, gpusPerNode: 8, gpuType: 'A', cpuMilliPerNode: 64_000, memoryMiBPerNode: 512 },
  { nodes: 3, gpusPerNode: 4, gpuType: 'A' },
  { nodes: 5, gpusPerNode: 0, cpuMilliPerNode: 16_000, memoryMiBPerNode: 64 },
  { nodes: 33, gpusPerNode: 2, gpuType: 'B', cpuMilliPerNode: 8000 },
  { nodes: 1, gpusPerNode: 16, gpuType: 'C', memoryMiBPerNode: 128 },
];
const cluster = clusterOf(pools);

function scanned(): ScannedNode[] {
  return Array.from({ length: cluster.nodeCount }, (_, node) => ({
    node,
    type: cluster.nodeType[node]!,
    gpus: cluster.nodeGpus[node]!,
    free: cluster.nodeGpus[node]!,
    cpu: cluster.nodeCpuMilli[node]!,
    memory: cluster.nodeMemoryMiB[node]!,
  }));
}

function upTo(luck: RandomStream, max: number): number {
  return Math.floor(luck.uniform() * (max + 1));
}

/** Random runs of neighbours of one type that can carry so many GPUs each, and the gang that holds them. */
function randomGang(luck: RandomStream, nodes: readonly ScannedNode[]): Held | undefined {
  const type = upTo(luck, cluster.gpuTypes.length - 1);
  const perNode = upTo(luck, 4);
  const stretches: [number, number][] = [];
  let count = 0;
  for (let node = upTo(luck, cluster.nodeCount); node < cluster.nodeCount && stretches.length < 3; node++) {
    const most = 1 + upTo(luck, 39);
    let length = 0;
    const fits = (one: ScannedNode | undefined): boolean =>
      one !== undefined && one.type === type && one.free >= perNode;
    while (length < most && fits(nodes[node + length])) length++;
    if (length === 0 || luck.uniform() < 0.3) continue;
    stretches.push([node, length]);
    count += length;
    node += length;
    // A gang without GPUs stands on one node alone.
    if (perNode === 0) {
      stretches[0]![1] = 1;
      break;
    }
  }
  if (stretches.length === 0) return undefined;
  const gpus = perNode * count;
  const held = stretches.flatMap(([first, length]) => nodes.slice(first, first + length));
  const most = (of: 'cpu' | 'memory'): number =>
    Math.min(64_000, ...held.map((one) => one[of])) * Math.max(1, held.length);
  // Less than what the poorest node can bear in proportion, by some for the rounding up.
  const bare = luck.uniform() < 0.4;
  const cpuMilli = bare ? 0 : Math.floor(most('cpu') * luck.uniform() * 0.5);
  const memoryMiB = bare ? 0 : Math.floor(Math.max(0, most('memory') * luck.uniform() - held.length));
  return {
    gang: { gpus, shareMilli: 0, cpuMilli, memoryMiB, typeMask: 1 << type },
    data: Int32Array.from(stretches.flatMap(([first, length]) => [first, length, perNode])),
    runs: stretches.length,
  };
}

function scan(nodes: ScannedNode[], { gang, data, runs }: Held, sign: 1 | -1): void {
  for (let at = 0; at < RUN * runs; at += RUN) {
    for (const one of nodes.slice(data[at], data[at]! + data[at + 1]!)) {
      const gpus = data[at + 2]!;
      one.free += sign * gpus;
      one.cpu += sign * (gang.gpus === 0 ? gang.cpuMilli : Math.ceil((gang.cpuMilli * gpus) / gang.gpus));
      one.memory += sign * (gang.gpus === 0 ? gang.memoryMiB : Math.ceil((gang.memoryMiB * gpus) / gang.gpus));
    }
  }
}

function checkTotals(index: FreeIndex, nodes: readonly ScannedNode[]): void {
  for (let type = 0; type < cluster.gpuTypes.length; type++) {
    const mine = nodes.filter((one) => one.type === type);
    expect(index.freeGpus(type)).toBe(mine.reduce((sum, one) => sum + one.free, 0));
    expect(index.nodeSize(type)).toBe(Math.max(...mine.map((one) => one.gpus)));
  }
}

function checkNodes(index: FreeIndex, nodes: readonly ScannedNode[], fullNodes: boolean, luck: RandomStream): void {
  for (let type = 0; type < cluster.gpuTypes.length; type++) {
    const mine = nodes.filter((one) => one.type === type);
    expect(index.freeCpuMilli(type)).toBe(mine.reduce((sum, one) => sum + one.cpu, 0));
    expect(index.freeMemoryMiB(type)).toBe(mine.reduce((sum, one) => sum + one.memory, 0));
    for (let free = fullNodes ? 0 : 1; free <= index.nodeSize(type); free++) {
      const alike = mine.filter((one) => one.free === free);
      expect(index.nodesWithFree(type, free)).toBe(alike.length);
      const from = upTo(luck, cluster.nodeCount);
      const part = upTo(luck, free);
      const gang: Gang = {
        gpus: part + upTo(luck, 8),
        cpuMilli: upTo(luck, 1) * upTo(luck, 30_000),
        memoryMiB: upTo(luck, 1) * upTo(luck, 200),
        shareMilli: 0,
        typeMask: 1 << type,
      };
      const cpu = shareOf(gang.cpuMilli, part, gang.gpus);
      const memory = shareOf(gang.memoryMiB, part, gang.gpus);
      const found = alike.find((one) => one.node >= from && one.cpu >= cpu && one.memory >= memory);
      expect(index.nodeWithFree(type, free, part, gang, from)).toBe(found?.node ?? NO_NODE);
    }
  }
  for (const { node, type, free } of nodes) {
    expect(index.freeGpusOn(node as NodeId)).toBe(free);
    if (free === 0 && !fullNodes) continue;
    const most = 1 + upTo(luck, 40);
    let length = 1;
    while (length < most && nodes[node + length]?.type === type && nodes[node + length]?.free === free) length++;
    expect(index.alike(node as NodeId, most)).toBe(length);
  }
}

describe('the index of free capacity', () => {
  it.each([
    { nodes: true, fullNodes: true },
    { nodes: true, fullNodes: false },
    { nodes: false, fullNodes: false },
  ])('answers as a scan over all nodes does, with scope %o', (scope) => {
    fc.assert(
      fc.property(fc.integer(), (name) => {
        const luck = new AleaStream(`free index ${name}`);
        const index = new FreeIndex(cluster, scope);
        const nodes = scanned();
        const held: Held[] = [];
        for (let step = 0; step < 60; step++) {
          const gang = luck.uniform() < 0.65 ? randomGang(luck, nodes) : undefined;
          if (gang !== undefined) {
            index.take(gang.data, 0, gang.runs, gang.gang);
            scan(nodes, gang, -1);
            held.push(gang);
          } else if (held.length > 0) {
            const back = held.splice(upTo(luck, held.length - 1), 1)[0]!;
            index.give(back.data, 0, back.runs, back.gang);
            scan(nodes, back, 1);
          }
          checkTotals(index, nodes);
          if (scope.nodes && step % 4 === 0) checkNodes(index, nodes, scope.fullNodes, luck);
        }
        expect(Math.min(...nodes.map((one) => Math.min(one.free, one.cpu, one.memory)))).toBeGreaterThanOrEqual(0);
        for (const back of held) index.give(back.data, 0, back.runs, back.gang);
        checkTotals(index, scanned());
        if (scope.nodes) checkNodes(index, scanned(), scope.fullNodes, luck);
      }),
      { numRuns: 25, seed },
    );
  });

  it('gives each node its part of CPU and memory in proportion to its GPUs, rounded up, and a gang without GPUs all', () => {
    expect(shareOf(1000, 1, 3)).toBe(334);
    expect(shareOf(1000, 3, 3)).toBe(1000);
    expect(shareOf(1000, 0, 0)).toBe(1000);
    expect(shareOf(0, 1, 3)).toBe(0);
  });
});
