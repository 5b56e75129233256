import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import { twoServers } from './two-servers.ts';

const main = join(import.meta.dirname, '../../dist/cli/main.js');
export const files = ['study.json', 'points.csv', 'runs.csv'];
const WORKERS = 2;

const scenario = twoServers('short', 300);
const study = (replications: number): string => `name: killed
scenario: short.yaml
replications: { atLeast: ${replications} }
axes:
  rate: { path: 'workload.synthetic[0].arrivals.ratePerHour', values: [60, 80, 90, 100] }
`;

/**
 * Kills a sweep of `runs` runs (a multiple of 4) again and again after random parts of it, lets it come to its end, and
 * expects of it what an undisturbed one gives, and that no stored run was made again.
 */
export async function expectKillsLoseNothing(folder: string, runs: number, kills: number): Promise<void> {
  writeStudy(folder, runs);
  const luck = new AleaStream('kills');
  const killed = join(folder, 'killed');
  for (let kill = 1; kill <= kills; kill++) {
    const before = storedKeys(killed);
    const share = (runs - before.length) / (kills - kill + 2);
    const target = before.length + 1 + Math.floor(luck.uniform() * share);
    await sweepUntil(folder, killed, target, 5 * luck.uniform());
    const after = storedKeys(killed);
    expect(after.length).toBeGreaterThanOrEqual(target);
    expect(after.length).toBeLessThan(runs);
    expect(after.slice(0, before.length)).toEqual(before);
  }
  const found = storedKeys(killed).length;
  expect(await sweepToEnd(folder, killed)).toContain(`${runs - found} runs made, ${found} found`);
  const keys = storedKeys(killed);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBe(runs);
  const whole = join(folder, 'whole');
  expect(await sweepToEnd(folder, whole)).toContain(`${runs} runs made, 0 found`);
  for (const file of files) expect(readFileSync(join(killed, file))).toEqual(readFileSync(join(whole, file)));
}

/** Writes study.yaml with so many runs, a multiple of 4. */
export function writeStudy(folder: string, runs: number): void {
  writeFileSync(join(folder, 'short.yaml'), scenario);
  writeFileSync(join(folder, 'study.yaml'), study(runs / 4));
}

/** Runs that are stored whole. */
export function storedKeys(out: string): string[] {
  const path = join(out, 'runs.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(1, -1);
  return lines.map((line) => (JSON.parse(line) as { key: string }).key);
}

/** The program in a process of its own; `ended` answers what it told. */
export function startProgram(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(told)));
  return { child, ended };
}

function start(folder: string, out: string) {
  return startProgram('sweep', join(folder, 'study.yaml'), '--out', out, '--workers', String(WORKERS));
}

export async function sweepToEnd(folder: string, out: string): Promise<string> {
  return start(folder, out).ended;
}

/** SIGKILL, some ms after so many runs are stored. */
async function sweepUntil(folder: string, out: string, stored: number, moreMs: number): Promise<void> {
  const { child, ended } = start(folder, out);
  while (child.exitCode === null && storedKeys(out).length < stored) await pause(2);
  await pause(moreMs);
  child.kill('SIGKILL');
  await ended;
}
