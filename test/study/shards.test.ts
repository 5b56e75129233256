import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { inProcess } from '../../src/study/executors/in-process.ts';
import { studyOf, type Study } from '../../src/study/file/load-study.ts';
import { Journal } from '../../src/study/results/journal.ts';
import { writeResults } from '../../src/study/results/write-results.ts';
import { Runner } from '../../src/study/runs/runner.ts';
import { mergeShards } from '../../src/study/shards/merge.ts';
import { sweepShard } from '../../src/study/shards/sweep-shard.ts';
import { sweep } from '../../src/study/sweep.ts';
import { twoServers } from './two-servers.ts';

const scenario = twoServers('short', 50);
const text = `name: small
scenario: short.yaml
replications: { atLeast: 3 }
axes:
  rate: { path: 'workload.synthetic[0].arrivals.ratePerHour', values: [60, 80, 100] }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-shards-'));
  writeFileSync(join(folder, 'short.yaml'), scenario);
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const study = (of = text): Study => studyOf(parseText(at('study.yaml'), of));
const files = ['study.json', 'points.csv', 'runs.csv'];
const bytes = (name: string): string[] => files.map((file) => readFileSync(join(at(name), file), 'utf8'));

async function withRunner<T>(of: Study, into: string, work: (runner: Runner) => Promise<T>): Promise<Runner> {
  mkdirSync(into, { recursive: true });
  const journal = Journal.open(join(into, 'runs.jsonl'));
  const runner = new Runner(of, inProcess(), journal, new AbortController().signal);
  try {
    await work(runner);
  } finally {
    journal.close();
  }
  return runner;
}

/** Makes shard `index` of 4 of a study in a folder, which it answers. */
async function shard(index: number, prefix = 'shard', of = study()): Promise<string> {
  const into = at(`${prefix}-${index}`);
  await withRunner(of, into, (runner) => sweepShard(of, { index, of: 4 }, runner, into));
  return into;
}

describe('shards of a sweep', () => {
  it('merge to the same bytes as the sweep, each run made by one of them', async () => {
    const of = study();
    await withRunner(of, at('whole'), async (runner) => writeResults(at('whole'), of, await sweep(of, runner)));
    const folders: string[] = [];
    for (const index of [1, 2, 3, 4]) folders.push(await shard(index));
    const made = folders.map((one) => Journal.read(join(one, 'runs.jsonl')).length);
    expect(made).toEqual([3, 2, 2, 2]);
    await mergeShards(at('merged'), folders.toReversed());
    expect(bytes('merged')).toEqual(bytes('whole'));
    const again = await withRunner(of, at('merged'), (runner) => sweep(of, runner));
    expect(again).toMatchObject({ made: 0, found: 9 });
  });

  it('are refused when runs are missing, and nothing is written', async () => {
    const folders = [await shard(1, 'part'), await shard(3, 'part')];
    // A run that is being written, or was torn by a kill.
    appendFileSync(join(folders[0]!, 'runs.jsonl'), '{"key":"');
    await expect(mergeShards(at('none'), folders)).rejects.toThrow(
      '4 of 9 runs are missing, of shard 2/4, 4/4; name the folders of all shards',
    );
    expect(() => readFileSync(at('none'))).toThrow('ENOENT');
    await expect(mergeShards(at('none'), [folder])).rejects.toThrow(/shard\.json: is missing; .* --shard i\/n --out/);
  });

  it('are refused when they are of other studies, other scenarios or other code', async () => {
    const own = await shard(1, 'own');
    const refused = async (other: string): Promise<unknown> => {
      return mergeShards(at('none'), [own, other]).catch((error: unknown) => (error as Error).message);
    };
    const renamed = await shard(2, 'renamed', study(text.replace('small', 'large')));
    expect(await refused(renamed)).toMatch(/do not belong together: they are shards of different studies \(large and/);
    writeFileSync(at('short.yaml'), scenario.replace('jobs: 50', 'jobs: 51'));
    const changed = await shard(2, 'changed');
    writeFileSync(at('short.yaml'), scenario);
    expect(await refused(changed)).toMatch(/the scenario of the study, or a file that it names, was another/);
    const plan = join(await shard(2, 'newer'), 'shard.json');
    const written = JSON.parse(readFileSync(plan, 'utf8')) as object;
    writeFileSync(plan, JSON.stringify({ ...written, codeVersion: 'other' }));
    expect(await refused(at('newer-2'))).toMatch(/they were made by different code \(other and [0-9a-f]{16}\)/);
  });

  it('cannot be made where the number of runs follows from their outcomes', async () => {
    const sequential = text.replace('{ atLeast: 3 }', '{ atLeast: 3, atMost: 9 }');
    await expect(shard(1, 'sequential', study(sequential))).rejects.toThrow(
      /study\.yaml:3 {2}replications\.atMost is 9: how many of 3 to 9 runs a point gets follows from what they say/,
    );
  });
});
