import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { call, smallScenario } from '../cli/call.ts';
import { twoServers } from './two-servers.ts';

const loads = vi.hoisted(() => ({ ofDuckdb: 0 }));
// As on a machine for which there is no build of it.
vi.mock('@duckdb/node-api', () => {
  loads.ofDuckdb++;
  throw new Error('no build for this machine');
});

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-loading-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

it('DuckDB is loaded only for a store, and a sweep has its results on a machine without it', async () => {
  writeFileSync(at('small.yaml'), smallScenario);
  writeFileSync(at('short.yaml'), twoServers('short', 20));
  writeFileSync(at('study.yaml'), 'name: s\nscenario: short.yaml\nreplications: { atLeast: 2 }\n');
  for (const command of [['run', at('small.yaml')], ['metrics'], ['validate', at('small.yaml')], ['query', '--help']]) {
    expect(await call(...command)).toMatchObject({ code: 0 });
  }
  expect(loads.ofDuckdb).toBe(0);
  const { code, out, err } = await call('sweep', at('study.yaml'), '--out', at('out'), '--workers', '1');
  expect(loads.ofDuckdb).toBe(1);
  expect(code).toBe(0);
  expect(out).toContain('mean(wait)');
  expect(err).toMatch(
    /DuckDB, which holds study\.duckdb, cannot be loaded on this machine: .*; study\.json, points\.csv/,
  );
  expect(await call('query', at('out'), 'FROM results')).toMatchObject({ code: 2, out: '' });
});
