import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { tableOf } from '../../src/sim/model/job-list.ts';
import { detectJobFormat } from '../../src/traces/format-detection.ts';
import { importJobs, importNodes, traceFormats } from '../../src/traces/registry.ts';
import { swfLine, TraceFolder } from './trace-folder.ts';

const folder = new TraceFolder();
afterAll(() => folder.remove());

describe('swf', () => {
  const log = [
    '; MaxProcs: 10',
    '; UnixStartTime: 1000',
    swfLine({ 1: 1, 2: 100, 3: 20, 4: 80, 5: 4, 8: 8, 9: 90, 12: 3, 13: 5, 15: 7 }),
    `  ${swfLine({ 1: 2, 2: 150, 4: -1, 5: 0, 8: 2 })} {1,1} extra`,
    swfLine({ 1: 3, 2: 160, 4: 50 }),
  ].join('\r\n');

  test('used processors go before requested ones, jobs with neither are dropped, an unknown run is 0 s', async () => {
    const { jobs, report } = await importJobs('swf', folder.write('a.swf', log));
    expect(jobs.ids).toEqual(['1', '2']);
    expect([...jobs.gpuMilli.subarray(0, 2)]).toEqual([4000, 2000]);
    expect([...jobs.submitUs.subarray(0, 2)]).toEqual([100e6, 150e6]);
    expect([...jobs.runUs.subarray(0, 2)]).toEqual([80e6, 0]);
    expect([...jobs.requestedUs.subarray(0, 2)]).toEqual([90e6, -1]);
    expect(report.dropped).toEqual([
      { reason: 'neither used nor requested processors are known', count: 1, firstLine: 5 },
    ]);
    expect(report.recorded).toMatchObject({ waitMeanS: 20, jobsWithWait: 1, startUnixS: 1000 });
    // 4 processors for 80 s on 10 processors from the first submission (100 s) to the last end (200 s).
    expect(report.recorded['utilisation']).toBe(0.32);
  });

  test.each([
    ['user', ['user-3', 'user-unknown']],
    ['group', ['group-5', 'group-unknown']],
    ['queue', ['queue-7', 'queue-unknown']],
    ['none', ['']],
  ])('tenant: %s names tenants %j', async (tenant, expected) => {
    const { jobs } = await importJobs('swf', folder.write('tenants.swf', log), { tenant });
    expect(jobs.tenants).toEqual(expected);
  });

  test('Unix times as submit times are warned of, and timeZero: first-submit starts at the first job', async () => {
    const file = folder.write('unix.swf', swfLine({ 1: 1, 2: 1356996147, 4: 5, 5: 1 }));
    expect((await importJobs('swf', file)).report.warnings.join()).toContain('timeZero: first-submit');
    const { jobs, report } = await importJobs('swf', file, { timeZero: 'first-submit' });
    expect(jobs.submitUs[0]).toBe(0);
    expect(report.warnings).toEqual([]);
  });

  test('a header field that is no number is ignored with a warning', async () => {
    const file = folder.write(
      'header.swf',
      `; MaxProcs: many\n; MaxNodes: 12 (fat)\n${swfLine({ 1: 1, 2: 0, 4: 5, 5: 1 })}`,
    );
    const { report } = await importJobs('swf', file);
    expect(report.warnings).toEqual(['the header\'s MaxProcs is "many", which is no count; it is ignored']);
    expect(report.recorded['maxNodes']).toBe(12);
    expect(report.recorded).not.toHaveProperty('utilisation');
  });
});

describe('plain', () => {
  test('optional columns are read, in any order, with quotes, a byte order mark, CRLF and gzip', async () => {
    const text =
      '\ufeffduration,job_id,"num_gpu",submit_time,gpu_type,tenant,priority,requested_time,cpus,memory_gib,name,colour\r\n' +
      '10.5,a,0.46,3,T4| A10|T4,"team ""x"", y",-2,60,1.5,2,first,red\r\n\r\n' +
      '20,b,16,2.000001,,,,,,,,\r\n';
    const { jobs, report } = await importJobs('plain', folder.write('named-like-nothing', gzipSync(text)));
    expect(jobs.ids).toEqual(['a', 'b']);
    expect([...jobs.gpuMilli.subarray(0, 2)]).toEqual([460, 16_000]);
    expect([...jobs.submitUs.subarray(0, 2)]).toEqual([3_000_000, 2_000_001]);
    expect([...jobs.runUs.subarray(0, 2)]).toEqual([10_500_000, 20_000_000]);
    expect([...jobs.requestedUs.subarray(0, 2)]).toEqual([60_000_000, -1]);
    expect([...jobs.cpuMilli.subarray(0, 2)]).toEqual([1500, 0]);
    expect([...jobs.memoryMiB.subarray(0, 2)]).toEqual([2048, 0]);
    expect([...jobs.priority.subarray(0, 2)]).toEqual([-2, 0]);
    expect(jobs.constraints[jobs.constraint[0]!]).toEqual(['T4', 'A10']);
    expect(jobs.tenants[jobs.tenant[0]!]).toBe('team "x", y');
    expect([...jobs.line.subarray(0, 2)]).toEqual([2, 4]);
    expect(jobs.names[0]).toBe('first');
    expect(report.warnings[0]).toMatch(/^columns that are not read: "colour"; known: job_id/);
    expect(tableOf([jobs], ['A10']).ids).toEqual(['b', 'a']);
  });
});

describe('pollux', () => {
  const workload =
    'name,application,submit_time,num_replicas,batch_size,runtime_alone_consolidated_s,' +
    'runtime_alone_spread_1gpu_per_node_s,jct_pollux\nncf-2,ncf,135,1,32768,47,47,122\nyolov3-1,yolov3,53,6,16,910,861,726\n';

  test.each([
    ['consolidated', [47e6, 910e6]],
    ['spread', [47e6, 861e6]],
  ])('replicas are GPUs, and run: %s takes the time alone laid so', async (run, expected) => {
    const { jobs, report } = await importJobs('pollux', folder.write('workload.csv', workload), { run });
    expect(jobs.ids).toEqual(['ncf-2', 'yolov3-1']);
    expect([...jobs.gpuMilli.subarray(0, 2)]).toEqual([1000, 6000]);
    expect([...jobs.submitUs.subarray(0, 2)]).toEqual([135e6, 53e6]);
    expect([...jobs.runUs.subarray(0, 2)]).toEqual(expected);
    expect(report.warnings).toEqual([]);
  });
});

describe('gavel', () => {
  const HEADER = 'job_id,job_type,scale_factor,total_steps,arrival_time,steps_per_s_v100,steps_per_s_k80,jct:v4-fifo\n';

  test('jobs of a kind are a class with a speed on each type, and run as long as on the first that they can run on', async () => {
    const text =
      `${HEADER}0,LM,1,1000,0,8,2,125\n1,LM,2,1000,1.25,4,3,9\n2,A3C,1,30,2,0,1.5,9\n3,LM,1,500,3,8,2,9\n` +
      '4,LM,1,500,3,16,2,9\n';
    const { jobs, report } = await importJobs('gavel', folder.write('gavel.csv', text));
    expect(jobs.ids).toEqual(['0', '1', '2', '3', '4']);
    expect(jobs.names).toEqual(['LM', 'LM', 'A3C', 'LM', 'LM']);
    expect([...jobs.gpuMilli.subarray(0, 5)]).toEqual([1000, 2000, 1000, 1000, 1000]);
    expect([...jobs.submitUs.subarray(0, 5)]).toEqual([0, 1_250_000, 2e6, 3e6, 3e6]);
    expect([...jobs.runUs.subarray(0, 5)]).toEqual([125e6, 250e6, 20e6, 62.5e6, 31.25e6]);
    expect(report.warnings).toEqual([]);
    const table = tableOf([jobs], ['k80', '', 'v100']);
    const classOf = (job: number): unknown => {
      const { name, speedByType, stepsPerS } = table.classes[table.jobClass[job]!]!;
      return [name, [...speedByType], [...stepsPerS!]];
    };
    expect([0, 1, 2, 3, 4].map(classOf)).toEqual([
      ['LM', [0.25, 1, 1], [2, 8, 8]],
      ['LM x 2', [0.75, 1, 1], [3, 4, 4]],
      ['A3C', [1, 1, 0], [1.5, 1.5, 0]],
      ['LM', [0.25, 1, 1], [2, 8, 8]],
      ['LM #2', [0.125, 1, 1], [2, 16, 16]],
    ]);
    expect([...table.typeMask].map((mask) => mask & 0b101)).toEqual([0b101, 0b101, 0b001, 0b101, 0b101]);
    expect(() => tableOf([jobs], ['a100'])).toThrow(/job class "LM" states no speed on a100/);
  });

  test('columns that mean nothing to it are told of, answers of other simulators are not', async () => {
    const text = `${HEADER.trim()},colour\n0,LM,1,1000,0,8,2,125,red\n`;
    const { report } = await importJobs('gavel', folder.write('gavel.csv', text));
    expect(report.warnings).toEqual([
      'columns that are not read: "colour"; known: job_id, job_type, scale_factor, total_steps, arrival_time, steps_per_s_TYPE',
    ]);
  });

  test('a list is told by its look', async () => {
    expect(await detectJobFormat(folder.write('any.csv', `${HEADER}0,LM,1,1,0,8,2,1\n`))).toBe('gavel');
  });
});

describe('philly', () => {
  test('instant 0 is the first submission, wherever in the file it stands', async () => {
    const text =
      'timestamp,duration,num_gpus,gpu_time,cluster\n2017-10-09 00:00:10,5,2,10,x\n2017-10-08 23:59:50,7,1,7,y\n';
    const { jobs, report } = await importJobs('philly-jobs', folder.write('jobs.csv', text), { tenant: 'none' });
    expect([...jobs.submitUs.subarray(0, 2)]).toEqual([20e6, 0]);
    expect(jobs.ids).toEqual(['1', '2']);
    expect(jobs.tenants).toEqual(['']);
    expect(report.startDate).toBe('2017-10-08T23:59:50Z');
  });

  const attempt = (from: string, to: string | null) => ({
    start_time: `2017-10-07 ${from}`,
    end_time: to && `2017-10-07 ${to}`,
  });
  const entries = [
    {
      id: 'a',
      num_gpus: 8,
      submitted_time: '2017-10-07 01:00:00',
      attempts: [attempt('01:00:30', '01:01:30'), attempt('01:02:00', '01:02:10')],
    },
    { id: 'b', num_gpus: 1, submitted_time: '2017-10-07 00:00:00', attempts: [] },
    { id: 'c', num_gpus: 1, submitted_time: '2017-10-07 02:00:00', attempts: [attempt('02:00:00', null)] },
  ];

  test.each([
    ['sum', 70e6],
    ['last', 10e6],
  ])("run: %s gives the attempts' %d us; jobs that never started or have no end are dropped", async (run, runUs) => {
    const file = folder.write('attempts.json', `\ufeff${JSON.stringify(entries, null, 1)}`);
    const { jobs, report } = await importJobs('philly-attempts', file, { run });
    expect([...jobs.runUs.subarray(0, jobs.count)]).toEqual([runUs]);
    expect([...jobs.line.subarray(0, 1)]).toEqual([2]);
    expect(report.recorded).toMatchObject({ waitMeanS: 30, jobsRetried: 1 });
    expect(report.dropped.map(({ count }) => count)).toEqual([1, 1]);
    expect(report.dropped[1]?.firstLine).toBe(
      JSON.stringify(entries, null, 1)
        .split('\n')
        .findIndex((l) => l.includes('"c"')),
    );
  });
});

describe('openb', () => {
  const header =
    'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time';

  test('run is deletion - scheduled; a lifetime stands in for pods never scheduled; a share stays a fraction', async () => {
    const text = `${header}\np0,100,10,1,460,,LS,Running,10,110,30\np1,0,0,4,1000,T4|A10,BE,Pending,20,50,\np2,7,8,0,0,,LS,Failed,0,110,5\n`;
    const { jobs, report } = await importJobs('openb-pods', folder.write('pods.csv', text));
    expect([...jobs.runUs.subarray(0, 3)]).toEqual([80e6, 30e6, 105e6]);
    expect([...jobs.gpuMilli.subarray(0, 3)]).toEqual([460, 4000, 0]);
    expect([...jobs.cpuMilli.subarray(0, 3)]).toEqual([100, 0, 7]);
    expect(jobs.tenants).toEqual(['LS', 'BE']);
    expect(report.recorded).toMatchObject({
      waitMeanS: 12.5,
      podsNeverScheduled: 1,
      podsConstrained: 1,
      podsWithShare: 1,
    });
    // 4 GPUs x 30 s of (80 + 120) GPU-seconds.
    expect(report.warnings[0]).toContain('60.00 % of all GPU time');
    expect(report.warnings[1]).toContain('2 pods end at the last instant of the file (110 s)');
  });

  test('consecutive like nodes are one pool, and a name that is taken is passed over', async () => {
    const rows = ['a,1000,5,2,T4', 'b,1000,5,2,T4', 'c,1000,5,0,', 'd,1000,5,8,T4-2', 'e,1000,5,2,T4'];
    const file = folder.write('nodes.csv', `sn,cpu_milli,memory_mib,gpu,model\n${rows.join('\n')}\n`);
    const { pools, nodeNames } = await importNodes('openb-nodes', file);
    expect(pools.map(({ name, nodes, gpuType }) => [name, nodes, gpuType])).toEqual([
      ['T4', 2, 'T4'],
      ['cpu', 1, ''],
      ['T4-2', 1, 'T4-2'],
      ['T4-3', 1, 'T4'],
    ]);
    expect(nodeNames).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('registry', () => {
  test('every format says what it is and where it comes from, under a name of its own', () => {
    expect(new Set(traceFormats.map(({ name }) => name)).size).toBe(traceFormats.length);
    for (const { summary, source, options } of traceFormats) {
      expect(summary).not.toBe('');
      expect(source).not.toBe('');
      for (const option of Object.values(options)) {
        expect(option.description).not.toBe('');
        expect(option.type !== 'string' || option.enum.includes(option.default)).toBe(true);
      }
    }
  });

  test('an unknown format, option or value of an option is refused', async () => {
    await expect(importJobs('swff', 'x')).rejects.toThrow('"swff" is no such format; known: gavel, openb-pods');
    await expect(importJobs('openb-nodes', 'x')).rejects.toThrow(RangeError);
    await expect(importNodes('swf', 'x')).rejects.toThrow(RangeError);
    await expect(importJobs('swf', 'x', { tenants: 'user' })).rejects.toThrow(
      'no option "tenants"; known: tenant, timeZero',
    );
    await expect(importJobs('swf', 'x', { tenant: 'me' })).rejects.toThrow('tenant cannot be "me"');
    await expect(importJobs('plain', 'x', { toString: 1 })).rejects.toThrow('no option "toString"; known: cpus');
  });

  test('a log named .swf, or one that looks like it, is told by that', async () => {
    expect(await detectJobFormat(folder.write('odd.SWF.gz', gzipSync('nothing')))).toBe('swf');
    expect(await detectJobFormat(folder.write('log.txt', swfLine({ 1: 1, 2: 3 })))).toBe('swf');
  });
});
