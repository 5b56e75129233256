import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { call, put, temporaryFolder } from '../cli/call.ts';

const folder = temporaryFolder();
const root = join(import.meta.dirname, '../..');
put(folder, 'down.csv', 'node,from,to\n0,1200,2400\n');

/** A scenario of two pools with these lines under `failures`, from line 7 on. */
function withCare(...lines: readonly string[]): string {
  return put(
    folder,
    'scenario.yaml',
    `name: t
horizon: 1h
cluster: { pools: [{ name: ours, nodes: 4, gpusPerNode: 4, nodesPerRack: 2 }, { name: spot, nodes: 2, gpusPerNode: 4 }] }
workload: { jobs: [{ id: a, gpus: 24, submit: 0s, run: 30m }] }
policies: { scheduling: fifo, placement: first-fit }
failures:
${lines.map((line) => `  ${line}\n`).join('')}`,
  );
}

const exponential = '{ kind: exponential, mean: 10m }';

describe('node care in a scenario', () => {
  test.each([
    ['maintenance: [{ name: m, start: 0s, takes: 2h, every: 1h }]', /:7 .*every is "1h"; must be longer than takes/],
    [
      'maintenance: [{ name: m, start: 0s, takes: 1h, scope: rack }]',
      /:7 .*scope is "rack"; pool spot has no such domain/,
    ],
    ['maintenance: [{ name: m, start: 0s, takes: 1h, mode: migrat }]', /:7 .*mode is "migrat"; did you mean "migrate"/],
    [
      'maintenance: [{ name: m, start: 0s, takes: 1h, mode: migrate, patience: 1h }]',
      /:7 .*patience is "1h"; but mode migrate waits for nobody/,
    ],
    ['maintenance: [{ name: m, start: 0s, takes: 1h, pool: our }]', /:7 .*pool is "our"; did you mean "ours"/],
    [
      `reclaim: [{ name: r, pool: sport, timeToReclaim: ${exponential}, timeToReturn: ${exponential} }]`,
      /:7 .*pool is "sport"; did you mean "spot"/,
    ],
    [
      `reclaim: [{ name: r, timeToReclaim: { kind: exponential, mean: -1h }, timeToReturn: ${exponential} }]`,
      /:7 .*timeToReclaim\.mean is "-1h"/,
    ],
    [
      `components: [{ name: n, timeToFault: ${exponential}, timeToRepair: ${exponential}, prediction: { recall: 1.5, lead: 1m } }]`,
      /:7 .*recall is 1\.5; must be at most 1/,
    ],
    [
      `components: [{ name: n, timeToFault: ${exponential}, timeToRepair: ${exponential}, prediction: { recall: 0.5, lead: 1m, precision: 0.5, falsePerDay: 1 } }]`,
      /:7 .*falsePerDay is 1; but precision says the same/,
    ],
    [
      'quarantine: { threshold: 2, for: 1d, replace: 2d }',
      /:7 .*quarantine\.for is "1d"; but replace says how long it takes .*give one of the two/,
    ],
    [
      'quarantine: { threshold: 2, atMost: 0.1 }',
      /:7 .*atMost is 0\.1; that is less than one of 6 nodes: nobody is ever kept; give 0\.167 or more/,
    ],
    ['quarantine: { threshold: 2, weights: { fault: 0 } }', /:7 .*weights is .*; all are 0, so that nothing counts/],
    ['quarantine: { threshold: -1 }', /:7 .*threshold is -1; must be more than 0/],
    [
      'quarantine: { threshold: 2, weights: { multiNodeInteruption: 1 } }',
      /:7 .*multiNodeInteruption is an unknown key; did you mean "multiNodeInterruption"/,
    ],
    ['repair: { order: fastest }', /:7 .*order is "fastest"; .*known: fifo, most-gpus, shortest, by-priority/],
  ])('is refused with its place and its mend: %s', async (line, message) => {
    const { code, err } = await call('validate', withCare(line));
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  test('keeps lemon nodes out, and says so', async () => {
    const node = `components: [{ name: n, timeToFault: ${exponential}, timeToRepair: { kind: deterministic, value: 1s }, lemons: { share: 1, factor: 2 } }]`;
    const { out } = await call('run', withCare('quarantine: { threshold: 2, atMost: 0.5 }', node));
    expect(out).toMatch(
      /^ {2}quarantine {4}nodes kept 3 times, 3 of them lemons \(6 lemon nodes at first\); [\d.]+ node-hours$/m,
    );
    const all = await call('run', withCare('quarantine: { threshold: 99, atMost: 0.5 }', node));
    expect(all.out).toMatch(/^ {2}quarantine {4}no node kept; 6 lemon nodes at first$/m);
  });

  test('has technicians once, and names of its own', async () => {
    const { err } = await call(
      'validate',
      withCare(
        'technicians: 2',
        'repair: { technicians: 3 }',
        'maintenance: [{ name: m, start: 0s, takes: 1h }, { name: m, start: 0s, takes: 1h }]',
      ),
    );
    expect(err).toMatch(/:8 .*repair\.technicians is 3; but failures\.technicians says 2; say it once/);
    expect(err).toMatch(/:9 .*maintenance\[1\]\.name is "m"; names a second/);
  });

  test('keeps to its pool: the others are there all the time', async () => {
    const reclaim = `reclaim: [{ name: r, pool: spot, timeToReclaim: { kind: deterministic, value: 10m }, timeToReturn: { kind: deterministic, value: 50m } }]`;
    // 2 of 6 nodes are gone for 50 of 60 min.
    expect((await call('run', withCare(reclaim))).out).toMatch(/nodes in service 72\.2 %/);
    const maintenance = `maintenance: [{ name: m, pool: ours, start: 30m, takes: 15m, batch: 4 }]`;
    expect((await call('run', withCare(maintenance))).out).toMatch(/maintenance 16\.7 %/);
  });

  test('a failure trace may give notice', async () => {
    const trace = 'traces: [{ name: t, format: down-times, file: down.csv, notice: 5m }]';
    const recovery = 'recovery: { name: periodic-checkpoint, interval: 20m, stall: 1m, persist: 1m }';
    expect((await call('run', withCare(trace, recovery))).out).toMatch(/1 preemptions?/);
    expect((await call('run', withCare(trace.replace('5m', '1m'), recovery))).out).toMatch(/stopped jobs 1 time/);
  });

  test.each(['maintenance', 'spot-training'])(
    'scenarios/%s.yaml loses next to nothing to what was planned',
    async (name) => {
      const file = join(root, 'scenarios', `${name}.yaml`);
      const { code, out } = await call('run', file);
      expect(code).toBe(0);
      expect(out).toMatch(
        name === 'maintenance' ? /maintenance \d/ : /faults +\d+ and \d{3} reclaims, which stopped jobs 1 time/,
      );
      expect(readFileSync(file, 'utf8')).toContain('--set failures.');
    },
  );
});
