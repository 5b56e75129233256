import * as fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ScenarioError } from '../../src/scenario/problems.ts';
import { prepareRun } from '../../src/scenario/resolve/prepare.ts';
import { spreadCopies } from '../../src/scenario/resolve/spread-copies.ts';
import { settleScenario } from '../../src/scenario/settle.ts';
import { runScenario } from '../../src/study/run-scenario.ts';
import { RandomStreams } from '../../src/sim/kernel/random.ts';
import { domainsOf } from '../../src/sim/model/domains.ts';
import { clusterOf } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function scenario(data: string, workload: string, placement = 'delay-scheduling'): string {
  const file = join(folder, `${files++}.yaml`);
  const text = `name: data
cluster:
  pools: [{ name: gpu, nodes: 6, gpusPerNode: 2, nodesPerRack: 2 }]
${data}workload:
${workload}policies: { scheduling: fifo-skip, placement: ${placement} }
`;
  writeFileSync(file, text);
  return file;
}

async function mistakes(file: string): Promise<string[]> {
  try {
    await prepareRun(await settleScenario(file));
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.problems.map(({ place, message }) => `${place.slice(place.lastIndexOf(':'))} ${message}`);
  }
}

const bandwidths = '  rackBandwidth: 1GB/s\n  remoteBandwidth: 500MB/s\n';
const oneJob = '  jobs: [{ id: a, gpus: 1, submit: 0s, run: 60s, dataSet: crawl-2 }]\n';
const crawl = `data:\n${bandwidths}  sets: [{ name: crawl, number: 3, size: 10GB, nodes: [gpu/5, gpu/1] }]\n`;

describe('data sets of a scenario', () => {
  it('stand on the nodes given, cost size over bandwidth, and jobs name one of them', async () => {
    const { spec } = await prepareRun(await settleScenario(scenario(crawl, oneJob)));
    expect(spec.data?.names).toEqual(['crawl-1', 'crawl-2', 'crawl-3']);
    expect(spec.data?.copies.map((stretches) => Array.from(stretches))).toEqual([1, 2, 3].map(() => [1, 2, 5, 6]));
    expect(spec.data?.racks.map((stretches) => Array.from(stretches))).toEqual([1, 2, 3].map(() => [0, 2, 4, 6]));
    expect(Array.from(spec.data!.readUs.slice(0, 3))).toEqual([0, 10e6, 20e6]);
    expect(Array.from(spec.jobs.dataSet)).toEqual([1]);
  });

  it('show in the summary how near jobs ran, and what a placement that does not look at them costs', async () => {
    const near = await runScenario(await prepareRun(await settleScenario(scenario(crawl, oneJob))));
    expect(near.summary.figures.dataLocality).toEqual({ jobs: 1, node: 1, rack: 0, any: 0, readS: 0 });
    const far = await runScenario(await prepareRun(await settleScenario(scenario(crawl, oneJob, 'best-fit'))));
    expect(far.summary.figures.dataLocality).toEqual({ jobs: 1, node: 0, rack: 1, any: 0, readS: 10 });
    expect(far.summary.figures.endS).toBe(70);
  });

  it('are none where the scenario has none: the summary says so, and a placement near data warns', async () => {
    const plain = '  jobs: [{ id: a, gpus: 1, submit: 0s, run: 60s }]\n';
    const { warnings } = await prepareRun(await settleScenario(scenario('', plain)));
    expect(warnings).toEqual([expect.stringContaining('no job reads a data set')]);
    const unread = await prepareRun(await settleScenario(scenario(crawl, plain)));
    expect(unread.warnings).toEqual(['data sets are given, but no job reads one']);
    expect((await runScenario(unread)).summary.figures.dataLocality).toBeNull();
  });

  it('are drawn by synthetic jobs as their weights say, by Zipf within a name, and move no other draw', async () => {
    const synthetic = (mix: string): string =>
      `  synthetic: [{ name: s, jobs: 6000, arrivals: { ratePerHour: 60 }, gpus: { values: [1, 2] }, run: { kind: deterministic, value: 1m }${mix} }]\n`;
    const mixed = ', dataSets: [{ name: crawl, weight: 3, zipf: 1 }, { name: text }]';
    const sets = `data:\n${bandwidths}  sets: [{ name: crawl, number: 3, size: 10GB }, { name: text, size: 1GB }]\n`;
    const { spec } = await prepareRun(await settleScenario(scenario(sets, synthetic(mixed))));
    const shares = [0, 1, 2, 3].map((set) => spec.jobs.dataSet.filter((one) => one === set).length / 6000);
    // 3/4 in the ratio 1 : 1/2 : 1/3, and 1/4; three standard errors of a share are below 0.02.
    [0.75 * (6 / 11), 0.75 * (3 / 11), 0.75 * (2 / 11), 0.25].forEach((share, set) =>
      expect(Math.abs(shares[set]! - share)).toBeLessThan(0.02),
    );
    const without = await prepareRun(await settleScenario(scenario(sets, synthetic(''))));
    expect(without.spec.jobs.gpus).toEqual(spec.jobs.gpus);
    expect(without.spec.jobs.submitUs).toEqual(spec.jobs.submitUs);
  });

  it('are named by traces in a column of their own', async () => {
    writeFileSync(
      join(folder, 'jobs.csv'),
      'job_id,num_gpu,submit_time,duration,data_set\na,1,0,60,crawl-3\nb,1,0,60,\n',
    );
    const { spec } = await prepareRun(
      await settleScenario(scenario(crawl, '  traces: [{ format: plain, file: jobs.csv, speed: 2 }]\n')),
    );
    expect(Array.from(spec.jobs.dataSet)).toEqual([2, -1]);
    writeFileSync(join(folder, 'bad.csv'), 'job_id,num_gpu,submit_time,duration,data_set\na,1,0,60,crawl\n');
    const bad = scenario(crawl, '  traces: [{ format: plain, file: bad.csv }]\n');
    expect(await mistakes(bad)).toEqual([
      expect.stringMatching(/^:2 data_set is "crawl"; the scenario has no such data set; did you mean "crawl-1"/),
    ]);
  });

  it.each([
    ['a set that is not there', crawl, oneJob.replace('crawl-2', 'crawl-4'), /crawl-4.*no data set has that name/],
    ['data that nobody declared', '', oneJob, /declare it under data.sets/],
    ['a node that is not there', crawl.replace('gpu/5', 'gpu/6'), oneJob, /gpu\/6.*no such node.*gpu\/0/],
    ['copies beside nodes', crawl.replace('size:', 'copies: 2, size:'), oneJob, /stands beside nodes/],
    ['two sets of one name', crawl.replace('}]', '}, { name: crawl-2, size: 1GB }]'), oneJob, /give each its own name/],
    ['a set without size', crawl.replace('size: 10GB, ', ''), oneJob, /size/],
  ])('refuse %s, and say the mend', async (_, data, workload, message) => {
    expect(await mistakes(scenario(data, workload))).toEqual([expect.stringMatching(message)]);
  });
});

describe('copies are spread as HDFS spreads them', () => {
  const pools = fc.record({ nodes: fc.integer({ min: 1, max: 30 }), nodesPerRack: fc.integer({ min: 0, max: 8 }) });

  it('one a node; the second in another rack, the third beside the second, no more in a rack than allowed', () => {
    const met = { plenty: 0, many: 0 };
    fc.assert(
      fc.property(pools, fc.integer({ min: 1, max: 10 }), fc.nat(), (pool, copies, luck) => {
        const cluster = clusterOf([{ ...pool, gpusPerNode: 1 }]);
        const { domainOf, count } = domainsOf(cluster, 'rack');
        const nodes = spreadCopies(copies, cluster, new RandomStreams(luck).stream('data copies', 'a'));
        expect(nodes).toHaveLength(Math.min(copies, pool.nodes));
        expect(new Set(nodes).size).toBe(nodes.length);
        const [first, second, third] = nodes.map((node) => domainOf[node]!);
        if (count > 1 && nodes.length > 1) expect(second).not.toBe(first);
        const sizeOf = (rack: number): number => domainOf.filter((one) => one === rack).length;
        if (count > 1 && nodes.length > 2 && sizeOf(second!) > 1) {
          met.plenty++;
          expect(third).toBe(second);
        }
        const most = Math.floor((copies - 1) / count) + 2;
        const room = Array.from({ length: count }, (_, rack) => Math.min(most, sizeOf(rack)));
        if (room.reduce((sum, here) => sum + here, 0) < nodes.length) return;
        met.many++;
        for (let rack = 0; rack < count; rack++) {
          expect(nodes.filter((node) => domainOf[node] === rack).length).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 500, seed },
    );
    expect(met.plenty).toBeGreaterThan(100);
    expect(met.many).toBeGreaterThan(200);
  });

  it('on every node equally often', () => {
    const cluster = clusterOf([{ nodes: 12, gpusPerNode: 1, nodesPerRack: 3 }]);
    const counts = new Int32Array(12);
    const streams = new RandomStreams(1);
    for (let set = 0; set < 4000; set++) {
      for (const node of spreadCopies(3, cluster, streams.stream('data copies', set))) counts[node]!++;
    }
    // 1,000 each on average; the standard error is about 27.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(100);
  });
});
