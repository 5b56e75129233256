import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { call, put, temporaryFolder } from '../cli/call.ts';

const folder = temporaryFolder();
put(folder, 'down.csv', 'node,from,to\na,100,200\nb,150,400\na,150,300\nc,900,1000\n');
put(folder, 'dated.csv', 'node,from,to\na,2024-01-01,2024-01-02\n');
put(folder, 'text.csv', 'node,from,to\na,100,200\nb,soon,400\na,9,8\n');
put(folder, 'empty.csv', '');
put(folder, 'cut.csv.gz', gzipSync(`node,from,to\n${'a,1,2\n'.repeat(1000)}`).subarray(0, 40));
put(folder, 'jobs.csv', 'job_id,num_gpu,submit_time,duration\n1,1,0,10\n');

/** A scenario of two pools, with this trace in line 7 and after. */
function withTrace(trace: string, more = ''): string {
  const text = `name: t
horizon: 1h
cluster: { pools: [{ name: old, nodes: 2, gpusPerNode: 4 }, { name: new, nodes: 3, gpusPerNode: 4 }] }
workload: { jobs: [{ id: a, gpus: 1, submit: 0s, run: 10m }] }
policies: { scheduling: fifo, placement: first-fit }
failures:
  traces: [{ name: recorded, ${trace} }${more}]
`;
  return put(folder, 'scenario.yaml', text);
}

describe('failure traces in a scenario', () => {
  test('say what was read, merged and used', async () => {
    const { code, err, out } = await call('run', withTrace('format: down-times, file: down.csv, pool: new'));
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('down.csv: 4 of 4 rows used\n');
    expect(err).toContain('warning: down.csv: 1 down times overlap or continue another of their node; they are merged');
    expect(err).toContain(
      'warning: the failure trace recorded ends after 16m40s, the run after 1h: between them nothing',
    );
    expect(out).toMatch(/faults +3, which/);
  });

  test('are shown with every default', async () => {
    const { out } = await call('show', withTrace('format: lanl, file: down.csv'));
    expect(out).toMatch(
      /- format: lanl[^]*name: recorded[^]*file: down\.csv[^]*firstNode: 0[^]*skip: 0s[^]*detection: 0s[^]*system: 0/,
    );
  });

  test.each([
    [
      'a format that there is not',
      'format: lnl, file: down.csv',
      /:7 {2}failures\.traces\[0\]\.format is "lnl"; did you mean "lanl"\?/,
    ],
    [
      'a key of another format',
      'format: down-times, file: down.csv, system: 2',
      /:7 {2}failures\.traces\[0\]\.system is an unknown key/,
    ],
    ['no file', 'format: lanl', /:7 {2}failures\.traces\[0\]\.file is missing; add it/],
    [
      'a file that does not exist',
      'format: lanl, file: x.csv',
      /:7 {2}failures\.traces\[0\]\.file is "[^"]*x\.csv", which does not exist; check the path/,
    ],
    [
      'an empty file',
      'format: lanl, file: empty.csv',
      /:7 {2}failures\.traces\[0\]\.file is "[^"]*empty\.csv", which is empty/,
    ],
    [
      'a gzip that is cut off',
      'format: down-times, file: cut.csv.gz',
      /cut\.csv\.gz", which ends early: its gzip data is cut off/,
    ],
    [
      'text where a number belongs',
      'format: down-times, file: text.csv',
      /text\.csv:3 {2}from is "soon", no number; write seconds[^]*text\.csv:4 {2}to is "8", before from/,
    ],
    [
      'a list of jobs',
      'format: down-times, file: jobs.csv',
      /jobs\.csv:1 {2}the header lacks node, from, to; there is "job_id"/,
    ],
    [
      'a pool that there is not',
      'format: down-times, file: down.csv, pool: nwe',
      /:7 {2}failures\.traces\[0\]\.pool is "nwe"; no pool has that name; did you mean "new"\?/,
    ],
    [
      'more nodes than the pool',
      'format: down-times, file: down.csv, pool: old',
      /:7 {2}failures\.traces\[0\]\.file is "down\.csv", which has 3 nodes, but pool old has 2; name fewer of its nodes \(only\)/,
    ],
    [
      'more nodes than are left',
      'format: down-times, file: down.csv, firstNode: 3',
      /which has 3 nodes, but the cluster has 2 from node 3 on; name fewer/,
    ],
    [
      'a node that the trace has not',
      'format: down-times, file: down.csv, only: [a, bb]',
      /:7 {2}failures\.traces\[0\]\.only\[1\] is "bb", which the trace has not; did you mean "b"\? known: a, b, c/,
    ],
    [
      'a node twice',
      'format: down-times, file: down.csv, only: [a, a]',
      /:7 {2}failures\.traces\[0\]\.only\[1\] is "a" again; name it once/,
    ],
    [
      'a date for a trace without dates',
      'format: down-times, file: down.csv, start: 2024-01-01',
      /:7 {2}failures\.traces\[0\]\.start is 2024-01-01T00:00:00Z, but the trace has no dates; use skip/,
    ],
    [
      'a date after the end',
      'format: down-times, file: dated.csv, start: 2025-01-01',
      /start is 2025-01-01T00:00:00Z, but the trace goes from 2024-01-01T00:00:00\.000Z to 2024-01-02T00:00:00\.000Z; begin before its end/,
    ],
    [
      'more to skip than there is',
      'format: down-times, file: down.csv, skip: 1000s',
      /skip is 16m40s, but the trace ends after 16m40s; skip less of it/,
    ],
    [
      'two beginnings',
      'format: down-times, file: dated.csv, start: 2024-01-01, skip: 1h',
      /:7 {2}failures\.traces\[0\]\.skip stands beside start; both say where in the trace instant 0 is, so keep one/,
    ],
  ])('are refused with %s', async (_, trace, message) => {
    const { code, err } = await call('validate', withTrace(trace));
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });

  test('are refused all at once, and under one name only once', async () => {
    const file = withTrace('format: lanl, file: x.csv', ', { name: other, format: lanl, file: y.csv }');
    expect((await call('validate', file)).err).toMatch(
      /x\.csv", which does not exist[^]*y\.csv", which does not exist/,
    );
    const twice = withTrace('format: lanl, file: x.csv', ', { name: recorded, format: lanl, file: y.csv }');
    expect((await call('validate', twice)).err).toMatch(
      /traces\[1\]\.name is "recorded"; names a second component, outage, trace/,
    );
  });

  test('lie inside the root, if there is one', async () => {
    const file = withTrace('format: lanl, file: /etc/hostname');
    expect((await call('validate', file, '--root', join(folder))).err).toMatch(/\/etc\/hostname", which lies outside/);
  });
});
