import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { repairOrders, type ComponentClass, type RepairOrder } from '../../src/sim/model/failure-model.ts';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { runOf } from '../engine/run-builder.ts';
import { Story } from './story.ts';
import { worldOf } from './worlds.ts';

const pools = [
  { nodes: 3, gpusPerNode: 2, nodesPerRack: 3 },
  { nodes: 1, gpusPerNode: 8, nodesPerRack: 1 },
  { nodes: 2, gpusPerNode: 1, nodesPerRack: 2 },
];

type Sketch = Partial<ComponentClass> & Pick<ComponentClass, 'lifetimes'>;

/** A repair that takes so long, of a component that breaks once. */
function broken(atUs: number, repairUs: number, rest: Partial<ComponentClass>): Sketch {
  return { lifetimes: { ...recordedLifetimes([{ fromUs: atUs, toUs: NEVER }]), repairUs: () => repairUs }, ...rest };
}

function shiftsOf(classes: readonly Sketch[], technicians: number, repairOrder: RepairOrder): string[] {
  const story = new Story();
  const failures = {
    model: { ...worldOf(classes, 1, technicians), repairOrder },
    recovery: ['restart', {}] as const,
  };
  runOf({ pools, jobs: [], scheduling: 'fifo', placement: 'first-fit', horizonUs: 1000, failures }, [story]);
  return story.lines;
}

describe('the repair queue', () => {
  /** One technician, busy with node 0 until 100, when three wait: in this order they broke. */
  const classes = [
    broken(10, 90, { name: 'first', only: 0 }),
    broken(20, 30, { name: 'rack', scope: 'rack', only: 0, meanRepairUs: 30, priority: 1 }),
    broken(30, 20, { name: 'small', only: 4, meanRepairUs: 10, priority: 1 }),
    broken(40, 50, { name: 'large', only: 3, meanRepairUs: 50, priority: 2 }),
  ];
  const nodes: Readonly<Record<string, string>> = { n1: 'rack', n4: 'small', n3: 'large' };
  const expected: Readonly<Record<RepairOrder, readonly string[]>> = {
    fifo: ['rack', 'small', 'large'],
    // 8 GPUs before 6 before 1.
    'most-gpus': ['large', 'rack', 'small'],
    // Technicians know how long such repairs take, not this one.
    shortest: ['small', 'rack', 'large'],
    'by-priority': ['large', 'rack', 'small'],
  };

  it.each(repairOrders)('is served in the order %s', (order) => {
    const backs = shiftsOf(classes, 1, order)
      .filter((line) => line.endsWith('> In'))
      .flatMap((line) => nodes[line.split(' ')[1]!] ?? []);
    expect(backs).toEqual(expected[order]);
  });

  it('keeps nodes in the repair queue until somebody is free, and tries them out after the repair', () => {
    const [first, second] = [classes[0]!, broken(30, 20, { name: 'small', only: 4, burnInUs: 7 })];
    expect(shiftsOf([first, second], 1, 'fifo')).toEqual([
      '10 n0 In > Down',
      '30 n4 In > RepairQueue',
      '100 n0 Down > In',
      '100 n4 RepairQueue > Down',
      '127 n4 Down > In',
    ]);
  });

  it('lets the technician go when the burn-in begins', () => {
    const [first, second] = [{ ...classes[0]!, burnInUs: 50 }, broken(30, 20, { name: 'small', only: 4 })];
    expect(shiftsOf([first, second], 1, 'fifo').slice(2)).toEqual([
      '100 n4 RepairQueue > Down',
      '120 n4 Down > In',
      '150 n0 Down > In',
    ]);
  });

  it('mends again what breaks in the burn-in before the node is back', () => {
    const twice = recordedLifetimes([
      { fromUs: 10, toUs: 20 },
      { fromUs: 25, toUs: 40 },
    ]);
    expect(shiftsOf([{ name: 'twice', only: 0, lifetimes: twice, burnInUs: 10 }], 1, 'fifo')).toEqual([
      '10 n0 In > Down',
      '50 n0 Down > In',
    ]);
  });
});
