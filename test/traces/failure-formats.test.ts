import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { detectJobFormat } from '../../src/traces/format-detection.ts';
import type { ImportedDownTimes } from '../../src/traces/import-report.ts';
import { importDownTimes } from '../../src/traces/registry.ts';
import { hasShared, needsShared, SHARED } from './shared-data.ts';
import { refusalOf, TraceFolder } from './trace-folder.ts';

const folder = new TraceFolder();
afterAll(() => folder.remove());

/** Down times in s, by node: { node: [[from, to], ...] }. */
function secondsOf({ nodes }: ImportedDownTimes): Record<string, [number, number][]> {
  return Object.fromEntries(
    nodes.map(({ name, downTimes }) => [name, downTimes.map(({ fromUs, toUs }) => [fromUs / 1e6, toUs / 1e6])]),
  );
}

async function imported(format: string, text: string, options = {}): Promise<ImportedDownTimes> {
  return importDownTimes(format, folder.write('f', text), options, 'f');
}

const LANL =
  'System,nodenumz,Prob Started,Prob Fixed,Down Time,Facilities,Hardware,Human Error,Network,Undetermined,Software\n';

describe('a plain list of down times', () => {
  test('keeps the nodes in the order of first mention and joins what overlaps, and says so', async () => {
    const answer = await imported('down-times', 'node,from,to\nb,100,200\na,0,50\nb,150,300\nb,300,310\nb,400,400\n');
    expect(secondsOf(answer)).toEqual({
      b: [
        [100, 310],
        [400, 400],
      ],
      a: [[0, 50]],
    });
    expect(answer.lengthUs).toBe(400e6);
    expect(answer.report.warnings).toEqual([
      '2 down times overlap or continue another of their node; they are merged with it, and their time counts once',
    ]);
    expect(answer.report.recorded).toMatchObject({ nodes: 2, faults: 3, downNodeS: 260 });
  });

  test('takes dates as well as seconds, begins with the first fault, and counts causes', async () => {
    const rows = [
      'a,2024-03-01,2024-03-01T00:10,fan',
      'b,2024-03-01T02:00:00+01:00,,fan',
      'c,2024-03-01 03:00:00Z,2024-03-02,',
    ];
    const answer = await importDownTimes(
      'down-times',
      folder.write('f.gz', gzipSync(`node,from,to,cause\n${rows.join('\n')}\n`)),
    );
    expect(secondsOf(answer)).toEqual({ a: [[0, 600]], b: [[3600, Infinity]], c: [[10800, 86400]] });
    expect(answer.report).toMatchObject({ startDate: '2024-03-01T00:00:00Z', recorded: { 'cause fan': 2 } });
    expect(answer.report.recorded['downNodeS']).toBe(600 + (86400 - 3600) + (86400 - 10800));
  });
});

describe('spot traces', () => {
  test('of counts: the node with the highest number leaves first', async () => {
    const answer = await imported('skypilot', '{"metadata":{"gap_seconds":300},"data":[2,1,0,2,1],"prices":[1]}');
    expect(secondsOf(answer)).toEqual({
      0: [[600, 900]],
      1: [
        [300, 900],
        [1200, 1500],
      ],
    });
    expect(answer.lengthUs).toBe(1500e6);
  });

  test('of counts: the nodes can be more than it ever shows, or fewer', async () => {
    const more = await imported('skypilot', '{"metadata":{"gap_seconds":1},"data":[1,0,1]}', { nodes: 2 });
    expect(secondsOf(more)).toEqual({ 0: [[1, 2]], 1: [[0, 3]] });
    const fewer = await imported('skypilot', '{"metadata":{"gap_seconds":1},"data":[3,1]}', { nodes: 2 });
    expect(secondsOf(fewer)).toEqual({ 0: [], 1: [[1, 2]] });
    expect(fewer.report.warnings).toEqual(['shows up to 3 instances; those beyond 2 (nodes) are not used']);
  });

  test('of dated counts: a line that goes back in time takes back what was said from there on', async () => {
    const looks = ['13:00:00, 2', '13:01:00, 1', '13:02:00, 0', '13:01:30, 2', '13:03:00, 2'];
    const answer = await imported('bamboo-counts', looks.map((look) => `2021-12-10, ${look}\n`).join(''));
    expect(secondsOf(answer)).toEqual({ 0: [], 1: [[60, 90]] });
    expect(answer.report.warnings[0]).toMatch(/^1 lines go back in time \(the first is line 4\)/);
  });

  test('of instances that come and go: each takes the free place with the lowest number', async () => {
    const events = [
      '0,add,a',
      '0,add,b',
      '10,remove,a',
      '20,add,c',
      '30,remove,b',
      '30,add,d',
      '40,remove,c',
      '50,add,e',
      '60,add,f',
    ];
    const answer = await imported('bamboo-events', `${events.join('\n')}\n`);
    expect(secondsOf(answer)).toEqual({
      0: [
        [0.01, 0.02],
        [0.04, 0.05],
      ],
      // Lost and replaced at one instant: whatever ran there is gone all the same.
      1: [[0.03, 0.03]],
      2: [[0, 0.06]],
    });
  });

  test('of logs: a kind in a zone is a node, there from its creation to the first look that finds it gone', async () => {
    const log = [
      ['00', 'Created instance x with 8 GPU(s) of type v100 in zone z'],
      ['05', 'Instance with 1 GPU(s) of type k80 creation failed'],
      ['10', 'Created instance y with 1 GPU(s) of type k80 in zone z'],
      ['20', 'Instance x not running in zone z'],
      ['21', 'Successfully deleted instance x'],
      ['22', 'Instance w not running in zone z'],
      ['30', 'Created instance x2 with 8 GPU(s) of type v100 in zone z'],
      ['31', 'Instance x not running in zone z'],
      ['40', 'Instance y not running in zone z'],
      ['50', 'Instance x2 running in zone z'],
    ];
    const text = log.map(([minute, words]) => `[2020-03-01T10:${minute}:00.000Z] ${words}\n`).join('');
    const answer = await imported('spot-log', text);
    expect(secondsOf(answer)).toEqual({
      'z/v100x8': [[1200, 1800]],
      'z/k80x1': [
        [0, 600],
        [2400, 3000],
      ],
    });
    expect(answer.report).toMatchObject({ read: 10, kept: 9, recorded: { creationsFailed: 1 } });
  });
});

describe('a failure trace that is wrong', () => {
  test.each([
    ['down-times', '', /^f {2}is empty/],
    ['down-times', 'node,from,to\n', /^f {2}holds no records; name a file that does/],
    ['down-times', 'node,from\na,1\n', /^f:1 {2}the header lacks to; there is "node", "from"; add it/],
    ['down-times', 'node,from,to\na,soon,2\n', /^f:2 {2}from is "soon", no number; write seconds, 0 to 100 years/],
    ['down-times', 'node,from,to\na,5,2\n', /^f:2 {2}to is "2", before from; swap them, or mend one/],
    ['down-times', 'node,from,to\n,5,7\n', /^f:2 {2}node is blank; name the node/],
    [
      'down-times',
      'node,from,to\na,5,7\na,2024-01-01,\n',
      /^f:3 {2}from is "2024-01-01", but line 2 has seconds; keep to one/,
    ],
    ['down-times', 'node,from,to\na,2024-01-01,7\n', /^f:2 {2}to is "7", but line 2 has dates; keep to one/],
    [
      'lanl',
      `${LANL}2,0,6/31/2005 10:54,7/1/2005 1:00,6,,x,,,,\n`,
      /^f:2 {2}Prob Started is "6\/31\/2005 10:54"; write it like/,
    ],
    [
      'lanl',
      `${LANL}2,0,6/1/2005 10:54,6/1/2005 11:00,six,,x,,,,\n`,
      /^f:2 {2}Down Time is "six", no number; write minutes/,
    ],
    ['lanl', LANL, /^f {2}holds no records/],
    ['skypilot', '[1, 2]', /^f:1 {2}has no metadata.gap_seconds; it must say the seconds between two looks/],
    ['skypilot', '{"metadata":{"gap_seconds":0},"data":[]}', /^f:1 {2}metadata.gap_seconds is "0"; it must say/],
    ['skypilot', '{"metadata":{"gap_seconds":9}}', /^f:1 {2}has no list "data"/],
    ['skypilot', '{"metadata":{"gap_seconds":9},"data":[]}', /^f {2}holds no records/],
    [
      'skypilot',
      '{"metadata":{"gap_seconds":9},"data":[1,"x",1.5]}',
      /^f:1 {2}data\[1\] is "\\"x\\""; write whole inst[^]*data\[2\]/,
    ],
    ['skypilot', '{"metadata":{"gap_seconds":9},"data":[0,0]}', /^f {2}never shows an instance; say how many nodes/],
    ['skypilot', '{"metadata":{"gap_sec', /^f:1 {2}is not JSON .*; check whether the file is complete/],
    ['bamboo-counts', '2021-12-10, 13:07:45, many\n', /^f:1 {2}count is "many"; write whole instances/],
    ['bamboo-counts', '2021-12-10, 25:07:45, 3\n', /^f:1 {2}"2021-12-10, 25:07:45" is no instant; write it like/],
    ['bamboo-events', '5,add,a\n6,add,a\n', /^f:2 {2}adds "a", which is there already; remove it first/],
    ['bamboo-events', '5,remove,a\n', /^f:1 {2}removes "a", which is not there; add it first/],
    ['bamboo-events', '5,add,a\n4,add,b\n', /^f:2 {2}lies before the line above it; sort the file by time/],
    ['bamboo-events', '5,gone,a\n', /^f:1 {2}is "5,gone,a"; write ms, add or remove, and the instance/],
    ['spot-log', 'hello\n', /^f:1 {2}begins with no instant like/],
    [
      'spot-log',
      '[2020-03-01T10:00:00Z] Instance is fine\n',
      /^f:1 {2}says nothing that such a log says: "Instance is fine"/,
    ],
    [
      'spot-log',
      '[2020-03-01T10:00:00Z] Instance a running in zone z\n',
      /^f {2}leaves no records to run \(1 about an instance/,
    ],
  ])('%s: %j', async (format, text, message) => {
    expect((await refusalOf(imported(format, text))).message).toMatch(message);
  });

  test('a gzip that is cut off is told so', async () => {
    const zipped = gzipSync(`node,from,to\n${'a,1,2\n'.repeat(1000)}`);
    const file = folder.write('cut.gz', zipped.subarray(0, 40));
    const { message } = await refusalOf(importDownTimes('down-times', file, {}, 'f'));
    expect(message).toBe('f  ends early: its gzip data is cut off; download it again');
  });

  test('one that is taken for a list of jobs is told where it belongs', async () => {
    const file = folder.write('g', 'node,from,to\na,1,2\n');
    const { message } = await refusalOf(detectJobFormat(file, 'g'));
    expect(message).toBe('g:1  says when nodes were down (down-times), not jobs; name it under failures.traces');
  });
});

describe.skipIf(!hasShared)(`real failure traces give the figures their sources state${needsShared}`, () => {
  const lanlFile = join(SHARED, 'data/lanl/LA-UR-05-7318-failure-data-1996-2005.csv.gz');

  test('LANL has 23,739 records of 23 systems, 60.4 % hardware, repairs of 352 min in the mean and 59 in the median', async () => {
    const { report } = await importDownTimes('lanl', lanlFile);
    expect(report).toMatchObject({ read: 23_739, kept: 23_739, dropped: [] });
    const { systems, hardwarePercent = 0, repairMeanS = 0, repairMedianS = 0 } = report.recorded;
    expect(systems).toBe(23);
    expect(hardwarePercent.toFixed(1)).toBe('60.4');
    expect((repairMeanS / 60).toFixed(0)).toBe('352');
    expect(repairMedianS / 60).toBe(59);
  });

  test('LANL system 18 failed about 1,196 times a year; records of other systems are left out, and counted', async () => {
    const { nodes, report } = await importDownTimes('lanl', lanlFile, { system: 18 });
    expect(report).toMatchObject({
      read: 23_739,
      kept: 3997,
      dropped: [{ reason: 'of another system', count: 19_742 }],
    });
    expect(report.recorded['recordsPerYear']! / 1196).toBeCloseTo(1, 2);
    expect(nodes).toHaveLength(964);
    expect(nodes.map(({ name }) => Number(name))).toEqual(
      nodes.map(({ name }) => Number(name)).toSorted((a, b) => a - b),
    );
  });

  test('a system that LANL does not have is refused with those it has', async () => {
    const { message } = await refusalOf(importDownTimes('lanl', lanlFile, { system: 1 }, 'f'));
    expect(message).toBe(
      `f  holds no records of system 1; it has ${Array.from({ length: 23 }, (_, at) => at + 2).join(', ')}`,
    );
  });

  test.each([
    ['us-east-1a', 16.7],
    ['us-west-2b', 90.5],
  ])('a V100 in %s was available %f %% of 45.5 days', async (zone, percent) => {
    const file = join(SHARED, `data/spot/skypilot/availability/1-node/aws-02-15-2023/${zone}_v100_1.json.gz`);
    const { lengthUs, report } = await importDownTimes('skypilot', file);
    expect(Number((lengthUs / 86_400e6).toFixed(1))).toBe(45.5);
    expect(Number((100 * report.recorded['availability']!).toFixed(1))).toBe(percent);
  });

  test.each([
    ['skypilot', 'skypilot/preemption/4-node/aws-08-03-2023/us-west-2c_v100_1.json.gz', 4, 5131],
    ['skypilot', 'skypilot/availability/16-node/aws-08-27-2023/us-east-2b_v100_1.json.gz', 16, 3247],
    ['bamboo-events', 'bamboo/p3-trace.csv', 32, 344],
    ['bamboo-events', 'bamboo/g4dn-trace.csv', 24, 153],
    ['bamboo-counts', 'bamboo/v100x1-east1c.txt', 80, 1477],
    ['bamboo-counts', 'bamboo/a100x1-east1b.txt', 64, 268],
    ['spot-log', 'training_on_a_dime/logs_aws_availability_persistent_2020-03-15.out.gz', 8, 2464],
    ['spot-log', 'training_on_a_dime/logs_gcp_availability_persistent_2020-03-01.out.gz', 8, 4521],
    ['spot-log', 'training_on_a_dime/logs_gcp_availability_persistent_2020-03-04.out.gz', 4, 5312],
  ])('%s reads %s: %i nodes, %i records', async (format, file, nodes, records) => {
    const answer = await importDownTimes(format, join(SHARED, 'data/spot', file));
    expect([answer.nodes.length, answer.report.read]).toEqual([nodes, records]);
  });
});
