import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JobList } from '../../src/sim/model/job-list.ts';
import { detectJobFormat } from '../../src/traces/format-detection.ts';
import { importJobs, importNodes } from '../../src/traces/registry.ts';
import { hasShared, needsShared, SHARED } from './shared-data.ts';
import { refusalOf } from './trace-folder.ts';

const at = (path: string): string => join(SHARED, path);
const rounded = (value: number | undefined, digits: number): number => Number(value?.toFixed(digits));

function shareOf(jobs: JobList, isCounted: (gpuMilli: number) => boolean): number {
  return rounded((100 * jobs.gpuMilli.subarray(0, jobs.count).filter(isCounted).length) / jobs.count, 1);
}

describe.skipIf(!hasShared)(`real traces give the figures their sources state${needsShared}`, () => {
  test.each([
    ['KTH-SP2-1996-2.1-cln', 27_992, 15_348, 0.686, 100],
    ['SDSC-BLUE-2000-4.2-cln', 243_306, 32_195, 0.769, 1152],
    ['UniLu-Gaia-2014-1', 51_987, 885, 0.452, 2004],
  ])('%s has %i jobs, a mean wait of %i s and utilisation %f', async (log, jobs, waitS, utilisation, procs) => {
    const { report } = await importJobs('swf', at(`data/swf/${log}.swf.gz`));
    expect(report.read).toBe(jobs);
    expect(report.kept).toBe(jobs);
    expect(rounded(report.recorded['waitMeanS'], 0)).toBe(waitS);
    expect(rounded(report.recorded['utilisation'], 3)).toBe(utilisation);
    expect(report.recorded['maxProcs']).toBe(procs);
  });

  test('KTH says of itself where and when it ran, and that this copy lacks 484 of its records', async () => {
    const { report } = await importJobs('swf', at('data/swf/KTH-SP2-1996-2.1-cln.swf.gz'));
    expect(report.startDate).toBe('1996-09-23T12:00:31Z');
    expect(report.notes).toMatchObject({ computer: 'IBM SP2', timeZone: 'Europe/Stockholm' });
    expect(report.warnings).toContain('the header promises 28,476 records, but the file holds 27,992');
  });

  test('wagap, with its extra columns, has 17,900 jobs; two with a negative run run for 0 s', async () => {
    const { jobs, report } = await importJobs('swf', at('data/wagap/wagap-2013.swf.gz'), { timeZero: 'first-submit' });
    expect(report.kept).toBe(17_900);
    expect(jobs.submitUs[0]).toBe(0);
    expect(report.warnings).toEqual(['2 jobs have no recorded run time (it is negative); they run for 0 s']);
  });

  test('Philly has 82,247 jobs of 15 virtual clusters, mean run 13,136 s, median 1,144 s', async () => {
    const { jobs, report } = await importJobs('philly-jobs', at('data/philly/philly_sia_82k_jobs.csv.gz'));
    expect(report.kept).toBe(82_247);
    expect(report.recorded['tenants']).toBe(15);
    expect(rounded(report.recorded['runMeanS'], 0)).toBe(13_136);
    expect(report.recorded['runMedianS']).toBe(1144);
    // 107,235 GPUs over 82,247 jobs: 1.304. The shared notes say 1.31, which these rows do not give.
    expect(rounded(report.recorded['gpusMean'], 3)).toBe(1.304);
    expect(report.startDate).toBe('2017-09-04T10:30:41Z');
    expect(Math.min(...jobs.submitUs.subarray(0, jobs.count))).toBe(0);
  });

  test('Philly with attempts has 816 jobs with 2 to 5 attempts, waits of 3,710 s in the mean and 57 s in the median', async () => {
    const file = at('data/philly/philly_attempts_3034_jobs_marwage.json.gz');
    const { report } = await importJobs('philly-attempts', file);
    expect(report.kept).toBe(3034);
    expect(report.recorded).toMatchObject({ jobsRetried: 816, attemptsMax: 5, waitMedianS: 57, jobsWithWait: 3034 });
    expect(rounded(report.recorded['waitMeanS'], 0)).toBe(3710);
  });

  test('Philly has 552 machines with 2,490 GPUs by one list and 3,205 by the other, and the report says so', async () => {
    const nodes = await importNodes('philly-machines', at('data/philly/cluster_machine_list'));
    expect(nodes.report.recorded).toMatchObject({ nodes: 552, gpus: 2490 });
    expect(nodes.report.warnings[0]).toContain('disagree');
    const revised = await importNodes('philly-machines', at('data/philly/revised_machine_list.csv'));
    expect(revised.report.recorded).toMatchObject({ nodes: 552, gpus: 3205 });
  });

  test('openb has 1,523 nodes, 1,213 with GPUs, 6,212 GPUs, in pools that keep the order of its nodes', async () => {
    const { pools, nodeNames, report } = await importNodes(
      'openb-nodes',
      at('data/openb/openb_node_list_all_node.csv'),
    );
    expect(report.recorded).toEqual({ nodes: 1523, nodesWithGpu: 1213, gpus: 6212 });
    expect(pools.reduce((sum, pool) => sum + pool.nodes, 0)).toBe(1523);
    expect(new Set(pools.map((pool) => pool.name)).size).toBe(pools.length);
    expect(nodeNames).toHaveLength(1523);
    expect([nodeNames[0], nodeNames[1522]]).toEqual(['openb-node-0000', 'openb-node-1522']);
    expect(pools[0]).toMatchObject({ name: 'cpu', nodes: 81, gpuType: '', gpusPerNode: 0, cpuMilliPerNode: 32_000 });
  });

  test('openb has 8,152 pods: 13.3, 37.8, 48.0 and 0.9 % ask for none, a share, one and several GPUs', async () => {
    const { jobs, report } = await importJobs('openb-pods', at('data/openb/openb_pod_list_default.csv'));
    expect(report.kept).toBe(8152);
    expect(shareOf(jobs, (gpuMilli) => gpuMilli === 0)).toBe(13.3);
    expect(shareOf(jobs, (gpuMilli) => gpuMilli > 0 && gpuMilli < 1000)).toBe(37.8);
    expect(shareOf(jobs, (gpuMilli) => gpuMilli === 1000)).toBe(48);
    expect(shareOf(jobs, (gpuMilli) => gpuMilli > 1000)).toBe(0.9);
    expect(report.recorded).toMatchObject({ podsNeverScheduled: 897, podsConstrained: 0, jobsWithWait: 7255 });
    expect(rounded(report.recorded['waitMeanS'], 1)).toBe(61.3);
    expect(report.warnings[0]).toContain('897 pods were never scheduled');
  });

  test('pods that never started can be left out, and the report counts them', async () => {
    const file = at('data/openb/openb_pod_list_default.csv');
    const { jobs, report } = await importJobs('openb-pods', file, { neverStarted: 'drop' });
    expect(jobs.count).toBe(7255);
    expect(report.dropped).toMatchObject([{ count: 897 }]);
    expect(report.read).toBe(report.kept + 897);
  });

  test('33.8 % of the pods with GPUs in gpuspec33 are confined to GPU types', async () => {
    const { jobs, report } = await importJobs('openb-pods', at('data/openb/openb_pod_list_gpuspec33.csv'));
    const { podsConstrained = 0, podsWithGpu = 0 } = report.recorded;
    expect(rounded((100 * podsConstrained) / podsWithGpu, 1)).toBe(33.8);
    expect(jobs.constraints).toContainEqual(['V100M16', 'V100M32']);
    expect(jobs.constraints.every((types) => new Set(types).size === types.length)).toBe(true);
  });

  test('pod lists without times are refused with what to use instead', async () => {
    const error = await refusalOf(
      importJobs('openb-pods', at('data/openb/openb_pod_list_multigpu20.csv'), {}, 'pods.csv'),
    );
    expect(error.message).toMatch(/^pods\.csv:1 {2}the header lacks creation_time.*no times.*openb_pod_list_default/);
  });

  test.each([
    ['tiresias60', 60],
    ['synth480', 480],
    ['efpollux195', 195],
  ])('the plain list %s has %i jobs', async (name, count) => {
    const { jobs, report } = await importJobs('plain', at(`groundtruth/inputs/${name}.csv`));
    expect(report.kept).toBe(count);
    expect(jobs.ids[count - 1]).toBe(String(count - 1));
  });

  test.each([
    ['data/swf/KTH-SP2-1996-2.1-cln.swf.gz', 'swf'],
    ['data/wagap/wagap-2013.swf.gz', 'swf'],
    ['data/philly/philly_sia_82k_jobs.csv.gz', 'philly-jobs'],
    ['data/philly/philly_attempts_3034_jobs_marwage.json.gz', 'philly-attempts'],
    ['data/openb/openb_pod_list_gpushare40.csv', 'openb-pods'],
    ['data/openb/openb_pod_list_multigpu50.csv', 'openb-pods'],
    ['groundtruth/inputs/synth480.csv', 'plain'],
  ])('%s is told to be %s', async (path, format) => {
    expect(await detectJobFormat(at(path))).toBe(format);
  });

  test.each(['data/openb/openb_node_list_gpu_node.csv', 'data/philly/cluster_machine_list'])(
    'the node list %s is not taken for jobs',
    async (path) => {
      expect((await refusalOf(detectJobFormat(at(path)))).message).toContain('lists nodes');
    },
  );
});
