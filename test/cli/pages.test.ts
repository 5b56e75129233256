import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call, put, smallScenario, temporaryFolder } from './call.ts';

const folder = temporaryFolder();
put(folder, 'small.yaml', smallScenario);
const study = put(
  folder,
  'study.yaml',
  `name: sizes
scenario: small.yaml
metrics: [mean(wait), utilisation]
replications: { atLeast: 2 }
axes: { nodes: { path: 'cluster.pools[0].nodes', values: [2, 3] } }
`,
);

const read = (out: string): string => readFileSync(join(out, 'report.html'), 'utf8');

/** Draws a page anew and answers what the command printed. */
async function redrawn(out: string, from: string): Promise<void> {
  const before = read(out);
  rmSync(join(out, 'report.html'));
  const file = join(out, 'report.html');
  expect(await call('report', out)).toMatchObject({ code: 0, out: `wrote ${file} from ${from}\n` });
  expect(read(out)).toBe(before);
}

test('plimsoll sweep writes a page, and plimsoll report draws the same anew', async () => {
  const out = join(folder, 'swept');
  expect((await call('sweep', study, '--out', out, '--workers', '1')).code).toBe(0);
  expect(read(out)).toContain('<h1><bdi>sizes</bdi></h1>');
  await redrawn(out, 'study.json');
});

test('plimsoll merge writes the page of the whole sweep', async () => {
  const whole = join(folder, 'whole');
  await call('sweep', study, '--out', whole, '--workers', '1');
  const shards = [1, 2].map((shard) => join(folder, `shard-${shard}`));
  for (const [at, shard] of shards.entries()) {
    await call('sweep', study, '--out', shard, '--workers', '1', '--shard', `${at + 1}/2`);
  }
  const merged = join(folder, 'merged');
  expect((await call('merge', merged, ...shards)).code).toBe(0);
  expect(read(merged)).toBe(read(whole));
});

test('plimsoll plan writes a page, and plimsoll report draws the same anew', async () => {
  const plan = `${readFileSync(study, 'utf8').replace(/axes: .*\n/, '')}plan:
  variables: { nodes: { path: 'cluster.pools[0].nodes', from: 2, to: 5 } }
  targets: ['mean(wait) <= 30m']
  objective: nodes
`;
  const out = join(folder, 'planned');
  expect((await call('plan', put(folder, 'plan.yaml', plan), '--out', out)).code).toBe(0);
  expect(read(out)).toMatch(/<p class="answer">[^]*nodes[^]*mean\(wait\)/);
  await redrawn(out, 'plan.json');
});

test('plimsoll compare --out writes a page, and plimsoll report draws the same anew', async () => {
  const out = join(folder, 'compared');
  expect((await call('compare', study, '--out', out)).code).toBe(0);
  expect(read(out)).toMatch(/<h1><bdi>nodes=3<\/bdi> against <bdi>nodes=2<\/bdi><\/h1>/);
  await redrawn(out, 'compare.json');
});

test('results of an earlier version are refused with the mend', async () => {
  const out = join(folder, 'old');
  mkdirSync(out);
  writeFileSync(join(out, 'study.json'), '{"schema": "plimsoll.study/1", "points": []}');
  const { code, err } = await call('report', out);
  expect(code).toBe(2);
  expect(err).toMatch(/study\.json {2}is damaged, or of an earlier version \(.*\); make the sweep again/);
});
