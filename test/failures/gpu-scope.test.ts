import { describe, expect, it } from 'vitest';
import { expectedEttr } from '../../src/sim/engine/failures/expected-ettr.ts';
import { buildDistribution } from '../../src/sim/kernel/distributions/registry.ts';
import { componentsOf } from '../../src/sim/model/components.ts';
import type { FailureModel } from '../../src/sim/model/failure-model.ts';
import { drawnLifetimes, recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { GpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { call, put, smallScenario, temporaryFolder } from '../cli/call.ts';
import { clusterOf, runOf, scheduleOf } from '../engine/run-builder.ts';
import { failuresBySeed } from './scenario-runs.ts';
import { worldOf } from './worlds.ts';

const sound = recordedLifetimes([]);

/** GPUs by number that are out of order over such a stretch, and are found so at once. */
function brokenGpus(stretches: readonly (readonly [gpu: number, fromUs: number, toUs: number])[]): FailureModel {
  const own = stretches.map(([gpu, fromUs, toUs]) => [gpu, recordedLifetimes([{ fromUs, toUs }])] as const);
  return worldOf([{ name: 'HBM', scope: 'gpu', lifetimes: sound, ownLifetimes: new Map(own) }]);
}

describe('a class of which every GPU has one', () => {
  it('has as many components as there are GPUs, each with its node under it, and none on nodes without GPUs', () => {
    const mixed = clusterOf([
      { nodes: 2, gpusPerNode: 3 },
      { nodes: 1, gpusPerNode: 0 },
      { nodes: 2, gpusPerNode: 1 },
    ]);
    const seen = (kind: object) =>
      componentsOf(worldOf([{ name: 'GPU', scope: 'gpu', lifetimes: sound, ...kind }]), mixed).map(
        ({ domain, from, to }) => [domain, from, to],
      );
    const [first, second] = [[0, 1, 2].map((gpu) => [gpu, 0, 1]), [3, 4, 5].map((gpu) => [gpu, 1, 2])];
    const last = [
      [6, 3, 4],
      [7, 4, 5],
    ];
    expect(seen({})).toEqual([...first, ...second, ...last]);
    expect(seen({ pool: 2 })).toEqual(last);
    expect(seen({ pool: 2, perDomain: 2 })).toEqual(last.flatMap((gpu) => [gpu, gpu]));
  });

  it('takes the whole node out until all its GPUs are mended, and stops whoever has any GPU of it', () => {
    const run = runOf({
      pools: [{ nodes: 2, gpusPerNode: 4 }],
      jobs: [
        { runUs: 100, gpus: 1 },
        { runUs: 100, gpus: 3 },
        { runUs: 100, gpus: 4 },
      ],
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: {
        model: brokenGpus([
          [0, 40, 60],
          [2, 50, 75],
          [7, 200, 300],
        ]),
        recovery: ['restart', {}],
      },
    });
    // The second node works on: its GPU breaks when nobody is there. On the first, both wait for the later repair.
    expect(scheduleOf(run).map(([, end]) => end)).toEqual([175, 175, 100]);
  });

  it('is named with its node and its number there in incidents', () => {
    const { metrics, simulation } = runOf({
      pools: [
        { nodes: 2, gpusPerNode: 3 },
        { nodes: 2, gpusPerNode: 4 },
      ],
      jobs: [3, 3, 4, 4].map((gpus) => ({ runUs: 100, gpus })),
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: {
        model: brokenGpus([
          [2, 20, 30],
          [12, 50, 60],
        ]),
        recovery: ['restart', {}],
      },
    });
    const { nowUs, events, decisions } = simulation;
    const { worst } = metrics.figures({ endUs: nowUs, events, decisions }).failures!.incidents;
    const told = worst.map(({ place, firstNode, nodes }) => [place, firstNode, nodes]);
    expect(told.toSorted()).toEqual([
      ['GPU 2 of node 0', 0, 1],
      ['GPU 2 of node 3', 3, 1],
    ]);
  });
});

describe('8 components in each node and one in each of its 8 GPUs', () => {
  const lifetimes = drawnLifetimes(
    buildDistribution({ kind: 'weibull', shape: 0.8, scale: 0.02 }),
    buildDistribution({ kind: 'exponential', mean: 0.0004 }),
  );
  const traits = { name: 'part', lifetimes, meanTimeToFaultUs: 22_000, detectionUs: 30 };
  const byNode = worldOf([{ ...traits, perDomain: 8 }], 5, 2);
  const named = worldOf([{ ...traits, scope: 'gpu' }], 5, 2);
  // Each GPU has the luck of the part in whose place it stands.
  const byGpu: FailureModel = {
    ...named,
    luck: (name) => byNode.luck(name.replace(/^part (\d+) 0/, (_, gpu) => `part ${Math.floor(+gpu / 8)} ${+gpu % 8}`)),
  };

  it('give the same run to the microsecond where their luck is the same', () => {
    const lived = [byNode, byGpu].map((model) => {
      const pools = [{ nodes: 6, gpusPerNode: 8, nodesPerRack: 2 }];
      const uses = new GpuTimeUses(clusterOf(pools));
      const run = runOf(
        {
          pools,
          jobs: [32, 8, 4, 4, 1, 48].map((gpus) => ({ runUs: 9000, gpus })),
          scheduling: 'fifo-skip',
          placement: 'consolidate',
          horizonUs: 60_000,
          // By the mean times between faults that it is told of each gang.
          failures: { model, recovery: ['periodic-checkpoint', { rule: 'young', stall: 10, restart: 50 }] },
        },
        [uses],
      );
      const { nowUs, events, decisions } = run.simulation;
      const { faults, interruptions } = run.metrics.figures({ endUs: nowUs, events, decisions }).failures!;
      return { fingerprint: run.fingerprint, gpuUs: [...uses.gpuUs], faults, interruptions };
    });
    expect(lived[1]).toEqual(lived[0]);
    expect(lived[0]!.interruptions).toBeGreaterThan(20);
  });

  it('have the same expected part of useful time', () => {
    const { failures, cluster } = runOf({
      pools: [{ nodes: 6, gpusPerNode: 8 }],
      jobs: [{ runUs: 1, gpus: 1 }],
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: { model: byNode, recovery: ['periodic-checkpoint', { rule: 'young', stall: 1, restart: 5 }] },
    }).spec;
    const [one, other] = [byNode, byGpu].map((model) => expectedEttr(model, failures!.recovery, cluster));
    for (const gpus of [1, 8, 12]) {
      expect(one!(gpus)).toBeGreaterThan(0);
      expect(other!(gpus)).toBeCloseTo(one!(gpus)!, 12);
    }
  });
});

describe('GPUs that break every M hours', () => {
  const days = 150;
  const plant = (scope: string, mean: string): object => ({
    name: 'plant',
    horizon: `${days}d`,
    cluster: { pools: [{ name: 'a', nodes: 32, gpusPerNode: 8 }] },
    workload: { jobs: [{ id: 'training', gpus: 256, submit: 0, run: `${days}d` }] },
    policies: { scheduling: 'fifo', placement: 'consolidate' },
    failures: {
      recovery: { name: 'periodic-checkpoint', interval: '1h' },
      components: [
        {
          name: 'part',
          scope,
          timeToFault: { kind: 'exponential', mean },
          timeToRepair: { kind: 'deterministic', value: '1m' },
        },
      ],
    },
  });

  it('make nodes of 8 break every M / 8, as nodes that do so by themselves', async () => {
    // 32 nodes x 3,600 h / 125 h: 921.6 faults. All but those within a minute after another one stop the gang.
    const expected = (32 * days * 24) / 125;
    const perGpu = (await failuresBySeed(plant('gpu', '1000h'), [1]))[0]!;
    const perNode = (await failuresBySeed(plant('node', '125h'), [1]))[0]!;
    for (const { faults, interruptions } of [perGpu, perNode]) {
      expect(Math.abs(faults - expected)).toBeLessThan(4 * Math.sqrt(expected));
      expect(interruptions / faults).toBeGreaterThan(0.98);
    }
    expect(Math.abs(perGpu.faults - perNode.faults)).toBeLessThan(4 * Math.sqrt(2 * expected));
    expect(perGpu.byClass[0]!.components).toBe(256);
  });
});

describe('what is wrong with the scope gpu', () => {
  const folder = temporaryFolder();
  const failing = (part: string): string => `${smallScenario}failures:\n${part}`;
  const gpu = `  components:
    - {name: GPU, scope: gpu, timeToFault: {kind: exponential, mean: 9h}, timeToRepair: {kind: deterministic, value: 1h}`;

  it.each([
    [failing(`  outages: [{name: test, scope: gpu, at: 1h, for: 1h}]\n`), 'failures.outages[0].scope is "gpu"'],
    [
      failing(`${gpu}, burst: {probability: 1, spread: 1, within: gpu}}\n`),
      'failures.components[0].burst.within is "gpu"',
    ],
    [
      failing(`${gpu}}\n`)
        .replace('gpusPerNode: 4', 'gpusPerNode: 0')
        .replace(/ {2}jobs:\n( {4}.*\n)+/, '  jobs: [{id: one, gpus: 0, cpus: 1, submit: 0, run: 1h}]\n'),
      'failures.components[0].scope is "gpu"; no pool has GPUs; give gpusPerNode, or another scope',
    ],
  ])('%#: is told with its place and its mend', async (text, told) => {
    const { code, err } = await call('validate', put(folder, 'broken.yaml', text));
    expect(err).toContain(told);
    expect(code).toBe(2);
  });

  it('nothing, where there are GPUs', async () => {
    expect(await call('validate', put(folder, 'sound.yaml', failing(`${gpu}}\n`)))).toMatchObject({ code: 0, err: '' });
  });
});
