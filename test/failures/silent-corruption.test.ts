import { describe, expect, it } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { settleDocument } from '../../src/scenario/settle.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { GpuTimeUses, gpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { clusterOf, runOf, type JobSketch, type RunSketch } from '../engine/run-builder.ts';
import { worldOf } from './worlds.ts';

const US_PER_HOUR = 3600e6;

/** A component of one node: what it does, from when until it is mended, and how long after the fault it is found. */
interface Broken {
  readonly node: number;
  readonly fromUs: number;
  readonly mendedUs: number;
  readonly detectionUs?: number;
  readonly corrupts?: boolean;
}

function run(
  broken: readonly Broken[],
  jobs: readonly JobSketch[] = [{ runUs: 300, gpus: 2 }],
  checkpoints: object = {},
  more: Partial<RunSketch> = {},
) {
  const pools = [{ nodes: 2, gpusPerNode: 1 }];
  const uses = new GpuTimeUses(clusterOf(pools));
  const classes = broken.map(({ node, fromUs, mendedUs, detectionUs = 0, corrupts = false }, index) => ({
    name: `${corrupts ? 'memory' : 'node'} ${index}`,
    only: node,
    detectionUs,
    lifetimes: recordedLifetimes([{ fromUs, toUs: mendedUs }]),
    corrupts,
  }));
  const { metrics } = runOf(
    {
      pools,
      jobs,
      scheduling: 'fifo',
      placement: 'first-fit',
      horizonUs: 1000,
      failures: {
        model: worldOf(classes),
        recovery: ['periodic-checkpoint', { interval: 40, stall: 0, ...checkpoints }],
      },
      ...more,
    },
    [uses],
  );
  const usesOf = (node: number) => {
    const here = gpuTimeUses.map((use, index) => [use, uses.gpuUs[node * gpuTimeUses.length + index]!] as const);
    return Object.fromEntries(here.filter(([use, us]) => us > 0 && !use.startsWith('idle')));
  };
  const figures = metrics.failures!.figures();
  return { endUs: [...metrics.outcomes.endUs], nodes: [usesOf(0), usesOf(1)], figures };
}

/** From 100 on; found at 165 and mended at 200, unless it is said. */
const corruption: Broken = { node: 0, fromUs: 100, mendedUs: 200, detectionUs: 65, corrupts: true };

describe('a silent corruption', () => {
  it('lets a gang work for nothing until it is found, and takes it back to the last checkpoint before', () => {
    // Safe at 100 were 80 us: 20 are spoilt, and the 65 us after them with the checkpoints at 120 and 160.
    const { endUs, nodes, figures } = run([corruption]);
    expect(endUs).toEqual([200 + 220]);
    expect(nodes).toEqual([
      { useful: 300, lost: 85, down: 35 },
      { useful: 300, lost: 85 },
    ]);
    expect(figures.corruption).toEqual({
      gangs: 1,
      lostGpuHours: 170 / US_PER_HOUR,
      corruptedResults: 0,
      corruptedResultGpuHours: 0,
    });
    expect(figures.byClass[0]).toMatchObject({ faults: 1, interruptions: 1, lostGpuHours: 170 / US_PER_HOUR });
    expect(figures.incidents.worst[0]).toMatchObject({ gangs: 1, gpus: 2, again: 1, lostGpuHours: 170 / US_PER_HOUR });
  });

  it('ends in a wrong result where nobody looks in time', () => {
    const { endUs, nodes, figures } = run([{ ...corruption, detectionUs: 500, mendedUs: 700 }]);
    expect(endUs).toEqual([300]);
    expect(nodes[1]).toEqual({ useful: 80, lost: 220 });
    expect(figures.corruption).toMatchObject({ corruptedResults: 1, corruptedResultGpuHours: 600 / US_PER_HOUR });
    expect(figures.interruptions).toBe(0);
  });

  it('goes with the gang to other nodes, and is taken back there', () => {
    // Spoilt from 40 us on at 50. A fault at 100 takes it back to the checkpoint of 80, which is worthless, and to node 1.
    const spoilt = { node: 0, fromUs: 50, mendedUs: 900, detectionUs: 150, corrupts: true };
    const { endUs, nodes } = run([spoilt, { node: 0, fromUs: 100, mendedUs: 900 }], [{ runUs: 300, gpus: 1 }]);
    expect(endUs).toEqual([200 + 260]);
    expect(nodes).toEqual([
      { useful: 40, lost: 60, down: 800 },
      { useful: 260, lost: 100 },
    ]);
  });

  it('is over for a gang that a fault takes back to before it', () => {
    // Safe at 90 are 80 us, and at 100 no more.
    const spoilt = { node: 0, fromUs: 90, mendedUs: 900, detectionUs: 110, corrupts: true };
    const { endUs, nodes, figures } = run(
      [spoilt, { node: 0, fromUs: 100, mendedUs: 900 }],
      [{ runUs: 300, gpus: 1 }],
      { interval: 80 },
    );
    expect(endUs).toEqual([100 + 220]);
    expect(nodes).toEqual([{ useful: 80, lost: 20, down: 800 }, { useful: 220 }]);
    expect(figures.corruption.corruptedResults).toBe(0);
  });

  it('takes a gang back twice where there are two', () => {
    // Back to 80 us for the one that is found at 150; what it does then is spoilt by the other: back to 40 at 250.
    const { endUs, nodes, figures } = run([
      { node: 0, fromUs: 50, mendedUs: 260, detectionUs: 200, corrupts: true },
      { node: 1, fromUs: 100, mendedUs: 160, detectionUs: 50, corrupts: true },
    ]);
    expect(endUs).toEqual([260 + 260]);
    expect(nodes).toEqual([
      { useful: 300, lost: 200, down: 10 },
      { useful: 300, lost: 200, down: 10 },
    ]);
    expect(figures.interruptions).toBe(2);
  });

  it('is found of a job that waits, and spoils those that start on its node', () => {
    // Safe at 50 are 40 us. Node 0 is lost at 60, with the checkpoint there, and back at 200; node 1 is never there.
    const { endUs, nodes } = run(
      [
        { node: 1, fromUs: 0, mendedUs: NEVER },
        { node: 0, fromUs: 50, mendedUs: 110, detectionUs: 50, corrupts: true },
        { node: 0, fromUs: 60, mendedUs: 200 },
      ],
      [{ runUs: 300, gpus: 1 }],
      { interval: 20 },
    );
    expect(endUs).toEqual([200 + 260]);
    expect(nodes[0]).toEqual({ useful: 300, lost: 20, down: 140 });
    const newcomer = run([corruption], [{ runUs: 300, gpus: 1, submitUs: 120 }]);
    expect(newcomer.endUs).toEqual([165 + 300]);
    expect(newcomer.nodes).toEqual([{ lost: 45, down: 35 }, { useful: 300 }]);
  });

  it('spoils what machines hold in memory too', () => {
    // The memory of its peers holds all steps of 10 us, but those of a spoilt gang are spoilt.
    const recovery = ['in-memory-checkpoint', { interval: 40, stall: 0, step: 10, restart: 0, restartFromStorage: 7 }];
    const { endUs } = run(
      [corruption],
      undefined,
      {},
      {
        failures: {
          model: worldOf([
            { only: 0, detectionUs: 65, corrupts: true, lifetimes: recordedLifetimes([{ fromUs: 100, toUs: 200 }]) },
          ]),
          recovery: recovery as ['in-memory-checkpoint', Record<string, number>],
        },
      },
    );
    expect(endUs).toEqual([200 + 7 + 220]);
  });

  it('does not touch a gang that has done its work and only holds its GPUs', () => {
    const { endUs, figures } = run([corruption], [{ runUs: 90, gpus: 2 }], {}, { teardownUs: 50 });
    expect(endUs).toEqual([140]);
    expect(figures.corruption).toMatchObject({ gangs: 0, corruptedResults: 0 });
  });

  it('must be looked for', () => {
    const scenario = (component: object) => ({
      name: 'corrupt',
      cluster: { pools: [{ name: 'a', nodes: 8, gpusPerNode: 8 }] },
      workload: { jobs: [{ id: 'a', gpus: 8, submit: '0s', run: '1h' }] },
      policies: { scheduling: 'fifo', placement: 'first-fit' },
      failures: {
        components: [
          {
            name: 'memory',
            effect: 'corrupt',
            timeToFault: { kind: 'exponential', mean: '1h' },
            timeToRepair: { kind: 'deterministic', value: '1h' },
            ...component,
          },
        ],
      },
    });
    const settle = (component: object) =>
      settleDocument(parseText('scenario of a test', JSON.stringify(scenario(component))), {});
    expect(() => settle({ detection: '6h' })).not.toThrow();
    expect(() => settle({})).toThrow(
      'failures.components[0].detection is missing; say how long after such a fault a validation finds it',
    );
    expect(() => settle({ detection: '6h', slowFactor: 0.5 })).toThrow(
      'slowFactor is 0.5; has no meaning with effect: corrupt',
    );
  });
});
