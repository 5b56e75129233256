import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { put, smallScenario, temporaryFolder } from './call.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');
const folder = temporaryFolder();
const small = put(folder, 'small.yaml', smallScenario);

const tracedScenario = `name: t
cluster: {pools: [{name: a, nodes: 1, gpusPerNode: 8}]}
workload: {traces: [{format: plain, file: nowhere.csv}]}
policies: {scheduling: fifo, placement: count}
`;

if (!existsSync(main)) throw new Error(`${main} does not exist; run npm run build first`);

function plimsoll(...argv: readonly string[]) {
  return spawnSync(process.execPath, [main, ...argv], { cwd: root, encoding: 'utf8', input: '' });
}

describe('the program as built', () => {
  test('gives the same answer in two processes', () => {
    const [one, two] = [1, 2].map(() => plimsoll('run', 'scenarios/quickstart.yaml', '--json'));
    expect(one!.status).toBe(0);
    expect(one!.stdout.length).toBeGreaterThan(10_000);
    expect(two!.stdout).toBe(one!.stdout);
  });

  test('gives the same hash from whichever folder it is called', () => {
    const trace = put(folder, 'mine.csv', 'job_id,num_gpu,submit_time,duration\na,2,0,100\n');
    put(folder, 'traced.yaml', tracedScenario);
    const calls = [
      [root, join(folder, 'traced.yaml'), trace],
      [folder, 'traced.yaml', 'mine.csv'],
      [
        dirname(folder),
        join(basename(folder), 'traced.yaml'),
        join('.', basename(folder), '..', basename(folder), 'mine.csv'),
      ],
    ] as const;
    const shown = calls.map(([cwd, scenario, file]) => {
      const argv = [main, 'show', scenario, '--trace', file];
      return spawnSync(process.execPath, argv, { cwd, encoding: 'utf8' }).stdout.split('\n')[0];
    });
    expect(shown[0]).toMatch(/^# sha-256 [0-9a-f]{64}$/);
    expect(new Set(shown).size).toBe(1);
  });

  test.each([
    ['a missing file', ['run', join(folder, 'nowhere.yaml')], /nowhere\.yaml {2}does not exist/],
    ['a wrong option', ['run', small, '--set', 'seed=x'], /--set seed=x {2}seed is "x"; must be a whole number/],
    ['an unknown command', ['rnu'], /unknown command 'rnu'/],
    ['an output folder in a file', ['run', small, '--out', join(small, 'out')], /cannot be written/],
    [
      'brackets without end',
      ['validate', put(folder, 'deep.yaml', '['.repeat(900_000))],
      /nests deeper than 64 levels/,
    ],
  ])('%s: exit code 2, one line, no stack trace', (_, argv, message) => {
    const { status, stdout, stderr } = plimsoll(...argv);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('a reader that stops early is no failure', () => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', `set -o pipefail; "$0" "$1" schema | head -1`, process.execPath, main],
      {
        encoding: 'utf8',
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s stops a run cleanly: nothing is left behind', async (signal, code) => {
    const out = join(folder, `stopped-${signal}`, 'deep');
    const argv = ['run', 'scenarios/quickstart.yaml', '--out', out];
    // Far more work than the test waits for.
    const more = ['--set', 'workload.synthetic[0].duration=3y', '--set', 'policies.scheduling=conservative-backfill'];
    const child = spawn(process.execPath, [main, ...argv, ...more], { cwd: root });
    let stderr = '';
    child.stderr.on('data', (text) => (stderr += String(text)));
    const ended = new Promise<number | null>((resolve) => child.on('exit', (status) => resolve(status)));
    while (!existsSync(out)) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(readdirSync(out)).toEqual([expect.stringMatching(/^\.plimsoll-/)]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill(signal);
    expect(await ended).toBe(code);
    expect(stderr).toContain('stopped; nothing was written\n');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(join(folder, `stopped-${signal}`))).toBe(false);
  });

  test('writes plain lines of progress where there is no terminal', () => {
    const { stderr } = plimsoll('run', small, '--out', join(folder, 'plain'));
    expect(stderr).not.toContain('\u001b');
    expect(readFileSync(join(folder, 'plain', 'summary.json'), 'utf8')).toContain('"schema": "plimsoll.summary/2"');
  });
});
