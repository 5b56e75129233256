import { describe, expect, it } from 'vitest';
import { ScenarioError } from '../../src/scenario/problems.ts';
import { parseText } from '../../src/scenario/document/load.ts';
import { prepareRun, type PreparedRun } from '../../src/scenario/resolve/prepare.ts';
import { settleDocument, settleScenario } from '../../src/scenario/settle.ts';
import { runScenario } from '../../src/study/run-scenario.ts';

const backup = { every: '6h', to: 'vault', bandwidth: '1GB/s' };
const broken = {
  name: 'disk',
  timeToFault: { kind: 'exponential', mean: '30d' },
  timeToRepair: { kind: 'deterministic', value: '2h' },
};

/** Two pools, a data set of 1.8 TB on one of them with such a backup, and a fault that destroys its only copy. */
function scenario(set: object, failures: object = { outages: [flood] }, data = true): object {
  return {
    name: 'backups',
    horizon: '3d',
    cluster: {
      pools: [
        { name: 'gpu', nodes: 4, gpusPerNode: 2, site: 'oslo' },
        { name: 'vault', nodes: 3, gpusPerNode: 0, site: 'bergen' },
      ],
    },
    ...(data && {
      data: {
        rackBandwidth: '1GB/s',
        remoteBandwidth: '1GB/s',
        sets: [{ name: 'corpus', size: '1.8TB', nodes: ['gpu/1'], ...set }],
      },
    }),
    workload: { jobs: [{ id: 'a', gpus: 2, submit: '20h', run: '1h', ...(data && { dataSet: 'corpus' }) }] },
    policies: { scheduling: 'fifo', placement: 'first-fit' },
    failures: { recovery: { name: 'restart' }, ...failures },
  };
}

const flood = { name: 'flood', scope: 'node', domain: 1, at: '20h', for: '5h', detection: '6m', destroysData: true };

function prepared(document: object): Promise<PreparedRun> {
  return prepareRun(settleDocument(parseText('t.yaml', JSON.stringify(document))));
}

async function mistakes(document: object): Promise<string[]> {
  try {
    await prepared(document);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.problems.map(({ message }) => message);
  }
}

describe('backups of data sets', () => {
  it('bring a set back after detection and size over bandwidth, with what was in the last complete one', async () => {
    const { summary } = await runScenario(await prepared(scenario({ backup, changes: '2MB/s' })));
    // 1,800 s a copy. Of 18 h is the last backup that is complete at 20 h.
    expect(summary.figures.dataLoss).toEqual({
      sets: 1,
      withBackup: 1,
      losses: 1,
      restored: 1,
      gone: 0,
      turnedAway: 0,
      recoveryPointS: { mean: 7200, max: 7200 },
      recoveryTimeS: { mean: 360 + 1800, max: 360 + 1800 },
      bySet: [
        {
          dataSet: 'corpus',
          losses: 1,
          restored: 1,
          isGone: false,
          recoveryPointS: { mean: 7200, max: 7200 },
          recoveryTimeS: { mean: 2160, max: 2160 },
          readAgainS: { mean: 2160, max: 2160 },
          changesLostGiB: (2e6 * 7200) / 2 ** 30,
          absentS: 2160,
          turnedAway: 0,
        },
      ],
    });
    expect(summary.figures.all.waitS.max).toBe(2160);
    expect(summary.figures.waitByCause).toContainEqual({ cause: 'data-lost', jobS: 2160, gpuS: 4320 });
  });

  it('that take longer than the distance follow one another, and the scenario is told so', async () => {
    const slow = await prepared(scenario({ backup: { ...backup, every: '10m' } }));
    expect(slow.warnings).toEqual([
      'a backup of data set corpus takes 0.50 h, longer than the 10m from one to the next: each begins when the one before is complete',
    ]);
    // Of 19.5 h is the last one that is complete at 20 h.
    const { summary } = await runScenario(slow);
    expect(summary.figures.dataLoss?.recoveryPointS.mean).toBe(1800);
  });

  it('are kept on nodes of a pool or site that hold no copy, as far apart as there are many', async () => {
    const nodesOf = async (more: object): Promise<unknown> => {
      const { spec } = await prepared(scenario({ backup: { ...backup, ...more } }));
      return spec.data!.keeps[0]!.backup!.nodes;
    };
    expect(await nodesOf({})).toEqual([4]);
    expect(await nodesOf({ to: 'bergen', copies: 2 })).toEqual([4, 5]);
    expect(await nodesOf({ to: 'oslo', copies: 3 })).toEqual([0, 2, 3]);
  });

  it('are missed where there are none: the job can never run, and the summary says so', async () => {
    const { summary } = await runScenario(await prepared(scenario({})));
    expect(summary.figures.jobs.rejected).toBe(1);
    expect(summary.warnings).toContain(
      'data set corpus is gone: every copy was destroyed and no backup of it was complete; 1 jobs that read it can never run and were turned away',
    );
  });

  it.each([
    [
      { backup: { ...backup, to: 'volt' } },
      'data.sets[0].backup.to is "volt"; no pool or site has that name; did you mean "vault"? known: gpu, oslo, vault, bergen',
    ],
    [
      { backup: { ...backup, to: 'gpu', copies: 4 } },
      'data.sets[0].backup.copies is 4; only 3 of the 4 nodes of gpu hold no copy of the set itself; give at most 3',
    ],
  ])('are refused with the mend: %j', async (set, message) => {
    expect(await mistakes(scenario(set))).toEqual([message]);
  });

  it('are of no use where nothing destroys data, and nothing can destroy what is not there', async () => {
    const harmless = await prepared(scenario({ backup }, { components: [broken] }));
    expect(harmless.warnings).toEqual(['data sets have backups, but no fault destroys data; give destroysData to one']);
    expect((await runScenario(harmless)).summary.figures.dataLoss).toBeNull();
    expect(await mistakes(scenario({}, { outages: [flood] }, false))).toEqual([
      'failures.outages[0].destroysData is true; the scenario has no data sets to destroy; give data, or leave it out',
    ]);
    const slow = { ...broken, effect: 'slow', slowFactor: 0.5, destroysData: true };
    expect(await mistakes(scenario({}, { components: [slow] }))).toEqual([
      'failures.components[0].destroysData is true; has no meaning with effect: slow; give effect: stop, or leave it out',
    ]);
  });
});

it('scenarios/region-loss.yaml reads its data back from the other site', async () => {
  const { summary } = await runScenario(await prepareRun(await settleScenario('scenarios/region-loss.yaml')));
  const loss = summary.figures.dataLoss!;
  expect(loss).toMatchObject({ losses: 1, restored: 1, recoveryPointS: { mean: 3 * 3600 } });
  // A health check of the chat service finds the flood after 30 s, before anybody else does.
  expect(loss.recoveryTimeS.mean).toBeCloseTo(30 + (20 * 2 ** 40) / 10e9, 5);
  expect(loss.bySet[0]!.readAgainS.mean).toBe(loss.recoveryTimeS.mean);
  expect(loss.bySet[0]!.changesLostGiB).toBeCloseTo((20e6 * 3 * 3600) / 2 ** 30, 9);
});
