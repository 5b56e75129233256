import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Baseline } from '../../src/study/check/baseline.ts';
import { call, put, temporaryFolder } from './call.ts';

const folder = temporaryFolder();
const scenario = (nodes: number, ratePerHour = 90): string => `name: steady
cluster: { pools: [{ name: p, nodes: ${nodes}, gpusPerNode: 1, gpuType: A }] }
workload:
  synthetic:
    - { name: w, jobs: 300, arrivals: { ratePerHour: ${ratePerHour} }, gpus: { values: [1] }, run: { kind: exponential, mean: 1m } }
policies: { scheduling: fifo, placement: count }
`;
const text = `name: guard
scenario: steady.yaml
metrics: [mean(wait), utilisation]
replications: { atLeast: 4 }
`;
const study = put(folder, 'guard.yaml', text);
const path = join(folder, 'baseline.json');
const check = (...more: readonly string[]) =>
  call('check', study, '--baseline', path, '--out', join(folder, 'runs'), '--workers', '1', ...more);

async function baselineWith(nodes: number): Promise<Baseline> {
  put(folder, 'steady.yaml', scenario(nodes));
  expect(await check('--update')).toMatchObject({ code: 0 });
  return JSON.parse(readFileSync(path, 'utf8')) as Baseline;
}

describe('plimsoll check', () => {
  it('passes what is as it was, fails what got worse beyond its interval, and says so in Markdown', async () => {
    const baseline = await baselineWith(3);
    expect(baseline.points[0]!.metrics['mean(wait)']).toHaveLength(4);
    const same = await check();
    expect(same).toMatchObject({ code: 0, err: '' });
    expect(same.out).toContain('guard: nothing got worse (0 better, 2 unchanged, 0 not certain)');

    put(folder, 'steady.yaml', scenario(2));
    const summary = join(folder, 'summary.md');
    const worse = await check('--summary', summary);
    expect(worse.code).toBe(1);
    expect(worse.out).toMatch(/^worse: mean\(wait\) at the scenario: \+[\d.]+ \([\d.]+ to [\d.]+\) s; its scenario/m);
    expect(worse.out).toContain('guard: 1 of 2 figures got worse (1 better');
    expect(readFileSync(summary, 'utf8')).toMatch(/^\| mean\(wait\) \| the scenario \| .* \| \*\*worse\*\* \|/m);
    await baselineWith(2);
    put(folder, 'steady.yaml', scenario(3));
    const better = await check('--tolerance', '0.6');
    expect(better.out).toMatch(/^better: mean\(wait\)/m);
    // Utilisation fell by a third: within the tolerance.
    expect(better.code).toBe(0);
    expect((await check()).code).toBe(1);
  });

  it('pairs runs by their seeds, whichever seeds the study begins with', async () => {
    await baselineWith(2);
    writeFileSync(study, `${text}seed: 3\n`);
    const later = await check();
    expect(later.out).toContain('2 unchanged');
    writeFileSync(study, `${text}seed: 9\n`);
    const apart = await check();
    expect(apart).toMatchObject({ code: 2 });
    expect(apart.err).toContain('fewer than two seeds in common');
    writeFileSync(study, text);
  });

  it('refuses a baseline that is none, of another study, or lacks a metric or a point', async () => {
    const baseline = await baselineWith(2);
    const refused = async (content: string): Promise<string> => {
      writeFileSync(path, content);
      const { code, err } = await check();
      expect(code).toBe(2);
      return err;
    };
    const [point] = baseline.points;
    expect(await refused('rubbish')).toContain('is no baseline; write it with --update');
    expect(await refused('null')).toContain('is no baseline of a study');
    expect(await refused(JSON.stringify({ ...baseline, version: 2 }))).toContain('has version 2');
    expect(await refused(JSON.stringify({ ...baseline, study: 'x' }))).toContain('is of the study "x", not of "guard"');
    expect(await refused(JSON.stringify({ ...baseline, points: [{ ...point, metrics: {} }] }))).toContain(
      'has no metric mean(wait)',
    );
    expect(await refused(JSON.stringify({ ...baseline, points: [] }))).toContain('has no point {"scenario":""}');
  });
});
