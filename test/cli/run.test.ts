import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Summary } from '../../src/sim/record/summary.ts';
import { call, put, smallScenario, temporaryFolder } from './call.ts';

const folder = temporaryFolder();
const small = put(folder, 'small.yaml', smallScenario);

async function summaryOf(...argv: readonly string[]): Promise<Summary> {
  const { code, out, err } = await call('run', ...argv, '--json');
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as Summary;
}

describe('plimsoll run', () => {
  test('prints a summary and writes nothing without --out', async () => {
    const before = readdirSync(folder);
    const { code, out, err } = await call('run', small);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('small: 2 nodes, 8 GPUs, seed 1');
    expect(out).toContain('5 of 5 finished');
    expect(readdirSync(folder)).toEqual(before);
  });

  test('--out writes all four files, and the same bytes again', async () => {
    const out = join(folder, 'deep', 'out');
    const first = await call('run', small, '--out', out);
    expect(first.code).toBe(0);
    expect(first.err).toContain(`wrote jobs.csv, timeseries.csv, report.html, summary.json to ${out}`);
    expect(readdirSync(out).sort()).toEqual(['jobs.csv', 'report.html', 'summary.json', 'timeseries.csv']);
    const content = readdirSync(out).map((file) => readFileSync(join(out, file), 'utf8'));
    expect((await call('run', small, '--out', out)).code).toBe(0);
    expect(readdirSync(out).map((file) => readFileSync(join(out, file), 'utf8'))).toEqual(content);
    expect(readFileSync(join(out, 'summary.json'), 'utf8')).toBe((await call('run', small, '--json')).out);
  });

  test('jobs.csv has a line a job, in seconds, without trailing zeros', async () => {
    const out = join(folder, 'jobs');
    await call('run', small, '--out', out);
    // "three" needs all 8 GPUs and waits for "two", which EASY let start at 3600 s; "four" and "five" fit beside it.
    expect(readFileSync(join(out, 'jobs.csv'), 'utf8').trimEnd().split('\n')).toEqual([
      'job_id,name,tenant,submit_s,start_s,end_s,wait_s,run_s,gpus,nodes,preemptions,restarts,state,wait_cause,deadline_s,data_locality',
      'one,,red,0,0,3600,0,3600,8,2,0,0,done,,,',
      'two,,blue,60,3600,5400,3540,1800,4,1,0,0,done,no-capacity,,',
      'three,,,120,5400,5410.5,5280,10.5,8,2,0,0,done,no-capacity,,',
      'four,,,180,3600,3600.000001,3420,0.000001,1,1,0,0,done,no-capacity,,',
      'five,,,7200,7200,7200,0,0,1,1,0,0,done,,,',
    ]);
  });

  test('jobs cut off by the horizon say so', async () => {
    const out = join(folder, 'cut');
    const { err } = await call('run', small, '--out', out, '--set', 'horizon=4000');
    expect(err).toContain('warning: at the end of the run 1 jobs still ran and 1 still waited');
    const lines = readFileSync(join(out, 'jobs.csv'), 'utf8').split('\n');
    expect(lines[2]).toBe('two,,blue,60,3600,,3540,400,4,1,0,0,running,no-capacity,,');
    expect(lines[3]).toBe('three,,,120,,,3880,,8,0,0,0,waiting,no-capacity,,');
    expect(lines[5]).toBe('five,,,7200,,,,,1,0,0,0,not-submitted,,,');
  });

  test('text that a spreadsheet would run gets a quote before it; commas and quotes survive', async () => {
    const file = put(
      folder,
      'text.yaml',
      smallScenario
        .replace('tenant: red', 'tenant: "=HYPERLINK(1)"')
        .replace('tenant: blue', `tenant: 'a,"b"', name: "-2+3"`)
        .replace('id: three', 'id: "-3"'),
    );
    const out = join(folder, 'text');
    await call('run', file, '--out', out);
    const lines = readFileSync(join(out, 'jobs.csv'), 'utf8').split('\n');
    expect(lines[1]).toMatch(/^one,,'=HYPERLINK\(1\),/);
    expect(lines[2]).toMatch(/^two,'-2\+3,"a,""b""",60,/);
    expect(lines[3]).toMatch(/^-3,,,120,/);
  });

  test('a failed run leaves an earlier output as it was', async () => {
    const out = join(folder, 'kept');
    await call('run', small, '--out', out);
    const before = readFileSync(join(out, 'summary.json'), 'utf8');
    expect((await call('run', small, '--out', out, '--set', 'cluster.pools[0].nodes=1')).code).toBe(2);
    expect(readFileSync(join(out, 'summary.json'), 'utf8')).toBe(before);
    expect(readdirSync(out)).toHaveLength(4);
  });

  test('fills an empty folder', async () => {
    const out = join(folder, 'bare');
    mkdirSync(out);
    expect((await call('run', small, '--out', out)).code).toBe(0);
    expect(readdirSync(out)).toHaveLength(4);
  });
});

describe('fingerprint and hash', () => {
  const quick = 'scenarios/quickstart.yaml';
  const short = ['--set', 'workload.synthetic[0].duration=3d'];

  test('are the same with --out, and when a default is set to itself', async () => {
    const plain = await summaryOf(quick, ...short);
    const written = await summaryOf(quick, ...short, '--out', join(folder, 'quick'));
    const same = await summaryOf(quick, ...short, '--set', 'preemption.resumeOverhead=0s', '--set', 'seed=1');
    for (const other of [written, same]) {
      expect(other.fingerprint).toBe(plain.fingerprint);
      expect(other.scenario.hash).toBe(plain.scenario.hash);
    }
  });

  test('are others with another seed', async () => {
    const [one, two] = [await summaryOf(quick, ...short), await summaryOf(quick, ...short, '--seed', '2')];
    expect(two.fingerprint).not.toBe(one.fingerprint);
    expect(two.scenario.hash).not.toBe(one.scenario.hash);
    expect(two.seed).toBe(2);
  });
});

describe('the same, but on my log and my cluster', () => {
  const trace = put(folder, 'mine.csv', 'job_id,num_gpu,submit_time,duration\na,2,0,100\nb,2,10,100\nc,1,20,5\n');
  const swf = `name: t
cluster: {pools: [{name: a, nodes: 1, gpusPerNode: 1}]}
workload:
  traces:
    - {format: swf, file: nowhere.swf, tenant: group, speed: 2}
policies: {scheduling: fifo, placement: count}
`;
  const file = put(folder, 'swf.yaml', swf);

  test('--trace takes the place of the first trace, --nodes of the size of the first pool', async () => {
    const { code, out, err } = await call('run', file, '--trace', trace, '--nodes', '2', '--json');
    expect(code).toBe(0);
    expect(err).toContain('warning: --trace');
    expect(err).toContain('tenant is an option of "swf" and was left out');
    const summary = JSON.parse(out) as Summary;
    expect(summary.scenario.resolved).toMatchObject({
      cluster: { pools: [{ nodes: 2 }] },
      workload: { traces: [{ format: 'plain', file: 'mine.csv', speed: 2 }] },
    });
    // Arrivals twice as fast: a at 0, b at 5 s waits for it until 100 s, c at 10 s waits for both until 200 s.
    expect(summary.figures.all.waitS.mean).toBeCloseTo((0 + 95 + 190) / 3, 9);
    expect(summary.imports[0]).toMatchObject({ format: 'plain', file: 'mine.csv', read: 3, kept: 3 });
  });

  test('limit takes the first jobs by submission and says so', async () => {
    const { imports, figures } = await summaryOf(
      file,
      '--trace',
      trace,
      '--nodes',
      '2',
      '--set',
      'workload.traces[0].limit=2',
    );
    expect(figures.jobs.submitted).toBe(2);
    expect(imports[0]).toMatchObject({
      read: 3,
      kept: 2,
      dropped: [{ reason: 'beyond the first 2 jobs (limit)', count: 1 }],
    });
  });

  test('a name before the ids lets two traces share them', async () => {
    const both = put(
      folder,
      'both.yaml',
      swf
        .replace(
          / {4}- .*/,
          '    - {format: plain, file: mine.csv}\n    - {format: plain, file: mine.csv, name: again}',
        )
        .replace('nodes: 1', 'nodes: 2'),
    );
    const out = join(folder, 'both');
    expect((await call('run', both, '--out', out)).code).toBe(0);
    const ids = readFileSync(join(out, 'jobs.csv'), 'utf8')
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(',')[0]);
    expect(ids).toEqual(['a', 'again/a', 'b', 'again/b', 'c', 'again/c']);
  });

  test('jobs larger than the cluster are dropped where the scenario says so', async () => {
    const { imports, figures } = await summaryOf(
      file,
      '--trace',
      trace,
      '--set',
      'workload.traces[0].largerThanCluster=drop',
    );
    expect(figures.jobs.submitted).toBe(1);
    expect(imports[0]).toMatchObject({ read: 3, kept: 1, dropped: [{ count: 2, firstLine: 2 }] });
  });
});

describe('estimates', () => {
  // Two GPUs; "long" holds one until 100 s. "wide" needs both. "late" would run 60 s and says 200 s.
  const text = `name: e
cluster: {pools: [{name: a, nodes: 2, gpusPerNode: 1}]}
workload:
  jobs:
    - {id: long, gpus: 1, submit: 0, run: 100, requested: 100}
    - {id: wide, gpus: 2, submit: 1, run: 10, requested: 10}
    - {id: late, gpus: 1, submit: 2, run: 60, requested: 200}
policies: {scheduling: easy-backfill, placement: count}
`;
  const file = put(folder, 'estimates.yaml', text);

  test.each([
    ['exact', 0],
    ['requested', 108],
    ['max-requested-run', 108],
  ])('%s decide what may be backfilled', async (source, waitS) => {
    const { figures, policies } = await summaryOf(file, '--set', `policies.estimates=${source}`);
    expect(figures.all.waitS.max).toBe(Math.max(waitS, 99));
    expect(policies.find(({ role }) => role === 'estimates')?.name).toBe(source);
  });

  test('requested counts the jobs that request nothing', async () => {
    const partly = put(folder, 'partly.yaml', text.replace(', requested: 10}', '}'));
    const { warnings } = await summaryOf(partly, '--set', 'policies.estimates=requested');
    expect(warnings).toContain('1 of 3 jobs request no time; policies are told their true running time instead');
  });
});

test('plimsoll report draws the report anew, and refuses a damaged summary', async () => {
  const out = join(folder, 'redrawn');
  await call('run', small, '--out', out);
  const report = join(out, 'report.html');
  const before = readFileSync(report, 'utf8');
  writeFileSync(report, 'gone');
  expect(await call('report', out)).toMatchObject({ code: 0, out: `wrote ${report} from summary.json\n` });
  expect(readFileSync(report, 'utf8')).toBe(before);
  for (const [content, message] of [
    ['{', /summary\.json {2}is not JSON/],
    ['{"schema": "other/1"}', /is no summary that this version reads \(schema "other\/1"\)/],
    ['{"schema": "plimsoll.summary/2"}', /summary\.json {2}is damaged/],
  ] as const) {
    writeFileSync(join(out, 'summary.json'), content);
    const { code, err } = await call('report', out);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  }
  expect(readFileSync(report, 'utf8')).toBe(before);
});
