import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Summary } from '../../src/sim/record/summary.ts';
import { call, put, temporaryFolder } from './call.ts';

const folder = temporaryFolder();

const scenario = `name: broken
horizon: 20d
cluster: {pools: [{name: a, nodes: 12, gpusPerNode: 8}]}
workload:
  jobs:
    - {id: model, gpus: 48, submit: 0s, run: 40d, priority: 3}
    - {id: hopeless, gpus: 8, submit: 1h, run: 60d, priority: 2}
  synthetic:
    - name: batch
      duration: 19d
      arrivals: {ratePerHour: 2}
      gpus: {values: [1, 4, 16]}
      run: {kind: lognormal, median: 2h, sigma: 1}
policies: {scheduling: priority, placement: first-fit}
preemption: {resumeOverhead: 5m, startOverhead: 30s, teardown: 10s}
failures:
  recovery: {name: periodic-checkpoint, interval: 1h, stall: 20s, restart: 4m, attempts: 3}
  components:
    - name: node
      timeToFault: {kind: exponential, mean: 400h}
      timeToRepair: {kind: lognormal, median: 8h, sigma: 1}
      detection: 3m
    - {name: drag, timeToFault: {kind: exponential, mean: 900h}, timeToRepair: {kind: deterministic, value: 2h}, effect: slow, slowFactor: 0.5, detection: 1h}
    - {name: alu, timeToFault: {kind: exponential, mean: 600h}, timeToRepair: {kind: deterministic, value: 2h}, effect: corrupt, detection: 12h}
`;

test('the GPU-time of jobs in jobs.csv adds up to the totals of the summary, to the microsecond', async () => {
  const out = join(folder, 'out');
  const { code, err } = await call('run', put(folder, 'broken.yaml', scenario), '--out', out);
  expect(err, err).not.toContain('error');
  expect(code).toBe(0);
  const { failures } = (JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as Summary).figures;
  const [head, ...lines] = readFileSync(join(out, 'jobs.csv'), 'utf8').trimEnd().split('\n');
  const names = head!.split(',');
  const column = (name: string): string[] => lines.map((line) => line.split(',')[names.indexOf(name)]!);
  const sumUs = (name: string): number => column(name).reduce((sum, cell) => sum + Math.round(1e6 * Number(cell)), 0);
  for (const use of ['useful', 'lost', 'checkpoint', 'restart', 'detection', 'degraded'] as const) {
    expect(sumUs(`${use}_gpu_s`), use).toBeGreaterThan(0);
    expect(sumUs(`${use}_gpu_s`) / 3600e6, use).toBe(failures!.gpuHours[use]);
  }
  expect(column('interruptions').reduce((sum, cell) => sum + Number(cell), 0)).toBe(failures!.interruptions);
  const [model] = column('useful_gpu_s').map((cell, row) => Number(cell) / Number(column('ettr')[row]));
  expect(Number(column('run_s')[0]) * 48).toBeCloseTo(model!, -3);
  expect(failures!.corruption.corruptedResults).toBeGreaterThan(0);
  expect(column('wrong_result').filter((cell) => cell === '1')).toHaveLength(failures!.corruption.corruptedResults);
  column('wrong_result').forEach((cell, row) => cell === '1' && expect(column('state')[row]).toBe('done'));
  expect(column('restarts').every((cell) => Number(cell) >= 0)).toBe(true);
});

test('jobs.csv has no such columns where nothing can break', async () => {
  const out = join(folder, 'sound');
  await call('run', put(folder, 'sound.yaml', scenario.slice(0, scenario.indexOf('failures:'))), '--out', out);
  const [head] = readFileSync(join(out, 'jobs.csv'), 'utf8').split('\n');
  expect(head).toMatch(/,data_locality$/);
});
