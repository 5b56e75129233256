import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RoomIndex } from '../../src/sim/engine/room-index.ts';
import { IntegerSet } from '../../src/sim/kernel/integer-set.ts';
import { seed } from './seed.ts';

const NODES = 2100;

/** A set of nodes with free cores and memory; `reads` counts how often a node was looked at. */
class Nodes {
  readonly members = new IntegerSet(NODES);
  readonly memory: Float64Array;
  readonly cpu: Float64Array;
  readonly index: RoomIndex;
  reads = 0;

  constructor(cpuOf: (node: number) => number, memoryOf: (node: number) => number) {
    const columns = [cpuOf, memoryOf].map((of) => Float64Array.from({ length: NODES }, (_, node) => of(node)));
    this.cpu = columns[0]!;
    this.memory = columns[1]!;
    this.members.addRange(0, NODES);
    this.index = new RoomIndex(this.members, this.counted(this.cpu), this.memory);
    this.reads = 0;
  }

  /** The same column, of which each look is counted. */
  private counted(column: Float64Array): Float64Array {
    return new Proxy(column, {
      get: (target, key) => {
        this.reads++;
        return Reflect.get(target, key) as unknown;
      },
    });
  }

  change(node: number, cpu: number, memory: number): void {
    const rises = cpu > this.cpu[node]! || memory > this.memory[node]!;
    this.cpu[node] = cpu;
    this.memory[node] = memory;
    if (rises && this.members.has(node)) this.index.rose(node);
  }

  /** Takes a node out of the set, or puts it in. */
  toggle(node: number): void {
    if (this.members.has(node)) {
      this.members.remove(node);
      return;
    }
    this.members.add(node);
    this.index.rose(node);
  }

  scan(from: number, cpu: number, memory: number): number {
    for (let node = from; node < NODES; node++) {
      if (this.members.has(node) && this.cpu[node]! >= cpu && this.memory[node]! >= memory) return node;
    }
    return -1;
  }
}

describe('the index of nodes by free cores and memory', () => {
  it('answers as a scan over all nodes does, whatever was asked before', () => {
    const node = fc.oneof(fc.nat({ max: NODES - 1 }), fc.nat({ max: 70 }));
    const amount = fc.oneof(fc.nat({ max: 12 }), fc.constant(Infinity));
    const step = fc.record({ node, cpu: amount, memory: amount, moves: fc.boolean(), from: node });
    let found = 0;
    let missed = 0;
    fc.assert(
      fc.property(fc.nat({ max: 8 }), fc.array(step, { minLength: 20, maxLength: 120 }), (most, steps) => {
        const nodes = new Nodes(
          (at) => (at * 7) % (most + 1),
          (at) => most - ((at * 7) % (most + 1)),
        );
        for (const { node: at, cpu, memory, moves, from } of steps) {
          if (moves) nodes.toggle(at);
          else nodes.change(at, cpu, memory);
          for (const start of [0, from]) {
            for (const [cpus, memories] of [
              [Math.min(cpu, 99), Math.min(memory, 99)],
              [most, 1],
              [1, most],
              [most - 1, 2],
            ] as const) {
              const answer = nodes.scan(start, cpus, memories);
              expect(nodes.index.next(start, cpus, memories)).toBe(answer);
              if (answer === -1) missed++;
              else found++;
            }
          }
        }
      }),
      { numRuns: 15, seed },
    );
    expect(Math.min(found, missed)).toBeGreaterThan(500);
  });

  it.each([1, 31, 32, 33, 1024, 1025])('finds none from its end on, with room for %i nodes', (capacity) => {
    const members = new IntegerSet(capacity);
    members.addRange(0, capacity);
    const index = new RoomIndex(members, new Float64Array(capacity).fill(8), new Float64Array(capacity).fill(8));
    expect(index.next(capacity - 1, 4, 4)).toBe(capacity - 1);
    expect(index.next(capacity, 4, 4)).toBe(-1);
  });

  it('looks at no node again for what a search did not find, and at few once one of them has more free', () => {
    // Half of the nodes have cores, the others memory: neither bound alone refuses who asks for both.
    const nodes = new Nodes(
      (node) => (node % 2 === 0 ? 10 : 1),
      (node) => (node % 2 === 0 ? 1 : 10),
    );
    expect(nodes.index.next(0, 5, 5)).toBe(-1);
    expect(nodes.reads).toBeGreaterThanOrEqual(NODES);
    nodes.reads = 0;
    expect(nodes.index.next(0, 5, 5)).toBe(-1);
    expect(nodes.index.next(0, 9, 5)).toBe(-1);
    expect(nodes.reads).toBe(0);
    nodes.change(1501, 4, 10);
    expect(nodes.index.next(0, 5, 5)).toBe(-1);
    nodes.change(1501, 6, 10);
    expect(nodes.index.next(0, 5, 5)).toBe(1501);
    expect(nodes.reads).toBeLessThan(40);
  });

  it('lowers a bound that no longer holds with the first search that fails by it', () => {
    const nodes = new Nodes(
      (node) => node % 5,
      () => 100,
    );
    for (let node = 4; node < NODES; node += 5) nodes.change(node, 0, 100);
    expect(nodes.index.next(0, 4, 0)).toBe(-1);
    nodes.reads = 0;
    expect(nodes.index.next(0, 4, 0)).toBe(-1);
    expect(nodes.index.next(700, 4, 50)).toBe(-1);
    expect(nodes.reads).toBe(0);
    expect(nodes.index.next(0, 3, 0)).toBe(3);
  });
});
