import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import type { ServiceFigures } from '../../src/sim/record/service-record.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { call, put, temporaryFolder } from '../cli/call.ts';
import { expectedService } from '../../src/sim/engine/failures/expected-service.ts';
import { recoveryPolicies } from '../../src/policies/registry.ts';
import { registered } from '../engine/run-builder.ts';
import { runServices, serviceHall, type ServiceHall } from './service-halls.ts';
import { nodesThatFail, worldOf } from './worlds.ts';

const HOUR_US = 3600e6;

const down = (...times: readonly (readonly [fromUs: number, toUs: number])[]) =>
  recordedLifetimes(times.map(([fromUs, toUs]) => ({ fromUs, toUs })));

describe('a service', () => {
  it('is down from the fault that takes one replica too many until another serves elsewhere', () => {
    const node = (only: number, fromUs: number) => ({
      name: `n${only}`,
      only,
      lifetimes: down([fromUs, 900]),
      detectionUs: 300,
    });
    const spec = serviceHall({
      nodes: 4,
      replicas: 3,
      needed: 2,
      model: worldOf([node(0, 100), node(1, 150)]),
      horizonUs: 1000,
      healthCheckUs: 20,
      startupUs: 30,
    });
    const { figures, log } = runServices(spec);
    // Replica 0 fails at 100, is found at 120 by its health check and serves on node 3 from 150 on; replica 1 fails at
    // 150, is found at 170 and finds no node before 900. At 150 one comes and one goes: two serve, or are needed.
    expect(log.of(FactKind.Ready).map(({ timeUs, subject }) => [timeUs, subject])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [150, 0],
      [930, 1],
    ]);
    expect(figures.services).toEqual<ServiceFigures[]>([
      {
        service: 'chat',
        replicas: 3,
        needed: 2,
        availability: 1,
        interruptions: 0,
        meanUpH: null,
        meanDownH: null,
        servingMean: (100 * 3 + 800 * 2 + 30 * 2 + 70 * 3) / 1000,
        servingMin: 2,
        failovers: 2,
        outages: [],
        expected: null,
      },
    ]);
    // All of its GPU-time but the waiting for detection and the start was of use: what was served is not lost.
    expect(figures.failures!.gpuHours.lost).toBe(0);
    expect(figures.failures!.gpuHours.detection * HOUR_US).toBeCloseTo(20 + 20, 9);
  });

  it('that needs all its replicas is down for health check, wait and start', () => {
    const model = worldOf([{ only: 0, lifetimes: down([100, 400]), detectionUs: 300 }]);
    const alone = runServices(
      serviceHall({ nodes: 2, replicas: 2, needed: 2, model, horizonUs: 1000, healthCheckUs: 20, startupUs: 30 }),
    );
    // No node to spare: the node is back at 400, the replica serves at 430.
    expect(alone.figures.services[0]).toMatchObject({ availability: 670 / 1000, interruptions: 1, servingMin: 1 });
    const spared = runServices(
      serviceHall({ nodes: 3, replicas: 2, needed: 2, model, horizonUs: 1000, healthCheckUs: 20, startupUs: 30 }),
    );
    expect(spared.figures.services[0]).toMatchObject({ availability: 950 / 1000, interruptions: 1 });
    expect(spared.figures.services[0]!.meanDownH! * HOUR_US).toBeCloseTo(50, 6);
  });

  it('takes its place from batch jobs where the scheduler goes by priority', () => {
    const batch = [{ runUs: 2000, gpus: 1, submitUs: 1 }];
    const hall = { nodes: 3, replicas: 2, needed: 2, batch, horizonUs: 1000, healthCheckUs: 20, startupUs: 30 };
    const model = worldOf([{ only: 0, lifetimes: down([100, 800]) }]);
    const byPriority = runServices(serviceHall({ ...hall, model, scheduling: 'priority' }));
    expect(byPriority.figures.services[0]!.availability).toBe(1 - 30 / 1000);
    expect(byPriority.figures.jobs).toMatchObject({ submitted: 1, preemptions: 1 });
    const inTurn = runServices(serviceHall({ ...hall, model }));
    expect(inTurn.figures.services[0]!.availability).toBe(1 - 730 / 1000);
    expect(inTurn.figures.jobs).toMatchObject({ submitted: 1, running: 1, preemptions: 0 });
  });

  it('that loads its model when the storage is away serves once it has loaded it', () => {
    const model = worldOf([
      { only: 0, lifetimes: down([100, 800]) },
      { name: 'file system', scope: 'storage', lifetimes: down([110, 200]) },
    ]);
    const hall = serviceHall({ nodes: 2, replicas: 1, needed: 1, model, horizonUs: 1000 });
    const recovery = registered(recoveryPolicies, 'serving-failover', { restart: 30, warmUp: 5 });
    const { log } = runServices({ ...hall, services: [{ ...hall.services![0]!, recovery }] });
    // Begun at 100, it has loaded for 10 us when the storage goes.
    expect(log.of(FactKind.Ready).map(({ timeUs }) => timeUs)).toEqual([0, 200 + 20 + 5]);
  });

  it('pays its start anew when a job takes its GPUs for a while, and not what resuming a job costs', () => {
    const spec = serviceHall({
      nodes: 1,
      replicas: 1,
      needed: 1,
      batch: [{ runUs: 100, gpus: 1, submitUs: 200, priority: 11 }],
      model: worldOf([]),
      horizonUs: 1000,
      healthCheckUs: 20,
      startupUs: 30,
      scheduling: 'priority',
    });
    const overheads = { ...spec.overheads, resume: [{ gpusMax: Infinity, overheadUs: 7 }] };
    const { failures: _, ...unbroken } = spec;
    for (const hall of [spec, unbroken]) {
      const { log } = runServices({ ...hall, overheads });
      // From 300 on it has its GPU again.
      expect(log.of(FactKind.Ready).map(({ timeUs }) => timeUs)).toEqual([0, 330]);
    }
  });

  it('has up the replicas that its nodes have, however faults fall', () => {
    const faults = fc.array(
      fc.record({
        only: fc.integer({ min: 0, max: 5 }),
        from: fc.integer({ min: 1, max: 400 }),
        for: fc.integer({ min: 1, max: 90 }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(faults, fc.integer({ min: 1, max: 6 }), (drawn, needed) => {
        const classes = drawn.map(({ only, from, for: forUs }, index) => ({
          name: `c${index}`,
          only,
          lifetimes: down([from, from + forUs]),
        }));
        const spec = serviceHall({ nodes: 6, replicas: 6, needed, model: worldOf(classes), horizonUs: 500 });
        const { figures } = runServices(spec);
        // With a replica on each node and no time to find or start, as many serve as nodes are in service.
        let upUs = 0;
        let servingUs = 0;
        for (let us = 0; us < 500; us++) {
          const broken = new Set(
            drawn.filter((one) => one.from <= us && us < one.from + one.for).map(({ only }) => only),
          );
          servingUs += 6 - broken.size;
          if (6 - broken.size >= needed) upUs++;
        }
        expect(figures.services[0]!.availability).toBeCloseTo(upUs / 500, 12);
        expect(figures.services[0]!.servingMean).toBeCloseTo(servingUs / 500, 12);
      }),
      { seed: 43, numRuns: 60 },
    );
  });
});

describe('services in a scenario', () => {
  const folder = temporaryFolder();
  const scenario = (horizon: string, services: string): string => `name: s
${horizon}
cluster: {pools: [{name: a, nodes: 2, gpusPerNode: 4}]}
workload: {}
policies: {scheduling: fifo, placement: best-fit}
services:
${services}
`;

  it('stand alone, without any job', async () => {
    const file = put(folder, 'alone.yaml', scenario('horizon: 1d', '  - {name: chat, replicas: 2, gpusPerReplica: 4}'));
    const { code, out } = await call('run', file);
    expect(out).toContain('services      chat (2 of 2): up 100.000 % of the time, down never, 0 replicas failed over');
    expect(out).toContain('0 of 0 finished');
    expect(code).toBe(0);
  });

  it.each([
    [
      '',
      '  - {name: chat, replicas: 2, gpusPerReplica: 4}',
      'services run up to the horizon, and there is none; give one',
    ],
    [
      'horizon: 1d',
      '  - {name: c, replicas: 2, needed: 3, gpusPerReplica: 4}',
      'services[0].needed is 3; it has but 2 replicas',
    ],
    [
      'horizon: 1d',
      '  - {name: c, replicas: 1, gpusPerReplica: 9}',
      'job "c-1" never fits the cluster: it needs 9 GPUs',
    ],
    [
      'horizon: 1d',
      '  - {name: c, replicas: 1, gpusPerReplica: 1}\n  - {name: c, replicas: 1, gpusPerReplica: 1}',
      'services[1].name is "c"; as is services[0].name; give each its own',
    ],
  ])('%#: what is wrong is told with its mend', async (horizon, services, told) => {
    const { code, err } = await call('run', put(folder, 'wrong.yaml', scenario(horizon, services)));
    expect(err).toContain(told);
    expect(code).toBe(2);
  });
});

describe('the closed form of a service', () => {
  const node = nodesThatFail(100, { kind: 'exponential', mean: 7200 });
  const alone = { ...node, meanRepairUs: 2 * HOUR_US, detectionUs: HOUR_US };
  const hall = { nodes: 4, replicas: 4, needed: 3, horizonUs: HOUR_US };
  const formOf = (classes: Parameters<typeof worldOf>[0], more: Partial<ServiceHall> = {}) => {
    const spec = serviceHall({ ...hall, model: worldOf(classes), ...more });
    return expectedService(spec.services![0]!, spec.failures!.model, spec.cluster, spec.jobs);
  };

  it('is that of k of n, down for detection and repair, or for detection and start where nodes stand free', () => {
    // Up 100 h, down 1 h + 2 h; of 4, 3 are needed.
    const a = 100 / 103;
    const form = formOf([alone])!;
    expect(form.availability).toBeCloseTo(a ** 4 + 4 * a ** 3 * (1 - a), 12);
    expect(form.meanDownH).toBeCloseTo((1 - form.availability) / ((4 * a ** 3 * (1 - a) * 3) / 100), 9);
    const free = 100 / 100.75;
    const spared = formOf([alone], { nodes: 6, startupUs: HOUR_US / 2, healthCheckUs: HOUR_US / 4 })!;
    expect(spared.availability).toBeCloseTo(free ** 4 + 4 * free ** 3 * (1 - free), 12);
  });

  it('is none where replicas are not independent', () => {
    expect(formOf([{ ...alone, scope: 'gpu' }])).toEqual(formOf([alone]));
    expect(formOf([{ ...alone, scope: 'rack' }])).toBeNull();
    expect(formOf([{ ...alone, burst: { probability: 1, spread: 1, within: 'rack' } }])).toBeNull();
    expect(formOf([])).toBeNull();
  });
});
