import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { placementPolicies, schedulingPolicies } from '../../src/policies/registry.ts';
import { call, put, smallScenario, temporaryFolder } from './call.ts';

const folder = temporaryFolder();
const small = put(folder, 'small.yaml', smallScenario);

describe('plimsoll show', () => {
  test('prints every value with where it came from', async () => {
    const { code, out } = await call('show', small, '--nodes', '3', '--set', 'seed=4');
    expect(code).toBe(0);
    expect(out).toContain('name: small # line 1');
    expect(out).toContain('nodes: 3 # --nodes 3');
    expect(out).toContain('seed: 4 # --set seed=4');
    expect(out).toContain('resumeOverhead: 0s # default');
  });

  test('prints a scenario again, with the same hash', async () => {
    for (const file of [small, 'scenarios/quickstart.yaml']) {
      const first = await call('show', file);
      const again = await call('show', put(folder, 'shown.yaml', first.out));
      expect(again.code).toBe(0);
      expect(again.out.split('\n')[0]).toBe(first.out.split('\n')[0]);
      expect(first.out).toMatch(/^# sha-256 [0-9a-f]{64}\n/);
    }
  });
});

describe('plimsoll validate', () => {
  test('tells what it found in each scenario', async () => {
    const { code, out } = await call('validate', small, 'scenarios/quickstart.yaml');
    expect(code).toBe(0);
    expect(out).toContain(`${small}  ok: 2 nodes, 8 GPUs, 5 jobs\n`);
    expect(out).toMatch(/scenarios\/quickstart\.yaml {2}ok: 64 nodes, 512 GPUs, [\d,]+ jobs\n/);
  });

  test('tells the mistakes of all, and still checks the sound ones', async () => {
    const bad = put(folder, 'bad.yaml', smallScenario.replace('nodes: 2', 'nodes: two'));
    const { code, out, err } = await call('validate', bad, small, join(folder, 'nowhere.yaml'));
    expect(code).toBe(2);
    expect(out).toContain('ok: 2 nodes');
    expect(err.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('plimsoll policies', () => {
  test('lists all of them', async () => {
    const { code, out } = await call('policies');
    expect(code).toBe(0);
    for (const { name, summary } of [...schedulingPolicies, ...placementPolicies]) {
      expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
      expect(out).toContain(summary);
    }
  });

  test.each([
    ['fif0', 'did you mean "fifo"?'],
    ['backfil', 'did you mean "conservative-backfill"?'],
    ['slurm', 'did you mean "slurm-multifactor"?'],
  ])('an unknown name, %s, is answered with the nearest and with what lists them all', async (name, nearest) => {
    const { code, err } = await call('policies', name);
    expect(code).toBe(2);
    expect(err).toContain(`there is no policy "${name}"; ${nearest}`);
    expect(err).toMatch(/known: .*, and \d+ more: "plimsoll policies" lists them all/);
  });

  test.each([...schedulingPolicies, ...placementPolicies].map(({ name }) => name))(
    '%s is told in full',
    async (name) => {
      const { code, out } = await call('policies', name);
      expect(code).toBe(0);
      expect(out).toContain('Source: ');
      expect(out).toContain('Rules');
      const { parameters } = [...schedulingPolicies, ...placementPolicies].find((policy) => policy.name === name)!;
      for (const key of Object.keys(parameters)) expect(out).toContain(`  ${key}: `);
    },
  );
});

test('plimsoll schema prints JSON', async () => {
  const { code, out } = await call('schema');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ title: 'Plimsoll scenario', additionalProperties: false });
});

describe('help', () => {
  test.each([['run'], ['validate'], ['show'], ['report'], ['policies'], ['schema'], ['allocate']])(
    'of %s has examples and is no mistake',
    async (name) => {
      const { code, out } = await call(name, '--help');
      expect(code).toBe(0);
      expect(out).toContain('Examples:');
      expect(out).toContain(`plimsoll ${name}`);
    },
  );

  test('of the program lists the commands; --version prints the version', async () => {
    const { code, out } = await call('--help');
    expect(code).toBe(0);
    expect(out).toContain('Exit codes: 0 ok, 1 the run failed, 2 bad input.');
    expect(await call('--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
  });
});
