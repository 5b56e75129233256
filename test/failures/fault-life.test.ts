import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import type { Lifetimes } from '../../src/sim/model/failure-model.ts';
import { runOf, type RunSketch } from '../engine/run-builder.ts';
import { NodeLog } from './node-log.ts';
import { worldOf } from './worlds.ts';

type Classes = Parameters<typeof worldOf>[0];

/** Faults at these instants (each the first at or after the component is mended), repaired in `repairUs`. */
function faultsAt(instants: readonly number[], repairUs: number): Lifetimes {
  return {
    nextFaultUs: (_, nowUs) => (instants.find((at) => at > nowUs) ?? NEVER) - nowUs,
    repairUs: () => repairUs,
  };
}

/** A class that never faults of itself. */
const sound = faultsAt([], 10);

/** A law of which only node 0 draws a fault: the first to ask is the first component. */
function onlyFirst(atUs: number, repairUs: number): Lifetimes {
  let asked = 0;
  return {
    nextFaultUs: (_, nowUs) => (asked++ === 0 ? atUs : NEVER) - nowUs,
    repairUs: () => repairUs,
  };
}

/** Runs the world over 4 nodes of 1 GPU in racks of 2, for 1,000 us; what happened, in words. */
function logOf(classes: Classes, more: Partial<RunSketch> = {}, technicians = Infinity): NodeLog {
  const log = new NodeLog();
  const sketch: RunSketch = {
    pools: [{ nodes: 4, gpusPerNode: 1, nodesPerRack: 2 }],
    jobs: [],
    scheduling: 'fifo',
    placement: 'first-fit',
    horizonUs: 1000,
    failures: { model: worldOf(classes, 1, technicians), recovery: ['restart', {}] },
    ...more,
  };
  runOf(sketch, [log]);
  return log;
}

describe('the life of a fault', () => {
  it('is known after a drawn time, or much later where the first check misses it', () => {
    const lifetimes = faultsAt([100], 10);
    const drawn = logOf([{ lifetimes, only: 0, drawDetectionUs: () => 30 }]);
    expect(drawn.with('Fault', 'Detect', 'Mended')).toEqual(['100 Fault 0', '130 Detect 0', '140 Mended 0']);
    const missed = logOf([{ lifetimes, only: 0, detectionUs: 30, missed: { share: 1, detectionUs: () => 400 } }]);
    expect(missed.with('Fault', 'Detect', 'Mended')).toEqual(['100 Fault 0', '500 Detect 0', '510 Mended 0']);
  });

  it('ends with a reset where it is transient, while those that need a technician wait for him', () => {
    const log = logOf(
      [
        { lifetimes: faultsAt([100], 500), only: 0 },
        { lifetimes: faultsAt([200], 500), only: 1, transient: { share: 1, resetUs: () => 7 } },
      ],
      {},
      1,
    );
    expect(log.with('Mended')).toEqual(['207 Mended 1', '600 Mended 0']);
  });

  it('comes back soon where the repair did not help', () => {
    const log = logOf([{ lifetimes: faultsAt([100], 10), only: 0, reappears: { share: 1, withinUs: () => 300 } }]);
    expect(log.with('Fault')).toEqual(['100 Fault 0', '410 Fault 0', '720 Fault 0']);
  });

  it('stops gangs and takes nodes out at a false alarm, which is counted apart', () => {
    const log = new NodeLog();
    const { metrics } = runOf(
      {
        pools: [{ nodes: 1, gpusPerNode: 1 }],
        jobs: [{ runUs: 150, gpus: 1 }],
        scheduling: 'fifo',
        placement: 'first-fit',
        horizonUs: 1000,
        failures: {
          model: worldOf([{ lifetimes: faultsAt([100], 20), isFalseAlarm: true }]),
          recovery: ['restart', {}],
        },
      },
      [log],
    );
    expect(log.lines).toEqual([
      '100 Fault 0',
      '100 Detect 0',
      '100 node 0 In > Down',
      '100 Repair 0',
      '120 Mended 0',
      '120 node 0 Down > In',
    ]);
    // 100 us lost, 20 us tried out, 150 us of work.
    expect(metrics.outcomes.endUs[0]).toBe(270);
    const { faults, falseAlarms, interruptions } = metrics.failures!.figures();
    expect({ faults, falseAlarms, interruptions }).toEqual({ faults: 0, falseAlarms: 1, interruptions: 1 });
  });
});

describe('faults that do not come alone', () => {
  it('strike the others of the class in the same rack at the same instant, and nobody beyond it', () => {
    const burst = { probability: 1, spread: 1, within: 'rack' } as const;
    const log = logOf([{ lifetimes: onlyFirst(100, 10), burst }]);
    expect(log.with('Fault')).toEqual(['100 Fault 0', '100 Fault 1']);
    const everywhere = logOf([{ lifetimes: onlyFirst(100, 10), burst: { ...burst, within: 'cluster' } }]);
    expect(everywhere.with('Fault')).toEqual(['100 Fault 0', '100 Fault 1', '100 Fault 2', '100 Fault 3']);
  });

  it('bring down other classes above and beneath them, some time later', () => {
    const log = logOf([
      {
        name: 'power',
        scope: 'rack',
        lifetimes: onlyFirst(100, 10),
        cascades: [{ to: 1, probability: 1, afterUs: () => 7 }],
      },
      { name: 'node', lifetimes: sound, detectionUs: 3, cascades: [{ to: 2, probability: 1, afterUs: () => 1 }] },
      { name: 'plant', scope: 'cluster', lifetimes: sound },
    ]);
    // Components 0 and 1 are the racks, 2 to 5 the nodes, 6 the plant; the second node finds the plant down already.
    expect(log.with('Fault')).toEqual(['100 Fault 0', '107 Fault 2', '107 Fault 3', '108 Fault 6']);
  });

  it('leave a node that is lost twice out of service until both are mended', () => {
    const log = logOf([
      { name: 'node', lifetimes: faultsAt([100], 300), only: 1 },
      { name: 'switch', scope: 'rack', lifetimes: faultsAt([150], 50), only: 0 },
    ]);
    expect(log.with('node')).toEqual([
      '100 node 1 In > Down',
      '150 node 0 In > Down',
      '200 node 0 Down > In',
      '400 node 1 Down > In',
    ]);
  });

  it('end a pending fault of their own: what is struck breaks once', () => {
    const burst = { probability: 1, spread: 1, within: 'cluster' } as const;
    // All four would break at 100 by themselves.
    const log = logOf([{ lifetimes: faultsAt([100], 10), burst }]);
    expect(log.with('Fault')).toHaveLength(4);
    expect(log.with('Mended')).toHaveLength(4);
  });
});
