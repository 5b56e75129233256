import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { buildDistribution } from '../../src/sim/kernel/distributions/registry.ts';
import type { ComponentClass } from '../../src/sim/model/failure-model.ts';
import { drawnLifetimes, recordedLifetimes, type DownTime } from '../../src/sim/model/lifetimes.ts';
import type { Quarantine } from '../../src/sim/model/quarantine.ts';
import { StopCause } from '../../src/sim/model/planned-stop.ts';
import { NodeStatus } from '../../src/sim/model/node-status.ts';
import { GpuTimeUses, gpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { clusterOf, runOf, type JobSketch } from '../engine/run-builder.ts';
import { NodeLog } from './node-log.ts';
import { worldOf } from './worlds.ts';

const strikes: Quarantine = {
  windowUs: 500,
  weights: { fault: 1, multiNodeInterruption: 0, singleNodeInterruption: 0 },
  threshold: 2,
  nodesMax: 9,
  lastsUs: NEVER,
  isReplaced: false,
};

type Sketch = Partial<ComponentClass> & Pick<ComponentClass, 'lifetimes'>;

/** A component of every node that is down at these times, each 10 us long, on the nodes named. */
function downFrom(byNode: Readonly<Record<number, readonly number[]>>, rest: Partial<ComponentClass> = {}): Sketch {
  const downs = (starts: readonly number[]): DownTime[] => starts.map((fromUs) => ({ fromUs, toUs: fromUs + 10 }));
  const own = Object.entries(byNode).map(([node, starts]) => [Number(node), recordedLifetimes(downs(starts))] as const);
  return { lifetimes: recordedLifetimes([]), ownLifetimes: new Map(own), ...rest };
}

function told(classes: readonly Sketch[], quarantine: Quarantine, jobs: readonly JobSketch[] = []) {
  const log = new NodeLog();
  const pools = [{ nodes: 4, gpusPerNode: 2 }];
  const uses = new GpuTimeUses(clusterOf(pools));
  const { metrics } = runOf(
    {
      pools,
      jobs,
      scheduling: 'fifo',
      placement: 'first-fit',
      horizonUs: 2000,
      failures: { model: { ...worldOf(classes), quarantine }, recovery: ['restart', {}] },
    },
    [log, uses],
  );
  const here = (node: number) => uses.gpuUs.subarray(node * gpuTimeUses.length, (node + 1) * gpuTimeUses.length);
  for (let node = 0; node < 4; node++) expect(here(node).reduce((sum, us) => sum + us, 0)).toBe(2 * 2000);
  return { lines: log.with('Quarantine', 'Release', 'node'), figures: metrics.failures!.figures().quarantine, uses };
}

describe('a node with too much against it', () => {
  it('does not go back to work when it has been mended, and counts as repair queue to the end', () => {
    const { lines, figures, uses } = told([downFrom({ 1: [100, 300] })], strikes);
    expect(lines).toEqual([
      '100 node 1 In > Down',
      '110 node 1 Down > In',
      '300 node 1 In > Down',
      '310 Quarantine 1',
      '310 node 1 Down > RepairQueue',
    ]);
    expect(uses.total('repair-queue')).toBe(2 * (2000 - 310));
    expect(figures).toEqual({
      times: 1,
      lemons: 0,
      others: 1,
      replaced: 0,
      nodeHours: (2000 - 310) / 3600e6,
      lemonNodes: 0,
    });
  });

  it('goes back after a time where one is given, with what is still in the window against it', () => {
    const { lines } = told([downFrom({ 1: [100, 300, 650, 1300] })], { ...strikes, lastsUs: 200 });
    expect(lines.slice(3)).toEqual([
      '310 Quarantine 1',
      '310 node 1 Down > RepairQueue',
      '510 Release 1',
      '510 node 1 RepairQueue > In',
      '650 node 1 In > Down',
      '660 Quarantine 1',
      '660 node 1 Down > RepairQueue',
      '860 Release 1',
      '860 node 1 RepairQueue > In',
      '1300 node 1 In > Down',
      '1310 node 1 Down > In',
    ]);
  });

  it('is not one whose faults lie farther apart than the window', () => {
    // The window ends 500 us after the first fault was found, before the second has been mended.
    expect(told([downFrom({ 1: [100, 590] })], strikes).figures).toMatchObject({ times: 0, nodeHours: 0 });
    expect(told([downFrom({ 1: [100, 589] })], strikes).figures).toMatchObject({ times: 1 });
  });

  it('is mended first of whatever else is broken', () => {
    const other = downFrom({ 1: [305] }, { name: 'other', detectionUs: 1 });
    const slowRepair = { ...other, lifetimes: other.lifetimes };
    const { lines } = told([downFrom({ 1: [100, 300] }), slowRepair], { ...strikes, lastsUs: 3 });
    expect(lines.slice(2)).toEqual([
      '300 node 1 In > Down',
      '310 Quarantine 1',
      '313 Release 1',
      '315 Quarantine 1',
      '315 node 1 Down > RepairQueue',
      '318 Release 1',
      '318 node 1 RepairQueue > In',
    ]);
  });

  it('is one of so many at most: beyond that nodes go back all the same', () => {
    const { lines } = told([downFrom({ 0: [100, 200], 2: [120, 220] })], { ...strikes, nodesMax: 1 });
    expect(lines.filter((line) => line.includes('Quarantine'))).toEqual(['210 Quarantine 0']);
    expect(lines.at(-1)).toBe('230 node 2 Down > In');
  });

  it('is judged by the gangs that its faults stopped, of one node and of several', () => {
    const weights = { fault: 0, multiNodeInterruption: 3, singleNodeInterruption: 1 };
    const classes = [downFrom({ 0: [100], 1: [100], 3: [100] })];
    const jobs = [
      { runUs: 1000, gpus: 1 },
      { runUs: 1000, gpus: 1 },
      { runUs: 1000, gpus: 4 },
    ];
    const kept = (threshold: number): string[] =>
      told(classes, { ...strikes, weights, threshold }, jobs)
        .lines.filter((line) => line.includes('Quarantine'))
        .map((line) => line.split(' ')[2]!);
    // Two gangs on node 0, a gang on nodes 1 and 2, nobody on node 3.
    expect(kept(3)).toEqual(['1']);
    expect(kept(2)).toEqual(['0', '1']);
    expect(kept(4)).toEqual([]);
  });

  it('has nothing against it by false alarms, reclaims and what happens to its rack', () => {
    const starts = { 1: [100, 200, 300] };
    const reclaim = { cause: StopCause.Reclaim, share: 1, leadUs: 5, status: NodeStatus.Down };
    const innocent = [
      downFrom(starts, { isFalseAlarm: true }),
      downFrom(starts, { announced: reclaim }),
      downFrom({ 0: [100, 200, 300] }, { scope: 'cluster' }),
    ];
    for (const kind of innocent) expect(told([kind], strikes).figures).toMatchObject({ times: 0 });
    expect(told([downFrom(starts)], strikes).figures).toMatchObject({ times: 1 });
  });
});

describe('a node that is replaced', () => {
  const exact = (us: number) => buildDistribution({ kind: 'deterministic', value: us / 1e6 });

  /** Lemons break every 100 us, the others never; every repair takes 10. */
  function lemonWorld(share: number, luck: number, quarantine?: Quarantine) {
    const lemons = { share, lifetimes: drawnLifetimes(exact(100), exact(10)) };
    const classes = [{ lifetimes: recordedLifetimes([]), lemons }];
    const { metrics, fingerprint } = runOf({
      pools: [{ nodes: 50, gpusPerNode: 1 }],
      jobs: [],
      scheduling: 'fifo',
      placement: 'first-fit',
      horizonUs: 100_000,
      failures: {
        model: { ...worldOf(classes, luck), ...(quarantine && { quarantine }) },
        recovery: ['restart', {}],
      },
    });
    return { figures: metrics.failures!.figures(), fingerprint };
  }

  it('is a lemon only if it is drawn so again, with the same share', () => {
    let [before, after, drawn] = [0, 0, 0];
    for (let luck = 1; luck <= 40; luck++) {
      const { quarantine, faults } = lemonWorld(0.3, luck, {
        ...strikes,
        nodesMax: 50,
        lastsUs: 20,
        isReplaced: true,
      }).figures;
      const { times, lemons, lemonNodes, replaced } = quarantine!;
      // Only lemons break, each twice until it goes, and in the end all of them have gone.
      expect([lemons, faults]).toEqual([times, 2 * times]);
      expect(replaced).toBe(times);
      before += lemonNodes;
      after += times - lemonNodes;
      drawn += times;
    }
    // Of all that came in the place of one, 30 % were lemons too.
    expect(Math.abs(before - 0.3 * 2000)).toBeLessThan(3.5 * Math.sqrt(0.3 * 0.7 * 2000));
    expect(Math.abs(after - 0.3 * drawn)).toBeLessThan(3.5 * Math.sqrt(0.3 * 0.7 * drawn));
  });

  it('leaves the luck of all others as it was', () => {
    const exponential = buildDistribution({ kind: 'exponential', mean: 1e-3 });
    const faultsOf = (quarantine: Quarantine) => {
      const log = new NodeLog();
      runOf(
        {
          pools: [{ nodes: 6, gpusPerNode: 1 }],
          jobs: [],
          scheduling: 'fifo',
          placement: 'first-fit',
          horizonUs: 20_000,
          failures: {
            model: { ...worldOf([{ lifetimes: drawnLifetimes(exponential, exact(10)) }]), quarantine },
            recovery: ['restart', {}],
          },
        },
        [log],
      );
      return log;
    };
    const never = faultsOf({ ...strikes, threshold: 1e6 });
    const once = faultsOf({ ...strikes, threshold: 2, nodesMax: 1, lastsUs: 0, isReplaced: true });
    const replaced = new Set(once.with('Release').map((line) => line.split(' ')[2]));
    expect(replaced.size).toBeGreaterThan(0);
    for (let node = 0; node < 6; node++) {
      const [before, after] = [never, once].map((log) => log.lines.filter((line) => line.endsWith(`Fault ${node}`)));
      if (replaced.has(String(node))) expect(after).not.toEqual(before);
      else expect(after).toEqual(before);
    }
  });

  it('changes nothing where nobody reaches the threshold', () => {
    const without = lemonWorld(0.3, 1);
    expect(lemonWorld(0.3, 1, { ...strikes, threshold: 1e6 }).fingerprint).toBe(without.fingerprint);
  });
});
