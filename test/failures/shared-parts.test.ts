import { describe, expect, it } from 'vitest';
import { expectedEttr } from '../../src/sim/engine/failures/expected-ettr.ts';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { recoveryPolicies } from '../../src/policies/registry.ts';
import { call, put, smallScenario, temporaryFolder } from '../cli/call.ts';
import { clusterOf, registered, runOf } from '../engine/run-builder.ts';
import { NodeLog } from './node-log.ts';
import { worldOf } from './worlds.ts';

const sound = recordedLifetimes([]);
const once = recordedLifetimes([{ fromUs: 100, toUs: 150 }]);

describe('what all nodes share', () => {
  it('is no risk of any gang: not where policies ask for it, not in the closed form', () => {
    const pools = [{ nodes: 4, gpusPerNode: 8 }];
    const parts = (['storage', 'control-plane'] as const).map((scope) => {
      return { name: scope, scope, lifetimes: sound, meanTimeToFaultUs: 1e4 };
    });
    // By Young's rule it would write one every sqrt(2 x 100 x 5000) = 1000 us.
    const recovery = ['periodic-checkpoint', { rule: 'young', stall: 100 }] as const;
    const jobs = [{ gpus: 32, runUs: 9000 }];
    const failures = { model: worldOf(parts), recovery };
    const { metrics } = runOf({ pools, jobs, scheduling: 'fifo', placement: 'first-fit', failures });
    expect(metrics.outcomes.endUs[0]).toBe(9000);
    const policy = registered(recoveryPolicies, ...recovery);
    expect(expectedEttr(worldOf(parts), policy, clusterOf(pools))(32)).toBeNull();
    const withNode = worldOf([...parts, { lifetimes: sound, meanTimeToFaultUs: 4e9 }]);
    expect(expectedEttr(withNode, policy, clusterOf(pools))(32)).toBeGreaterThan(0.999);
  });

  it.each(['storage', 'control-plane'] as const)('breaks and is mended without a node going down: %s', (scope) => {
    const node = new NodeLog();
    const jobs = [{ gpus: 2, runUs: 400 }];
    const failures = { model: worldOf([{ name: 'it', scope, lifetimes: once }]), recovery: ['restart', {}] as const };
    const { metrics } = runOf(
      { pools: [{ nodes: 2, gpusPerNode: 1 }], jobs, scheduling: 'fifo', placement: 'count', failures },
      [node],
    );
    expect(node.lines).toEqual(['100 Fault 0', '100 Detect 0', '100 Repair 0', '150 Mended 0']);
    const figures = metrics.failures!.figures();
    expect(figures).toMatchObject({ faults: 1, interruptions: 0, nodeAvailability: 1, incidents: { count: 0 } });
    expect(metrics.outcomes.endUs[0]).toBe(400);
  });

  it('is followed: how often and how long it was away, and what faults did to gangs meanwhile', () => {
    // Two parts of the storage, away from 100 to 300 and from 850 to the end; a gang is struck at 250, 500 and 860.
    const part = (name: string, fromUs: number, toUs: number) => {
      return { name, scope: 'storage' as const, lifetimes: recordedLifetimes([{ fromUs, toUs }]) };
    };
    const node = (fromUs: number) => ({ fromUs, toUs: fromUs + 1 });
    const { metrics } = runOf({
      pools: [{ nodes: 1, gpusPerNode: 8 }],
      jobs: [{ gpus: 8, runUs: 2000 }],
      scheduling: 'fifo',
      placement: 'count',
      horizonUs: 1000,
      failures: {
        model: worldOf([
          part('data', 100, 200),
          part('metadata', 150, 300),
          part('fabric', 850, 2000),
          { name: 'scheduler', scope: 'control-plane', lifetimes: recordedLifetimes([{ fromUs: 245, toUs: 246 }]) },
          { lifetimes: recordedLifetimes([node(250), node(500), node(860)]) },
        ]),
        recovery: ['periodic-checkpoint', { interval: 90, stall: 0 }],
      },
    });
    const [storage, controlPlane] = metrics.failures!.figures().sharedParts;
    // The one of 90 was the last before 250. The fault at 500 is in no outage; from 501 on the last before 860 is that of
    // 771.
    expect(storage).toMatchObject({ part: 'storage', losses: 2, interruptions: 2, awayS: 350e-6, longestS: 200e-6 });
    expect(storage!.lostGpuHours * 3600e6).toBeCloseTo(8 * (160 + 89), 6);
    expect(controlPlane).toEqual({
      part: 'control-plane',
      losses: 1,
      awayS: 1e-6,
      longestS: 1e-6,
      interruptions: 0,
      lostGpuHours: 0,
    });
  });

  it('is brought down by what befalls any node, and brings any node down', () => {
    const cascade = (to: number) => [{ to, probability: 1, afterUs: () => 5 }];
    const node = new NodeLog();
    const model = worldOf([
      { name: 'node', only: 2, lifetimes: once, cascades: cascade(1) },
      { name: 'scheduler', scope: 'control-plane', lifetimes: recordedLifetimes([{ fromUs: 105, toUs: 120 }]) },
      { name: 'file system', scope: 'storage', lifetimes: recordedLifetimes([{ fromUs: 200, toUs: 220 }]), cascades: cascade(3) }, // prettier-ignore
      { name: 'board', perDomain: 1, lifetimes: recordedLifetimes([{ fromUs: 205, toUs: 210 }]) },
    ]);
    runOf(
      {
        pools: [{ nodes: 3, gpusPerNode: 1 }],
        jobs: [{ gpus: 1, runUs: 400 }],
        scheduling: 'fifo',
        placement: 'count',
        failures: { model, recovery: ['restart', {}] },
      },
      [node],
    );
    // Components: the node, the scheduler, the file system, and the boards of three nodes.
    expect(node.with('Fault')).toEqual([
      '100 Fault 0',
      '105 Fault 1',
      '200 Fault 2',
      '205 Fault 3',
      '205 Fault 4',
      '205 Fault 5',
    ]);
  });
});

describe('what is wrong with an entry for it', () => {
  const folder = temporaryFolder();
  const failing = (part: string): string => `${smallScenario}failures:\n${part}`;
  const entry = (scope: string, more: string): string => `  components:
    - {name: it, scope: ${scope}, timeToFault: {kind: exponential, mean: 9d}, timeToRepair: {kind: deterministic, value: 1h}${more}}
`;
  const mend = (scope: string): string =>
    `has no meaning with scope: ${scope}, which takes no node down; leave it out, or give another scope`;

  it.each([
    [entry('storage', ', destroysData: true'), `failures.components[0].destroysData is true; ${mend('storage')}`],
    [
      entry('storage', ', effect: slow, slowFactor: 0.5'),
      `failures.components[0].effect is "slow"; ${mend('storage')}`,
    ],
    [
      entry('control-plane', ', effect: corrupt, detection: 1h'),
      `failures.components[0].effect is "corrupt"; ${mend('control-plane')}`,
    ],
    [entry('control-plane', ', prediction: {recall: 1, lead: 1h}'), mend('control-plane')],
    [entry('storage', ', burst: {probability: 1, spread: 1, within: cluster}'), mend('storage')],
    [entry('storage', ', falseAlarms: {meanTimeBetween: 9d, check: 1h}'), mend('storage')],
    [
      '  outages: [{name: upgrade, scope: storage, domain: 1, at: 1h, for: 1h, destroysData: true}]\n',
      `failures.outages[0].domain is 1; must be below 1: the cluster has so many (storage)`,
    ],
    [
      '  outages: [{name: upgrade, scope: control-plane, at: 1h, for: 1h, destroysData: true}]\n',
      `failures.outages[0].destroysData is true; ${mend('control-plane')}`,
    ],
    [
      '  maintenance: [{name: upgrade, scope: storage, start: 1h, takes: 1h}]\n',
      'failures.maintenance[0].scope is "storage"',
    ],
  ])('%#: is told with its place and its mend', async (part, told) => {
    const { code, err } = await call('validate', put(folder, 'broken.yaml', failing(part)));
    expect(err).toContain(told);
    expect(code).toBe(2);
  });

  it.each(['storage', 'control-plane'])('nothing, where it is %s and no more', async (scope) => {
    const part = `${entry(scope, ', perDomain: 3, detection: 5m, effect: hang')}  repair: {burnIn: 2h}\n`;
    const outage = `  outages: [{name: upgrade, scope: ${scope}, at: 1h, for: 1h, every: 1d}]\n`;
    const path = put(folder, 'sound.yaml', failing(part + outage));
    expect(await call('validate', path)).toMatchObject({ code: 0, err: '' });
  });
});
