import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/study/comparison/comparison.ts';
import { call, put, smallScenario, temporaryFolder } from './call.ts';
import { twoServers } from '../study/two-servers.ts';

const folder = temporaryFolder();
const synthetic = twoServers('steady', 300);
const a = put(folder, 'a.yaml', synthetic);
const b = put(folder, 'b.yaml', synthetic.replace('nodes: 2', 'nodes: 3'));

describe('plimsoll compare', () => {
  it('says what was changed, what it did, who wins and that it is certain, and writes the same', async () => {
    const out = join(folder, 'out');
    const { code, out: words } = await call('compare', '--workers', '1', a, b, '--replications', '4', '--out', out);
    expect(code).toBe(0);
    expect(words).toContain('Held against a; seeds 1 to 4');
    expect(words).toContain('cluster.pools[0].nodes: 2 -> 3');
    expect(words).toMatch(/better: -[\d.]+ \(-[\d.]+ to -[\d.]+\) s/);
    expect(words).toContain('Best in mean(wait): b, certain');
    expect(words).toContain('Best in utilisation: a, certain');
    expect(words).toContain('Pareto front over all metrics, by the means: a, b');
    const written = JSON.parse(readFileSync(join(out, 'compare.json'), 'utf8')) as Comparison;
    expect(written.scenarios.map(({ label, pareto }) => [label, pareto])).toEqual([
      ['a', 'front'],
      ['b', 'front'],
    ]);
    expect(written.scenarios[1]!.differences['mean(wait)']).toMatchObject({ verdict: 'better', pairs: 4 });
    const again = await call('compare', '--workers', '1', a, b, '--replications', '4', '--out', out, '--json');
    expect(JSON.parse(again.out)).toEqual(written);
  });

  it('compares the points of a study with the first, by the metrics that are asked for', async () => {
    const study = put(
      folder,
      'study.yaml',
      `name: s\nscenario: a.yaml\nreplications: { atLeast: 2 }\naxes: { nodes: { path: 'cluster.pools[0].nodes', values: [3, 2] } }\n`,
    );
    const { code, out } = await call('compare', '--workers', '1', study, '--metric', 'p95(wait)');
    expect(code).toBe(0);
    expect(out).toContain('Held against nodes=3; seeds 1 to 2');
    expect(out).toContain('Best in p95(wait): nodes=3');
    expect(out).not.toContain('utilisation');
    expect(existsSync(join(folder, 'runs.jsonl'))).toBe(false);
  });

  it('says of runs that are all the same that nothing is left to luck', async () => {
    const small = put(folder, 'small.yaml', smallScenario);
    const { out } = await call('compare', '--workers', '1', small, small, '--replications', '2');
    expect(out).toContain('small.yaml (2) is the same scenario');
    expect(out).toContain('all are the same');
    expect(out).toContain('every run is the same, whatever its seed');
  });

  it.each([
    [[a], 'is the only scenario; a comparison needs two or more'],
    [[a, b, '--metric', 'p95(weight)'], '--metric p95(weight)  metrics[0] is "p95(weight)"; "weight" is no quantity'],
    [[a, b, '--replications', '0'], '--replications 0  replications.atLeast is 0; must be at least 1'],
    [[a, b, '--set', 'cluster.pols=3'], 'cluster.pols is an unknown key'],
    [[a, join(folder, 'none.yaml')], 'none.yaml'],
  ])('refuses %j', async (argv, message) => {
    const { code, err } = await call('compare', '--workers', '1', ...argv);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
