import { describe, expect, test } from 'vitest';
import { buildCluster, type Cluster, type NodePool } from '../../src/sim/model/cluster.ts';
import { JobList, tableOf, type JobDraft } from '../../src/sim/model/job-list.ts';
import type { JobTable } from '../../src/sim/model/job-table.ts';
import { join } from 'node:path';
import { demandWarnings, tooLarge } from '../../src/traces/demand.ts';
import { importJobs, importNodes } from '../../src/traces/registry.ts';
import { hasShared, needsShared, SHARED } from './shared-data.ts';

const pool = (gpuType: string, nodes: number, gpusPerNode: number): NodePool => ({
  name: gpuType || 'cpu',
  nodes,
  gpusPerNode,
  gpuType,
  cpuMilliPerNode: Infinity,
  memoryMiBPerNode: Infinity,
  labels: {},
  nodesPerRack: 0,
});

function jobsFor(cluster: Cluster, drafts: readonly Partial<JobDraft>[]): JobTable {
  const list = new JobList('test');
  drafts.forEach((draft, index) => list.add({ id: String(index), submitUs: 0, runUs: 1, gpuMilli: 1000, ...draft }));
  return tableOf([list], cluster.gpuTypes);
}

const DAY_US = 86_400e6;
const cluster = buildCluster([pool('T4', 2, 4), pool('A10', 1, 8), pool('', 3, 0), pool('H100', 1, 16)]);

describe('demand', () => {
  // 10 jobs of 8 GPUs, half a day each, over one day: 40 GPUs on average; the cluster has 32.
  const steady = (gpuTypes: readonly string[]): Partial<JobDraft>[] =>
    Array.from({ length: 10 }, (_, i) => ({ submitUs: (i * DAY_US) / 9, runUs: DAY_US / 2, gpuMilli: 8000, gpuTypes }));

  test('above the capacity of the cluster is warned of with its figures', () => {
    expect(demandWarnings(jobsFor(cluster, steady([])), cluster)).toEqual([
      'all jobs over 1.00 days of arrivals ask for 40.0 GPUs on average; the cluster has 32, 125 % of it, ' +
        'so the queue grows for as long as jobs arrive',
    ]);
  });

  test('at the capacity of the cluster is not', () => {
    const exact = buildCluster([pool('T4', 5, 8)]);
    expect(demandWarnings(jobsFor(exact, steady([])), exact)).toEqual([]);
  });

  test('of jobs confined to some types is held against those types, with that of jobs confined to fewer', () => {
    const jobs = jobsFor(cluster, [
      ...steady(['T4', 'A10']).map((job) => ({ ...job, gpuMilli: 2000 })),
      ...steady(['A10']).map((job) => ({ ...job, gpuMilli: 1500 })),
    ]);
    // 10 GPUs for T4 and A10, 10 (shares count as whole GPUs) for A10 alone, which has 8; together 20 of 16.
    expect(demandWarnings(jobs, cluster)).toEqual([
      expect.stringMatching(/^jobs confined to A10 .* ask for 10.0 GPUs .* of these the cluster has 8, 125 % of it/),
      expect.stringMatching(
        /^jobs confined to T4, A10 .* ask for 20.0 GPUs .* of these the cluster has 16, 125 % of it/,
      ),
    ]);
  });

  test('of a single burst, or of no jobs, says nothing', () => {
    expect(demandWarnings(jobsFor(cluster, [{ gpuMilli: 9e6, runUs: DAY_US }]), cluster)).toEqual([]);
    expect(demandWarnings(jobsFor(cluster, []), cluster)).toEqual([]);
  });
});

describe('a job that no empty cluster could hold', () => {
  test('is found with its reason: a gang stays within one type, and within the types it may use', () => {
    const jobs = jobsFor(cluster, [
      { gpuMilli: 16_000 },
      { gpuMilli: 17_000 },
      { gpuMilli: 8000, gpuTypes: ['A10', 'T4'] },
      { gpuMilli: 9000, gpuTypes: ['A10', 'T4'] },
      { gpuMilli: 1000, gpuTypes: ['K80'] },
      { gpuMilli: 0 },
      { gpuMilli: 500, gpuTypes: ['K80', 'T4'] },
    ]);
    expect(tooLarge(jobs, cluster)).toEqual([
      { job: 1, reason: 'it needs 17 GPUs; the most it may use are 16 GPUs of type H100' },
      { job: 3, reason: 'it needs 9 GPUs; the most it may use are 8 GPUs of type T4' },
      { job: 4, reason: 'the cluster has no GPU type that it may use' },
    ]);
  });
});

describe.skipIf(!hasShared)(`real traces against real clusters${needsShared}`, () => {
  test('the plain list synth480 offers 89 % of 8 nodes, efpollux195 more than three times as much', async () => {
    const eight = buildCluster([pool('V100', 8, 8)]);
    const seven = buildCluster([pool('V100', 7, 8)]);
    const table = async (name: string): Promise<JobTable> =>
      tableOf([(await importJobs('plain', join(SHARED, `groundtruth/inputs/${name}.csv`))).jobs], eight.gpuTypes);
    expect(demandWarnings(await table('synth480'), eight)).toEqual([]);
    expect(demandWarnings(await table('synth480'), seven)[0]).toContain('the cluster has 56, 101 % of it');
    expect(demandWarnings(await table('efpollux195'), eight)[0]).toContain('304 % of it');
  });

  test('openb fits its own nodes', async () => {
    const nodes = await importNodes('openb-nodes', join(SHARED, 'data/openb/openb_node_list_all_node.csv'));
    const openb = buildCluster(nodes.pools, nodes.nodeNames);
    const { jobs } = await importJobs('openb-pods', join(SHARED, 'data/openb/openb_pod_list_gpuspec33.csv'));
    const table = tableOf([jobs], openb.gpuTypes);
    expect(tooLarge(table, openb)).toEqual([]);
    expect(demandWarnings(table, openb)).toEqual([]);
  });
});
